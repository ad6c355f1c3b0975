"""What the documentation tells an operator to type exists, and every alarm and notice has a place in the runbook."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from finetuning.lifecycle import troubles
from ops.__main__ import app
from ops.logs import groups
from stacks.constructs import alarms

ROOT = Path(__file__).resolve().parents[3]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"python -m ops (?P<rest>[^`\n]*)")
#: Where a command ends in a line of prose or of a shell.
END = re.compile(r"\s+#|[|;,'\"…)]|\. |\.$|&&|: ")
LINK = re.compile(r"\]\(#(?P<anchor>[^)]+)\)")


def documented() -> Iterator[tuple[str, str]]:
    """Page and the words after `python -m ops` of each command."""
    for page in PAGES:
        for match in COMMAND.finditer(page.read_text(encoding="utf-8")):
            rest = END.split(match["rest"])[0].strip()
            if rest:
                yield page.name, rest


def described() -> Iterator[tuple[str, str]]:
    """The same in the descriptions of the alarms."""
    source = Path(alarms.__file__).read_text(encoding="utf-8")
    for match in COMMAND.finditer(re.sub(r'"\n\s+"', "", source)):
        yield "alarms.py", END.split(match["rest"])[0].strip()


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The command that the words begin with, and the others."""
    found: Any = typer.main.get_command(app)
    while words and hasattr(found, "commands"):
        if words[0] not in found.commands and hasattr(found, "default"):
            words = [found.default, *words]
        assert words[0] in found.commands, f"there is no command {words[0]!r}"
        found, words = found.commands[words[0]], words[1:]
    return found, words


COMMANDS = sorted({*documented(), *described()})


def test_commands_are_found() -> None:
    """Those of the runbook are many."""
    assert len([rest for page, rest in documented() if page == "runbook.md"]) > 40
    assert any(page == "alarms.py" for page, _ in COMMANDS)


@pytest.mark.parametrize(("page", "rest"), COMMANDS)
def test_documented_command_exists_with_its_options(page: str, rest: str) -> None:
    """Command, subcommand and each option."""
    command, others = command_of(shlex.split(rest))
    known = {name for parameter in command.params for name in parameter.opts}
    assert [word for word in others if word.startswith("--") and word.split("=")[0] not in known] == []


def test_documented_functions_exist() -> None:
    """`ops logs --function` knows each that a page names."""
    named = {match for _, rest in documented() for match in re.findall(r"--function (\w+)", rest)}
    assert named
    assert named <= {*groups.FUNCTIONS.values()}


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def alarm_names() -> set[str]:
    """What the alarms of the Control stack are called."""
    source = Path(alarms.__file__).read_text(encoding="utf-8")
    return {*re.findall(r'self\._(?:alarm|on_executions)\(\s*"(\w+)"', source)}


def test_links_of_the_runbook_lead_somewhere() -> None:
    """Each to a heading of the page."""
    assert {match["anchor"] for match in LINK.finditer(RUNBOOK)} <= anchors(RUNBOOK)


def rows() -> list[str]:
    """The table of what one sees, which has a link in each row."""
    return [line for line in RUNBOOK.splitlines() if line.startswith("| ") and LINK.search(line)]


@pytest.mark.parametrize("kind", troubles.KINDS)
def test_each_kind_of_notice_has_a_section(kind: str) -> None:
    """It is an alarm as well."""
    assert kind in alarms.KINDS
    assert [row for row in rows() if f"notice or alarm `{kind}`" in row]


@pytest.mark.parametrize("name", sorted(alarm_names()))
def test_each_other_alarm_has_a_section(name: str) -> None:
    """By its name."""
    assert [row for row in rows() if f"`{name}`" in row]


def test_texts_of_notices_are_real() -> None:
    """The quoted beginnings are what the code says."""
    folders = ("finetuning/lifecycle", "lambdas/driver", "lambdas/guard", "lambdas/undelivered")
    files = [file for folder in folders for file in sorted((ROOT / folder).glob("*.py"))]
    code = "".join(re.sub(r'"\n\s+f?"', "", file.read_text(encoding="utf-8")) for file in files)
    quoted = (
        "deleted outside this stack",
        "it is not bought again by itself",
        "unknown status ",
        "the driver has been at ",
        "Its last problem: ",
        "carries the owner tags of ",
        "it may cost money",
        "it renews itself then",
        "it is deleted then, because nothing wants it",
        "could not take on another model",
        "was refused: ",
        "nothing is recorded of model",
        "still there",
        "did not handle the request: ",
        "which nobody approved",
    )
    flat = re.sub(r"\s+", " ", RUNBOOK)
    assert [text for text in quoted if text not in code] == []
    assert [text for text in quoted if text not in flat] == []
