"""What a preflight found: the shape in which it is rendered and printed as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from configuration import Selection
from finetuning.preflight import Finding, errors


@dataclass(frozen=True)
class Report:
    """Findings about the environment, and by model."""

    environment: tuple[Finding, ...]
    models: Mapping[str, tuple[Finding, ...]]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them."""
        return (*self.environment, *(finding for found in self.models.values() for finding in found))

    @property
    def is_refused(self) -> bool:
        """Whether something must not be started."""
        return bool(errors(self.findings))


def document(selection: Selection, report: Report) -> dict[str, Any]:
    """The JSON document of a report."""
    return {
        "project": selection.project,
        "environment": selection.environment.name,
        "account": selection.environment.account,
        "region": selection.environment.region,
        "refused": report.is_refused,
        "findings": [asdict(finding) for finding in report.environment],
        "models": {model: [asdict(finding) for finding in found] for model, found in report.models.items()},
    }
