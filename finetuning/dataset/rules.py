"""Every rule a dataset is held to, from one data file, `rules.json`.

Codes are stable: they appear in reports, logs and pull requests. `docs/data-rules.md` is made from the same file.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Rule:
    """One rule: why it exists, what to do about a finding, and who says so.

    Attributes:
        code: stable, such as ``DS301``.
        title: what is wrong, in a few words.
        severity: an error keeps the record out and fails the deployment; a warning does neither.
        waivable: whether the author of a dataset may waive it; what Bedrock itself refuses cannot be waived.
        why: why the rule exists.
        fix: what to do about a finding.
        source: document and section, or "a rule of this project".
    """

    code: str
    title: str
    severity: Severity
    waivable: bool
    why: str
    fix: str
    source: str


def _load() -> dict[str, Rule]:
    document = json.loads(Path(__file__).with_name("rules.json").read_text(encoding="utf-8"))
    rules = [Rule(**entry) for entry in document["rules"]]
    return {rule.code: rule for rule in rules}


#: All rules by code, in the order of the codes.
RULES = MappingProxyType(_load())
