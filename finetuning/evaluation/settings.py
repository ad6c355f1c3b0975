"""What an evaluation is asked for, as it stands in the registry (`configuration.sections.evaluation` writes it)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from finetuning.errors import FineTuningError
from finetuning.evaluation.fields import Fields
from finetuning.problems import Problem

Mode = Literal["disabled", "dry_run", "enabled"]
MODES: tuple[Mode, ...] = ("disabled", "dry_run", "enabled")
PRESETS = ("classification", "structured_output", "knowledge", "tools")
BASELINES = ("base", "champion")


class SettingsError(FineTuningError, ValueError):
    """Settings that say something impossible; the message holds all problems."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems."""
        self.problems = problems
        super().__init__(
            f"evaluation settings cannot be read: {'; '.join(map(str, problems))}; deploy the model again with this "
            f"release, which writes them anew"
        )


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


def read(document: Mapping[str, Any]) -> Settings:
    """Return the settings in a JSON document.

    Raises:
        SettingsError: with everything that is wrong with it.
    """
    fields = Fields(document)
    evaluation, reference = fields.section("evaluation"), fields.section("reference")
    settings = Settings(
        evaluation=_evaluation(evaluation) if evaluation else None,
        gate=_gate(fields.section("gate") or Fields({}, "gate", fields.problems)),
        reference=_reference(reference) if reference else None,
        prices=_prices(fields.section("prices")),
        test_uri=fields.text("test_uri", ""),
        base_model=fields.text("base_model", ""),
    )
    fields.done()
    if fields.problems:
        raise SettingsError(tuple(fields.problems))
    return settings


def _evaluation(fields: Fields) -> EvaluationSettings:
    judge = fields.section("judge")
    settings = EvaluationSettings(
        preset=fields.choice("preset", PRESETS),
        metrics=fields.texts("metrics"),
        baselines=fields.texts("baselines", BASELINES, allowed=BASELINES),
        larger_model=fields.optional_text("larger_model"),
        max_records=fields.integer("max_records", 200, least=1),
        concurrency=fields.integer("concurrency", 4, least=1),
        max_answer_tokens=fields.integer("max_answer_tokens", 512, least=1),
        json_schema=fields.schema("json_schema"),
        labels=fields.texts("labels"),
        judge=_judge(judge) if judge else None,
        hours=fields.integer("hours", 6, least=1),
    )
    fields.done()
    return settings


def _judge(fields: Fields) -> JudgeSettings:
    judge = JudgeSettings(
        model=fields.text("model"),
        instructions=fields.optional_text("instructions"),
        runs_as=fields.choice("runs_as", ("converse", "evaluation_job"), "converse"),
    )
    fields.done()
    return judge


def _gate(fields: Fields) -> GateSettings:
    curve = fields.section("curve")
    gate = GateSettings(
        mode=fields.choice("mode", MODES, "disabled"),
        curve=_curve(curve) if curve else CurveSettings(),
        thresholds=tuple((name, _threshold(part)) for name, part in fields.sections("thresholds")),
        no_regression=fields.texts("no_regression"),
        min_records=fields.integer("min_records", 30, least=2),
        confidence=fields.number("confidence", 0.95, above=0.5, below=1.0),
    )
    fields.done()
    return gate


def _curve(fields: Fields) -> CurveSettings:
    curve = CurveSettings(
        max_overfit=fields.number("max_overfit", 0.5, above=0.0),
        require_improvement=fields.flag("require_improvement", True),
    )
    fields.done()
    return curve


def _threshold(fields: Fields) -> ThresholdSettings:
    threshold = ThresholdSettings(
        min=fields.optional_number("min"),
        max=fields.optional_number("max"),
        min_gain_over_base=fields.optional_number("min_gain_over_base"),
        max_loss_to_champion=fields.optional_number("max_loss_to_champion", least=0.0),
    )
    fields.done()
    return threshold


def _reference(fields: Fields) -> ReferenceSettings:
    reference = ReferenceSettings(
        manifest=fields.text("manifest"),
        band=fields.number("band", least=0.0),
        metrics=fields.numbers("metrics"),
    )
    fields.done()
    return reference


def _prices(fields: Fields | None) -> PriceSettings:
    if fields is None:
        return PriceSettings()
    prices = PriceSettings(
        input_usd_per_1k_tokens=fields.optional_number("input_usd_per_1k_tokens", least=0.0),
        output_usd_per_1k_tokens=fields.optional_number("output_usd_per_1k_tokens", least=0.0),
    )
    fields.done()
    return prices
