"""One synthesized environment: its templates, its validation report and what was acknowledged."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.infrastructure import trained

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "111122223333"
LOOPBACK = "http://127.0.0.1:1"
PREFIX = "finetuning-"
#: For the placeholder of a price; only its size next to the caps matters.
TRAINING_PRICE = 0.002

Resource = dict[str, Any]


def context(environment: str, **overrides: str) -> dict[str, Any]:
    """The context of cdk.json of a team that trains in every environment, initialised, and `-c` values."""
    given = shipped(environment, **overrides)
    return _initialised({**given, "environments": trained.everywhere(given["environments"])})


def shipped(environment: str, **overrides: str) -> dict[str, Any]:
    """The context of cdk.json itself, initialised, and `-c` values: staging and prod want a pin."""
    reviewed: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    return _initialised({**reviewed, "env": environment, **overrides})


def _initialised(reviewed: dict[str, Any]) -> dict[str, Any]:
    """With an account and a price in the place of each placeholder."""
    for given in reviewed["environments"].values():
        given["account"] = ACCOUNT if given["account"].startswith("<") else given["account"]
        for price in given.get("prices", {}).values():
            price["training_usd_per_1k_tokens"] = TRAINING_PRICE
    return reviewed


def run_app(
    folder: Path, given: Mapping[str, Any], *command: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """`python app.py`, or another command of Python, in a process of its own, as the CDK CLI runs it."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own = {
        "CDK_OUTDIR": str(folder),
        "CDK_CONTEXT_JSON": json.dumps(given),
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
    }
    return subprocess.run(
        [sys.executable, *(command or ("app.py",))],
        cwd=ROOT,
        env={**inherited, **own, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@dataclass(frozen=True)
class Synthesis:
    """The cloud assembly of one environment."""

    environment: str
    folder: Path

    def stack_name(self, stack: str) -> str:
        """The full name of "Foundation", "Control" or "Model-<name>"."""
        return f"{PREFIX}{self.environment}-{stack}"

    def text(self, stack: str) -> str:
        """A stack's template, byte for byte."""
        return (self.folder / f"{self.stack_name(stack)}.template.json").read_text(encoding="utf-8")

    def template(self, stack: str) -> dict[str, Any]:
        """A stack's template."""
        template: dict[str, Any] = json.loads(self.text(stack))
        return template

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        """All templates by stack."""
        beginning = f"{PREFIX}{self.environment}-"
        names = sorted(path.name.removesuffix(".template.json") for path in self.folder.glob("*.template.json"))
        return {name.removeprefix(beginning): self.template(name.removeprefix(beginning)) for name in names}

    def resources(self, stack: str, type_: str = "") -> dict[str, Resource]:
        """A stack's resources by logical id, of one type or all."""
        every: dict[str, Resource] = self.templates[stack]["Resources"]
        return {logical_id: found for logical_id, found in every.items() if type_ in ("", found["Type"])}

    def only(self, stack: str, type_: str, beginning: str = "") -> Resource:
        """The properties of the one resource of a type whose logical id begins like this."""
        (found,) = [r for i, r in self.resources(stack, type_).items() if i.startswith(beginning)]
        properties: Resource = found.get("Properties", {})
        return properties

    def logical_id(self, stack: str, type_: str, beginning: str, *, without: str = " ") -> str:
        """The logical id of the one resource of a type that begins like this and lacks that."""
        (found,) = [i for i in self.resources(stack, type_) if i.startswith(beginning) and without not in i]
        return found

    def artifact(self, stack: str) -> dict[str, Any]:
        """What the manifest says about a stack."""
        manifest = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        artifact: dict[str, Any] = manifest["artifacts"][self.stack_name(stack)]
        return artifact

    @cached_property
    def report(self) -> list[dict[str, Any]]:
        """The validation report, one entry per plugin."""
        report = json.loads((self.folder / "validation-report.json").read_text(encoding="utf-8"))
        plugins: list[dict[str, Any]] = report["pluginReports"]
        return plugins

    def acknowledgements(self) -> dict[tuple[str, str], str]:
        """The reason of each acknowledgement by finding and construct path."""
        found: dict[tuple[str, str], str] = {}
        for path in self.folder.glob("*.metadata.json"):
            for construct, entries in json.loads(path.read_text(encoding="utf-8")).items():
                for entry in entries:
                    if entry["type"] == "aws:cdk:acknowledged-rules":
                        found |= {(rule, construct.strip("/")): reason for rule, reason in entry["data"].items()}
        return found
