"""The page about all rules, `docs/data-rules.md`: what a finding means, what to do about it, and who says so.

Print it with ``python -m finetuning.dataset.presentation.rules_page``.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from finetuning.dataset.rules import RULES, Rule

COMMAND = "python -m finetuning.dataset.presentation.rules_page > docs/data-rules.md"

_GROUPS = MappingProxyType(
    {
        "DS1": "Files and lines",
        "DS2": "Keys, types and media",
        "DS3": "Messages and their order",
        "DS4": "Texts and their length",
        "DS5": "Numbers of records, sizes and hyperparameters",
        "DS6": "Records together",
        "DS7": "What must not be learnt",
    }
)
_BEGINNING = f"""\
# Rules for datasets

<!-- Made from finetuning/dataset/rules.json and rule_examples.json; do not edit. Make it anew: {COMMAND} -->

Every finding of the data gate has the code of its rule. An **error** keeps the record out and fails the deployment; a
**warning** does neither. A rule that can be waived is waived in the configuration (`dataset.waivers`) or on the command
line (`--waive CODE="reason"`), for one dataset, with a reason that stays in the report. What Bedrock itself refuses
cannot be waived. Findings show a record's place and shape, never its text: letters appear as `x`, digits as `0`.
"""


@dataclass(frozen=True)
class Example:
    """A record that breaks a rule, and the same record repaired.

    Attributes:
        base_model: alias of the base model whose dataset it is.
        customization_type: what the dataset is for.
        bad: a line of a file, without its line feed.
        good: the line repaired.
        also: other rules that the bad line breaks.
    """

    base_model: str
    bad: str
    good: str
    also: tuple[str, ...] = ()
    customization_type: str = "FINE_TUNING"


def examples() -> Mapping[str, Example]:
    """Return an example of each rule of a single line that can be shown, by code."""
    document = json.loads(Path(__file__).with_name("rule_examples.json").read_text(encoding="utf-8"))
    return {code: Example(**(entry | {"also": tuple(entry.get("also", ()))})) for code, entry in document.items()}


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join([_BEGINNING, *_table(), *_sections()])


def _table() -> Iterator[str]:
    yield "| Code | Rule | Severity | Can be waived |"
    yield "|---|---|---|---|"
    for rule in RULES.values():
        can = "yes" if rule.waivable else "no"
        yield f"| [{rule.code}](#{rule.code.lower()}) | {rule.title} | {rule.severity} | {can} |"
    yield ""


def _sections() -> Iterator[str]:
    shown, group = examples(), ""
    for rule in RULES.values():
        if rule.code[:3] != group:
            group = rule.code[:3]
            yield f"## {_GROUPS[group]}\n"
        yield _section(rule, shown.get(rule.code))


def _section(rule: Rule, example: Example | None) -> str:
    waiver = "can be waived" if rule.waivable else "cannot be waived"
    lines = [
        f"### {rule.code}\n",
        f"**{rule.title[0].upper()}{rule.title[1:]}** ({rule.severity}, {waiver}). {rule.why}\n",
        f"- Do this: {rule.fix}.",
        f"- Source: {rule.source}.",
    ]
    if example is not None:
        lines += [f"\nBad, then repaired:\n\n```text\n{example.bad}\n{example.good}\n```"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
