"""The settings of an evaluation, read from the JSON document that stands in the registry."""

from collections.abc import Mapping
from typing import Any

from finetuning.errors import FineTuningError
from finetuning.evaluation.fields import Fields
from finetuning.evaluation.presets import PRESETS
from finetuning.evaluation.settings.model import (
    BASELINES,
    MODES,
    CurveSettings,
    EvaluationSettings,
    GateSettings,
    JudgeSettings,
    PriceSettings,
    ReferenceSettings,
    Settings,
    ThresholdSettings,
)
from finetuning.problems import Problem


class SettingsError(FineTuningError, ValueError):
    """Settings that say something impossible; the message holds all problems."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems."""
        self.problems = problems
        super().__init__(
            f"evaluation settings cannot be read: {'; '.join(map(str, problems))}; deploy the model again with this "
            f"release, which writes them anew"
        )


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
        preset=fields.choice("preset", tuple(PRESETS)),
        metrics=fields.texts("metrics"),
        baselines=fields.texts("baselines", BASELINES, allowed=BASELINES),
        larger_model=fields.optional_text("larger_model"),
        max_records=fields.integer("max_records", EvaluationSettings.max_records, least=1),
        concurrency=fields.integer("concurrency", EvaluationSettings.concurrency, least=1),
        max_answer_tokens=fields.integer("max_answer_tokens", EvaluationSettings.max_answer_tokens, least=1),
        json_schema=fields.schema("json_schema"),
        labels=fields.texts("labels"),
        judge=_judge(judge) if judge else None,
        hours=fields.integer("hours", EvaluationSettings.hours, least=1),
    )
    fields.done()
    return settings


def _judge(fields: Fields) -> JudgeSettings:
    judge = JudgeSettings(
        model=fields.text("model"),
        instructions=fields.optional_text("instructions"),
        runs_as=fields.choice("runs_as", ("converse", "evaluation_job"), JudgeSettings.runs_as),
    )
    fields.done()
    return judge


def _gate(fields: Fields) -> GateSettings:
    curve = fields.section("curve")
    gate = GateSettings(
        mode=fields.choice("mode", MODES, GateSettings.mode),
        curve=_curve(curve) if curve else CurveSettings(),
        thresholds=tuple((name, _threshold(part)) for name, part in fields.sections("thresholds")),
        no_regression=fields.texts("no_regression"),
        min_records=fields.integer("min_records", GateSettings.min_records, least=2),
        confidence=fields.number("confidence", GateSettings.confidence, above=0.5, below=1.0),
    )
    fields.done()
    return gate


def _curve(fields: Fields) -> CurveSettings:
    curve = CurveSettings(
        max_overfit=fields.number("max_overfit", CurveSettings.max_overfit, above=0.0),
        require_improvement=fields.flag("require_improvement", CurveSettings.require_improvement),
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
