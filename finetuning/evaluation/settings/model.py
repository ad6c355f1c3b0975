"""All that decides how a candidate is evaluated and judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Mode = Literal["disabled", "dry_run", "enabled"]
MODES: tuple[Mode, ...] = ("disabled", "dry_run", "enabled")
BASELINES = ("base", "champion")


@dataclass(frozen=True)
class JudgeSettings:
    """A larger model that grades the answers."""

    model: str
    instructions: str | None = None
    runs_as: str = "converse"


@dataclass(frozen=True)
class EvaluationSettings:
    """How the candidate is evaluated; see `configuration.sections.evaluation.EvaluationConfiguration`.

    Attributes:
        json_schema: the schema document itself; None without one.
    """

    preset: str
    metrics: tuple[str, ...] = ()
    baselines: tuple[str, ...] = BASELINES
    larger_model: str | None = None
    max_records: int = 200
    concurrency: int = 4
    max_answer_tokens: int = 512
    json_schema: Mapping[str, Any] | bool | None = None
    labels: tuple[str, ...] = ()
    judge: JudgeSettings | None = None
    hours: int = 6


@dataclass(frozen=True)
class ThresholdSettings:
    """What one metric has to reach; None where nothing is asked."""

    min: float | None = None
    max: float | None = None
    min_gain_over_base: float | None = None
    max_loss_to_champion: float | None = None


@dataclass(frozen=True)
class CurveSettings:
    """What the losses of the training must show."""

    max_overfit: float = 0.5
    require_improvement: bool = True


@dataclass(frozen=True)
class GateSettings:
    """The quality gate; see `configuration.sections.evaluation.GateConfiguration`."""

    mode: Mode = "disabled"
    curve: CurveSettings = CurveSettings()
    thresholds: tuple[tuple[str, ThresholdSettings], ...] = ()
    no_regression: tuple[str, ...] = ()
    min_records: int = 30
    confidence: float = 0.95

    def metrics(self) -> tuple[str, ...]:
        """Return the metrics that the gate judges, each once."""
        return tuple(dict.fromkeys([*(name for name, _ in self.thresholds), *self.no_regression]))


@dataclass(frozen=True)
class ReferenceSettings:
    """A manifest with which a model that was trained again must agree.

    Attributes:
        manifest: its SHA-256.
        band: how far each metric may be from its value there.
        metrics: the values there, by metric.
    """

    manifest: str
    band: float
    metrics: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class PriceSettings:
    """Dollars for a thousand tokens; None if unknown."""

    input_usd_per_1k_tokens: float | None = None
    output_usd_per_1k_tokens: float | None = None


@dataclass(frozen=True)
class Settings:
    """All that decides how a candidate is judged; ``evaluation`` is None if only its training curve is."""

    evaluation: EvaluationSettings | None
    gate: GateSettings
    reference: ReferenceSettings | None = None
    prices: PriceSettings = PriceSettings()
    test_uri: str = ""
    base_model: str = ""
