"""Custom metrics: a file each, and a message for everything that can be wrong with one."""

from math import isnan
from typing import Any

import pytest

from finetuning.evaluation.custom import CustomMetric, CustomMetricError, load, metric
from finetuning.evaluation.gate import decide
from finetuning.evaluation.measuring import measure
from finetuning.evaluation.metric import Case
from finetuning.evaluation.settings import GateSettings, ThresholdSettings
from metrics.keywords import score
from tests.unit.finetuning.evaluation.judged_answers import answer, case, record


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a function that writes a file of custom metrics into a folder of its own, and the folder's name."""
    package = tmp_path / f"metrics_{tmp_path.name}"
    package.mkdir()
    monkeypatch.syspath_prepend(tmp_path)

    def write(**files):
        for name, text in files.items():
            (package / f"{name}.py").write_text(text)
        return package.name

    return write


def test_example():
    """The one of the repository: important words, in any order."""
    assert score("Throughput that was provisioned", "provisioned throughput") == 1
    assert score("Throughput", "Provisioned throughput.") == 0.5
    found = load(["rouge_l", "custom.keywords"])["custom.keywords"]
    assert (found.better, found.unit, found.title) == ("more", "share", "Key words")
    assert metric("custom.keywords", found).contribution(case("", "provisioned throughput")) == 0


def test_defaults(folder):
    name = folder(brevity="def score(answer, reference):\n    return -len(answer)\n")
    found = metric("custom.brevity", load(["custom.brevity"], name)["custom.brevity"])
    assert (found.title, found.unit, found.better) == ("Brevity", "score", "more")
    assert found.contribution(case("four", "")) == -4


def test_everything_that_is_wrong_is_said(folder):
    name = folder(
        broken="1 +",
        unimportable="import nothing_of_this_name",
        empty="",
        one="def score(answer):\n    return 1.0\n",
        best="BETTER = 'most'\ndef score(answer, reference):\n    return 1.0\n",
        unit="UNIT = 'percent'\ndef score(answer, reference):\n    return 1.0\n",
    )
    names = [
        f"custom.{name}" for name in ("absent", "not-a-name", "broken", "unimportable", "empty", "one", "best", "unit")
    ]
    with pytest.raises(CustomMetricError) as caught:
        load(names, name)
    for said in (
        f"custom.absent: there is no {name}/absent.py; write it, with score(answer, reference) -> float",
        "custom.not-a-name: 'not-a-name' cannot be the name of a Python file",
        f"custom.broken: {name}/broken.py cannot be imported: SyntaxError",
        f"custom.unimportable: {name}/unimportable.py needs nothing_of_this_name",
        f"custom.empty: {name}/empty.py defines no function score",
        f"custom.one: score of {name}/one.py must take an answer and a reference: too many positional arguments",
        f"custom.best: BETTER of {name}/best.py must be more or less, got 'most'",
        f"custom.unit: UNIT of {name}/unit.py must be share or score, got 'percent'",
    ):
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("function", "unit"),
    [
        (lambda answer, reference: 1 / 0, "score"),
        (lambda answer, reference: float("inf"), "score"),
        (lambda answer, reference: "high", "score"),
        (lambda answer, reference: 1.5, "share"),
    ],
)
def test_what_is_no_value_spoils_the_metric(function, unit):
    """It becomes NaN, which no gate lets pass, instead of being left out."""
    found: Any = metric("custom.x", CustomMetric(function, unit=unit)).contribution(case("", ""))
    assert isnan(found)


@pytest.mark.parametrize(("better", "worst"), [("more", 0.0), ("less", 1.0)])
def test_failed_answer_has_the_worst_share(better, worst):
    """Whatever the function says of an empty text."""
    found = metric("custom.x", CustomMetric(lambda answer, reference: 0.5, better, "share"))
    assert found.contribution(case("", "")) == 0.5
    assert found.contribution(case("", "", failure="timeout")) == worst


def test_failed_answer_spoils_a_score_of_which_less_is_better():
    """An empty text would be the best there is, and nobody knows what the worst one is."""
    found: Any = metric("custom.x", CustomMetric(lambda answer, reference: len(answer), "less"))
    assert found.contribution(case("four", "")) == 4
    assert isnan(found.contribution(case("four", "", failure="timeout")))


def test_failed_answer_counts_as_an_empty_one_to_a_score_of_which_more_is_better():
    found = metric("custom.x", CustomMetric(lambda answer, reference: len(answer)))
    assert found.contribution(case("four", "", failure="timeout")) == 0


@pytest.mark.parametrize("unit", ["score", "share"])
def test_failing_does_not_bring_a_candidate_past_the_gate(unit):
    """It is as bad as the base model, and does not answer most of the questions."""
    name = "custom.rude"
    rude = metric(name, CustomMetric(lambda answer, reference: float("damn" in answer), "less", unit))
    base = [Case(record("r", n), answer("damn", n)) for n in range(200)]
    candidate = base[:80] + [Case(record("r", n), answer("", n, failure="ModelErrorException")) for n in range(80, 200)]
    measured = measure({name: rude}, {"candidate": candidate, "base": base}, confidence=0.95, seed="s")
    for wanted in (ThresholdSettings(max=0.5), ThresholdSettings(min_gain_over_base=0.3)):
        gate = GateSettings("enabled", thresholds=((name, wanted),))
        assert not decide(gate, measured, absent={}, first_model=True).passed
