"""The CDK CLI: which commands the demo gives it, and what its output says about progress."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
#: `<stack> | 3/25 | 1:27:08 PM | CREATE_COMPLETE | AWS::S3::Bucket | Data (Data1234)`
_EVENT = re.compile(r"(?P<stack>\S+) \|\s*(?P<done>\d+)/(?P<total>\d+) \| [^|]+ \| (?P<status>[A-Z_]+)\s*\| .*")
#: `<stack>: deploying... [1/3]`, also `destroying`
_STACK = re.compile(r"(?P<stack>\S+): (?:deploying|updating)\.\.\. \[(?P<number>\d+)/(?P<of>\d+)\]")
#: The end of an event, also where CDK repeats it at its end, without the numbers.
_FAILURE = re.compile(r" \| (\w+_FAILED) *\| (\S+) *\| (.*)")
_SYNTHESIZED = re.compile(r"✨\s+Synthesis time")
_COMPLETE = re.compile(r"✅\s+(?P<stack>\S+?)(?P<unchanged> \(no changes\))?\s*$")
_TROUBLE = re.compile(r"❌|‣|[Ee]rror|refuse|must |unknown")
_MOST_LINES = 12


def bootstrap(places: Sequence[str]) -> list[str]:
    """Prepare each `aws://<account>/<region>`; run in a folder without cdk.json, so that nothing is synthesized."""
    return ["cdk", "bootstrap", *places, "--no-notices"]


def deploy(output: Path, context: Mapping[str, str]) -> list[str]:
    """Deploy all stacks; `output` keeps the synthesized app apart from that of a `cdk` beside the demo."""
    words = "deploy --all -c env=local --require-approval never --no-notices --progress events --output"
    settings = [word for name, value in context.items() for word in ("-c", f"{name}={value}")]
    return ["cdk", *words.split(), str(output), *settings]


@dataclass(frozen=True)
class Deployment:
    """How far `cdk deploy` is.

    Attributes:
        stack: being deployed; "" before the first.
        number: of that stack, from 1 to `of`.
        done: resources of that stack that are there, of `total`.
        unchanged: stacks in which nothing was to be done.
    """

    activity: str = "synthesizing"
    stack: str = ""
    number: int = 0
    of: int = 0
    done: int = 0
    total: int = 0
    complete: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

    @property
    def fraction(self) -> float:
        """Share that is done, from 0 to 1."""
        if self.of == 0:
            return 0.0
        inside = self.done / self.total if self.total and self.stack not in self.complete else 0.0
        return min(1.0, (len(self.complete) + inside) / self.of)

    @property
    def text(self) -> str:
        """How far it is, in words."""
        if not self.stack:
            return self.activity
        resources = f" {self.done}/{self.total}" if self.total else ""
        return f"{self.stack}{resources} (stack {self.number} of {self.of})"

    def after(self, line: str) -> "Deployment":
        """How far it is after one more line of output."""
        line = _ANSI.sub("", line).strip()
        if _SYNTHESIZED.match(line):
            return replace(self, activity="publishing assets")
        if match := _STACK.fullmatch(line):
            number, of = int(match["number"]), int(match["of"])
            return replace(self, stack=match["stack"], number=number, of=of, done=0, total=0)
        if match := _EVENT.fullmatch(line):
            return replace(self, stack=match["stack"], done=int(match["done"]), total=int(match["total"]))
        if match := _COMPLETE.fullmatch(line):
            return self._completed(match["stack"], bool(match["unchanged"]))
        return self

    def _completed(self, stack: str, is_unchanged: bool) -> "Deployment":
        if stack in self.complete:
            return self
        unchanged = (*self.unchanged, stack) if is_unchanged else self.unchanged
        return replace(self, stack=stack, complete=(*self.complete, stack), unchanged=unchanged)


def relevant(lines: Sequence[str]) -> list[str]:
    """The lines of an output that say why it failed.

    Best are CloudFormation's events of resources that failed, each once although CDK repeats them; then lines that
    speak of trouble; else the last lines.
    """
    plain = [_ANSI.sub("", line).strip() for line in lines]
    failed = [line for event in dict.fromkeys(failed_events(lines)) for line in event.splitlines()]
    trouble = [line for line in plain if _TROUBLE.search(line)]
    return (failed or trouble or [line for line in plain if line])[-_MOST_LINES:]


def failed_events(lines: Sequence[str]) -> Iterator[str]:
    """Yield CloudFormation's events of failures, as `CREATE_FAILED <type> <resource and reason>`.

    A reason may have more lines; those that are not the first begin with two spaces.
    """
    event: list[str] = []
    for line in [*(_ANSI.sub("", line).rstrip() for line in lines), ""]:
        if event and line.startswith("  "):
            event.append(line)
            continue
        if event:
            yield "\n".join(event)
        match = _FAILURE.search(line)
        event = [" ".join(match.groups())] if match else []
