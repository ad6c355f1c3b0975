"""Custom metrics: a file each, and a message for everything that can be wrong with one."""

from math import isnan
from typing import Any

import pytest

from finetuning.evaluation.custom import CustomMetric, CustomMetricError, load, metric
from metrics.keywords import score
from tests.unit.finetuning.evaluation.judged_answers import case


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
