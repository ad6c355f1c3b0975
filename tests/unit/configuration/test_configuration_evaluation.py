"""How a candidate is judged: what is asked for can be measured, and what is required can be met."""

from pathlib import Path
from typing import Any

import pytest

from configuration.models import ThresholdConfiguration
from configuration.rules import range_rules, schema_rules
from tests.unit.configuration.conftest import Context, ProblemsOf

PATH = "environments.dev.models.faq"


@pytest.fixture
def judged(context: Context, dev: Context) -> Context:
    """A model of dev with an evaluation and a gate, to be changed in place."""
    dev["training"]["dataset"]["test"] = "datasets/bedrock-faq/validation.jsonl"
    dev["evaluation"] = {"preset": "knowledge"}
    dev["gate"] = {"mode": "enabled", "thresholds": {"rouge_l": {"min": 0.3}}}
    return dev


def test_evaluation_with_thresholds_is_accepted(context: Context, judged: Context, problems_of: ProblemsOf) -> None:
    """What the other tests change."""
    assert problems_of(context) == []


def test_training_curve_alone_can_be_judged(context: Context, dev: Context, problems_of: ProblemsOf) -> None:
    """The losses need no test dataset and no threshold."""
    dev["gate"] = {"mode": "enabled", "curve": {"max_overfit": 0.2}}
    assert problems_of(context) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"training.dataset.test": None}, f"{PATH}.training.dataset.test: is required with an evaluation"),
        (
            {"evaluation.larger_model": "nova-lite"},
            f"{PATH}.evaluation.larger_model: is the base model itself (Nova Lite)",
        ),
        (
            {"evaluation.judge": {"model": "us.amazon.nova-lite-v1:0"}},
            f"{PATH}.evaluation.judge.model: is the base model itself",
        ),
        ({"evaluation.metrics": ["rouge_1"]}, f"{PATH}.evaluation.metrics: 'rouge_1' is no metric; did you mean"),
        (
            {"evaluation.metrics": ["custom.politenes"]},
            f"{PATH}.evaluation.metrics: 'custom.politenes': there is no metrics/politenes.py; write it, with score",
        ),
        ({"evaluation.metrics": ["custom.a-b"]}, f"{PATH}.evaluation.metrics: 'custom.a-b': the name of a Python file"),
        (
            {"evaluation.metrics": ["recall.yes"]},
            f"{PATH}.evaluation.metrics: 'recall.yes' is a metric of classifications",
        ),
        ({"evaluation.labels": ["yes"]}, f"{PATH}.evaluation.labels: is only for preset 'classification'"),
        (
            {"evaluation.metrics": ["json_schema_valid"]},
            f"{PATH}.evaluation.json_schema: is required by the metric 'json_schema_valid'",
        ),
        ({"gate.no_regression": ["judge_score"]}, f"{PATH}.gate.no_regression: 'judge_score' needs a judge"),
        (
            {"gate.thresholds": {"usd_per_1k_requests": {"max": 1}}},
            f"{PATH}.gate.thresholds.usd_per_1k_requests: 'usd_per_1k_requests' needs the prices of",
        ),
        ({"gate.thresholds": {"rouge": {"min": 1}}}, f"{PATH}.gate.thresholds.rouge: 'rouge' is no metric"),
        ({"gate.thresholds": {"rouge_l": {}}}, f"{PATH}.gate.thresholds.rouge_l: requires nothing; allowed: min, max"),
        (
            {"gate.thresholds": {"rouge_l": {"min": 0.9, "max": 0.1}}},
            f"{PATH}.gate.thresholds.rouge_l.min: is 0.9, and max is 0.1: no model could pass",
        ),
        ({"gate.thresholds": {}}, f"{PATH}.gate.thresholds: is required with mode 'enabled' and an evaluation"),
        ({"gate.min_records": 201}, f"{PATH}.gate.min_records: is 201, and at most 200 records are asked"),
        (
            {"evaluation.baselines": ["champion"], "gate.thresholds": {"rouge_l": {"min_gain_over_base": 0.1}}},
            f"{PATH}.gate.thresholds.rouge_l.min_gain_over_base: compares with the base, which evaluation.baselines",
        ),
        (
            {"evaluation.baselines": ["base"], "gate.thresholds": {"rouge_l": {"max_loss_to_champion": 0.1}}},
            f"{PATH}.gate.thresholds.rouge_l.max_loss_to_champion: compares with the champion",
        ),
        (
            {"gate.thresholds": {"rouge_l": {"max_loss_to_champion": 0.0148}}},
            f"{PATH}.gate.thresholds.rouge_l.max_loss_to_champion: is 0.0148, and 200 records (evaluation.max_records) "
            "can exclude a loss of 0.015 at best, with confidence 0.95: no model could pass",
        ),
        (
            {"evaluation.baselines": [], "gate.no_regression": ["rouge_l"]},
            f"{PATH}.gate.no_regression: compares with the champion",
        ),
        ({"evaluation": None}, f"{PATH}.gate.thresholds: needs an evaluation, which measures it"),
        ({"endpoint.watch_minutes": 5}, f"{PATH}.endpoint.watch_minutes: is only for endpoint.alarms"),
        (
            {"endpoint.serving": "none", "endpoint.alarms": ["errors"]},
            f"{PATH}.endpoint.alarms: means nothing with serving 'none'",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    context: Context, judged: Context, problems_of: ProblemsOf, change: dict[str, Any], expected: str
) -> None:
    """Each is the only problem, at its path."""
    for path, value in change.items():
        _set(judged, path, value)
    (found,) = problems_of(context)
    assert found.startswith(expected)


@pytest.mark.parametrize(
    ("metric", "threshold", "expected"),
    [
        ("rouge_l", {"min": 40}, "min: must be from 0 to 1 for rouge_l, got 40; did you mean 0.4?"),
        ("rouge_l", {"max": 7}, "max: must be from 0 to 1 for rouge_l, got 7; did you mean 0.07?"),
        ("failed_share", {"max": -0.1}, "max: must be from 0 to 1 for failed_share, got -0.1; 0 is none and 1 is all"),
        ("rouge_l", {"min": 400}, "min: must be from 0 to 1 for rouge_l, got 400; 0 is none and 1 is all"),
        (
            "rouge_l",
            {"min_gain_over_base": 20},
            "min_gain_over_base: must be from -1 to less than 1 for rouge_l, got 20; did you mean 0.2?",
        ),
        (
            "rouge_l",
            {"min_gain_over_base": 1},
            "min_gain_over_base: must be from -1 to less than 1 for rouge_l, got 1; a gain has to be above it",
        ),
        (
            "rouge_l",
            {"max_loss_to_champion": 5},
            "max_loss_to_champion: must be from 0 to 1 for rouge_l, got 5; did you mean 0.05?",
        ),
        (
            "custom.keywords",
            {"min": 80},
            "min: must be from 0 to 1 for custom.keywords, got 80; did you mean 0.8?",
        ),
    ],
)
def test_threshold_beyond_a_share_is_refused(
    context: Context,
    judged: Context,
    problems_of: ProblemsOf,
    metric: str,
    threshold: dict[str, float],
    expected: str,
) -> None:
    """No model could pass, or every one would: percents are the usual mistake."""
    judged["gate"]["thresholds"] = {metric: threshold}
    assert problems_of(context) == [f"{PATH}.gate.thresholds.{metric}.{expected}"]


def test_thresholds_beyond_a_share_are_refused_at_once(
    context: Context, judged: Context, problems_of: ProblemsOf
) -> None:
    """Each at its own path."""
    judged["gate"]["thresholds"] = {"rouge_l": {"min": 40, "min_gain_over_base": 20}, "token_f1": {"min": 50}}
    assert [problem.split(": ")[0] for problem in problems_of(context)] == [
        f"{PATH}.gate.thresholds.rouge_l.min",
        f"{PATH}.gate.thresholds.rouge_l.min_gain_over_base",
        f"{PATH}.gate.thresholds.token_f1.min",
    ]


@pytest.mark.parametrize(
    ("metric", "threshold"),
    [
        ("rouge_l", {"min": 0, "max": 1, "min_gain_over_base": -0.1, "max_loss_to_champion": 1}),
        ("latency_p95", {"max": 3}),
        ("answer_length", {"max": 400, "min_gain_over_base": 20}),
    ],
)
def test_threshold_within_the_range_is_taken(
    context: Context, judged: Context, problems_of: ProblemsOf, metric: str, threshold: dict[str, float]
) -> None:
    """A share's bounds themselves, and any value of what is no share."""
    judged["gate"]["thresholds"] = {metric: threshold}
    assert problems_of(context) == []


@pytest.mark.parametrize(
    ("content", "is_share"),
    [
        ("def score(answer, reference): return 7.0", False),
        ('UNIT = "score"', False),
        ('UNIT = "share"', True),
        ('UNIT: str = "share"', True),
        ("UNIT = ", False),
        (None, False),
    ],
)
def test_custom_metric_is_a_share_if_its_file_says_so(tmp_path: Path, content: str | None, *, is_share: bool) -> None:
    """A score has no bounds. The file is not run for it."""
    if content is not None:
        (tmp_path / "points.py").write_text(content, encoding="utf-8")
    found = list(range_rules.problems("custom.points", ThresholdConfiguration(min=7), "thresholds", tmp_path))
    assert bool(found) == is_share


def test_priced_metric_is_taken_where_prices_are_known(
    context: Context, judged: Context, problems_of: ProblemsOf
) -> None:
    """Both of them."""
    judged["gate"]["thresholds"] = {"usd_per_1k_requests": {"max": 1}}
    prices = context["environments"]["dev"]["prices"]["nova-lite"]
    prices["input_usd_per_1k_tokens"] = 0.00006
    assert len(problems_of(context)) == 1
    prices["output_usd_per_1k_tokens"] = 0.00024
    assert problems_of(context) == []


def test_model_that_is_not_served_is_asked_behind_a_deployment(
    context: Context, judged: Context, problems_of: ProblemsOf
) -> None:
    """If its base model is served on demand."""
    judged["endpoint"] = {"serving": "none"}
    assert problems_of(context) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "there is no file"),
        ("{", "is not JSON"),
        ("[]", "must hold a JSON object, got list"),
        ('{"type": "objekt"}', "is no JSON Schema: at type: 'objekt' is not valid"),
        ('{"properties": {"a": 3}}', "is no JSON Schema: at properties/a: 3 is not of type"),
        ("x" * (schema_rules.MOST_BYTES + 1), "may have 64 KiB"),
    ],
)
def test_schema_that_is_none_is_refused(
    context: Context, judged: Context, problems_of: ProblemsOf, tmp_path: Path, content: str | None, expected: str
) -> None:
    """At synth, and not when the answers are there."""
    file = tmp_path / "schema.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    judged["evaluation"]["json_schema"] = str(file)
    (found,) = problems_of(context)
    assert found.startswith(f"{PATH}.evaluation.json_schema: ")
    assert expected in found


def test_schema_is_taken(context: Context, judged: Context, problems_of: ProblemsOf, tmp_path: Path) -> None:
    """Of any draft that it names itself."""
    file = tmp_path / "schema.json"
    file.write_text('{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}', encoding="utf-8")
    judged["evaluation"] |= {"json_schema": str(file), "metrics": ["json_schema_valid"]}
    assert problems_of(context) == []


def _set(model: Context, path: str, value: Any) -> None:
    *steps, last = path.split(".")
    for step in steps:
        model = model.setdefault(step, {})
    if value is None:
        model.pop(last, None)
    else:
        model[last] = value
