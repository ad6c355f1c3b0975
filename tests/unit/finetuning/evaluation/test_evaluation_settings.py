"""Settings are what the configuration wrote, and everything that is wrong with them is said at once."""

import pytest

from configuration.sections.evaluation import EvaluationConfiguration, GateConfiguration
from finetuning.evaluation.settings import (
    CurveSettings,
    EvaluationSettings,
    GateSettings,
    Settings,
    SettingsError,
    ThresholdSettings,
    read,
)


def test_defaults_are_the_configurations():
    """What is absent means here what it means there."""
    evaluation = EvaluationConfiguration(preset="tools").model_dump(mode="json")
    assert read({"evaluation": evaluation, "gate": GateConfiguration().model_dump(mode="json")}) == Settings(
        EvaluationSettings("tools"), GateSettings()
    )


def test_configuration_is_read_whole():
    evaluation = EvaluationConfiguration.model_validate(
        {"preset": "knowledge", "judge": {"model": "m"}, "labels": ["b", "a"], "max_records": 7}
    )
    gate = GateConfiguration.model_validate(
        {
            "mode": "enabled",
            "curve": {"max_overfit": 2},
            "thresholds": {"rouge_l": {"min": 1, "max_loss_to_champion": 0.1}},
            "no_regression": ["token_f1", "rouge_l"],
        }
    )
    found = read(
        {
            "evaluation": evaluation.model_dump(mode="json"),
            "gate": gate.model_dump(mode="json"),
            "reference": {"manifest": "ab", "band": 0.1, "metrics": {"rouge_l": 0.5}},
            "prices": {"input_usd_per_1k_tokens": 0, "output_usd_per_1k_tokens": None},
            "test_uri": "s3://b/k",
            "base_model": "m",
        }
    )
    assert found.evaluation is not None
    assert (found.evaluation.labels, found.evaluation.max_records) == (("b", "a"), 7)
    assert found.evaluation.judge is not None
    assert found.gate.curve == CurveSettings(2.0)
    assert found.gate.thresholds == (("rouge_l", ThresholdSettings(1.0, None, None, 0.1)),)
    assert found.gate.metrics() == ("rouge_l", "token_f1")
    assert found.reference is not None
    assert found.reference.metrics == (("rouge_l", 0.5),)
    assert found.prices.input_usd_per_1k_tokens == 0


def test_only_a_curve():
    assert read({"evaluation": None, "gate": {"mode": "enabled"}, "reference": None}).evaluation is None


def test_all_problems_at_once():
    with pytest.raises(SettingsError) as caught:
        read(
            {
                "evaluation": {"preset": "tool", "max_record": 3, "metrics": "x", "judge": {}, "json_schema": 1},
                "gate": {
                    "mode": "on",
                    "confidence": 1,
                    "min_records": 1,
                    "curve": {"max_overfit": 0},
                    "thresholds": {"a": {"min": float("nan"), "max_loss_to_champion": -1, "x": 1}, "b": 3},
                },
                "reference": {"metrics": {"a": "1"}},
                "prices": [],
            }
        )
    assert {problem.path for problem in caught.value.problems} == {
        "evaluation.preset",
        "evaluation.metrics",
        "evaluation.json_schema",
        "evaluation.judge.model",
        "evaluation.max_record",
        "gate.mode",
        "gate.curve.max_overfit",
        "gate.thresholds.b",
        "gate.thresholds.a.min",
        "gate.thresholds.a.max_loss_to_champion",
        "gate.thresholds.a.x",
        "gate.min_records",
        "gate.confidence",
        "reference.manifest",
        "reference.band",
        "reference.metrics.a",
        "prices",
    }
    assert len(caught.value.problems) == 17
    assert "max_records" in str(caught.value)
