"""The `gh` of the runner: does what the workflows ask of GitHub to a file, and refuses what the job has no right to.

`GH_TOKEN` says what the job may do, such as `contents=read,issues=write`. What is not known here is refused.
"""

import json
import os
import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

State = dict[str, Any]


def main(words: list[str]) -> int:
    """Carry out one command."""
    state_file = Path(os.environ["GITHUB_STATE"])
    empty: State = {"calls": [], "pull_requests": [], "comments": {}, "issues": []}
    state: State = json.loads(state_file.read_text(encoding="utf-8")) if state_file.exists() else empty
    command, rest = " ".join(words[:2]), words[2:]
    if command not in _COMMANDS:
        print(f"gh: {command!r} is not known to the stand-in", file=sys.stderr)
        return 2
    right, options, carry_out = _COMMANDS[command]
    granted = os.environ.get("GH_TOKEN", "").split(",")
    if right and right not in granted:
        print(f"gh: Resource not accessible by integration: the job has no {right.replace('=', ': ')}", file=sys.stderr)
        return 1
    given = options().parse_args(rest)
    state["calls"].append(words)
    said = carry_out(given, state)
    state_file.write_text(json.dumps(state), encoding="utf-8")
    if said:
        print(said)
    return 0


def _parser(
    *positional: str, flags: tuple[str, ...] = (), values: tuple[str, ...] = ()
) -> Callable[[], ArgumentParser]:
    def make() -> ArgumentParser:
        parser = ArgumentParser(prog="gh", allow_abbrev=False)
        for name in positional:
            parser.add_argument(name)
        for name in flags:
            parser.add_argument(f"--{name}", action="store_true")
        for name in values:
            parser.add_argument(f"--{name}", required=True)
        return parser

    return make


def _open(found: list[Mapping[str, Any]]) -> str:
    return str(found[0]["number"]) if found else ""


def _list_requests(given: Namespace, state: State) -> str:
    requests = state["pull_requests"]
    return _open([each for each in requests if each["head"] == given.head and each["state"] == given.state])


def _create_request(given: Namespace, state: State) -> str:
    number = len(state["pull_requests"]) + 1
    body = Path(given.body_file).read_text(encoding="utf-8")
    request = {"number": number, "base": given.base, "head": given.head, "title": given.title, "body": body}
    state["pull_requests"].append({**request, "state": "open"})
    return f"https://github.com/{os.environ['GITHUB_REPOSITORY']}/pull/{number}"


def _edit_request(given: Namespace, state: State) -> str:
    body = Path(given.body_file).read_text(encoding="utf-8")
    state["pull_requests"][int(given.number) - 1] |= {"title": given.title, "body": body}
    return ""


def _comment_request(given: Namespace, state: State) -> str:
    state["comments"].setdefault(given.number, [""])[-1] = Path(given.body_file).read_text(encoding="utf-8")
    return ""


def _list_issues(given: Namespace, state: State) -> str:
    issues = state["issues"]
    return _open([each for each in issues if f'"{each["title"]}"' in given.search and each["state"] == given.state])


def _create_issue(given: Namespace, state: State) -> str:
    body = Path(given.body_file).read_text(encoding="utf-8")
    number = 1000 + len(state["issues"])
    state["issues"].append({"number": number, "title": given.title, "bodies": [body], "state": "open"})
    return ""


def _comment_issue(given: Namespace, state: State) -> str:
    body = Path(given.body_file).read_text(encoding="utf-8")
    next(each for each in state["issues"] if each["number"] == int(given.number))["bodies"].append(body)
    return ""


def _download(given: Namespace, state: State) -> str:
    for artifact in sorted(Path(os.environ["GITHUB_ARTIFACTS"]).glob(given.pattern)):
        shutil.copytree(artifact, Path(given.dir) / artifact.name)
    return ""


def _nothing(given: Namespace, state: State) -> str:
    return ""


_COMMANDS: Mapping[str, tuple[str, Callable[[], ArgumentParser], Callable[[Namespace, State], str]]] = {
    "auth setup-git": ("contents=write", _parser(), _nothing),
    "pr list": ("pull-requests=write", _parser(values=("head", "state", "json", "jq")), _list_requests),
    "pr create": ("pull-requests=write", _parser(values=("base", "head", "title", "body-file")), _create_request),
    "pr edit": ("pull-requests=write", _parser("number", values=("title", "body-file")), _edit_request),
    "pr comment": (
        "pull-requests=write",
        _parser("number", flags=("edit-last", "create-if-none"), values=("body-file",)),
        _comment_request,
    ),
    "issue list": ("issues=write", _parser(values=("search", "state", "json", "jq")), _list_issues),
    "issue create": ("issues=write", _parser(values=("title", "body-file")), _create_issue),
    "issue comment": ("issues=write", _parser("number", values=("body-file",)), _comment_issue),
    "run download": ("actions=read", _parser("run", values=("pattern", "dir")), _download),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
