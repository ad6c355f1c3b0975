"""From answers to the document: values, differences of the same records, verdict, and records to look at."""

import json
from pathlib import Path

import pytest

from finetuning.evaluation.answers import SavedGrade
from finetuning.evaluation.custom import CustomMetric
from finetuning.evaluation.metrics.registry import BUILT_IN, UnknownMetricError, problem
from finetuning.evaluation.scoring import NothingToScoreError, evaluate
from finetuning.evaluation.settings import read
from finetuning.fingerprint import canonical_json
from tests.unit.finetuning.evaluation.judged_answers import answer, answers, record, records

LABELS = ["billing", "delivery"] * 20
RIGHT, WRONG = LABELS, ["billing"] * 40


def settings(gate=None, **evaluation):
    """Return settings of a classification."""
    return read({"evaluation": {"preset": "classification", **evaluation}, "gate": gate or {"mode": "enabled"}})


def document(candidate=RIGHT, base=WRONG, champion=None, *, gate=None, grades=None, custom=None, **evaluation):
    """Return the document of these answers; None for a subject that does not exist."""
    texts = {"candidate": candidate, "base": base, "champion": champion}
    found = {subject: answers(given) for subject, given in texts.items() if given is not None}
    identities = {subject: f"model of {subject}" for subject in found}
    return evaluate(settings(gate, **evaluation), records(LABELS), found, identities, grades=grades, custom=custom)


def value(found, subject, metric):
    """Return a subject's metric."""
    return found["subjects"][subject]["metrics"][metric]


def difference(found, metric, against="base"):
    """Return a difference."""
    (one,) = [one for one in found["differences"] if (one["metric"], one["against"]) == (metric, against)]
    return one


def test_values_and_differences():
    found = document()
    assert value(found, "candidate", "accuracy") == {"value": 1.0, "records": 40}
    assert value(found, "base", "accuracy") == {"value": 0.5, "records": 40}
    gap = difference(found, "accuracy")
    assert (gap["candidate"], gap["other"], gap["value"], gap["records"]) == (1.0, 0.5, 0.5, 40)
    assert 0.3 < gap["low"] < 0.5 < gap["high"] < 0.7
    assert difference(found, "macro_f1")["value"] == pytest.approx(1 - 1 / 3)
    assert found["subjects"]["base"]["labels"]["delivery"] == {"precision": 0, "recall": 0, "f1": 0, "records": 20}


def test_document_is_json_and_a_function_of_its_inputs():
    """Whatever the order in which records and answers come."""
    found = document(champion=WRONG)
    assert json.loads(canonical_json(found)) == found
    texts = {"candidate": RIGHT, "base": WRONG, "champion": WRONG}
    turned = {subject: dict(reversed(answers(texts[subject]).items())) for subject in reversed(texts)}
    identities = {subject: f"model of {subject}" for subject in reversed(texts)}
    assert evaluate(settings(), records(LABELS)[::-1], turned, identities) == found


def test_records_are_paired_by_id():
    """An answer that is missing does not move the others."""
    missing = answers(RIGHT)
    del missing[record("", 5).id]
    found = evaluate(settings(), records(LABELS), {"candidate": missing}, {"candidate": "m"})
    assert value(found, "candidate", "accuracy")["value"] == pytest.approx(39 / 40)
    assert found["subjects"]["candidate"]["failures"] == {"it was not asked": 1}


def test_failing_at_hard_questions_does_not_help():
    """A record that the candidate failed at counts against it; one that the base failed at is left out."""
    ours, theirs = [None, *RIGHT[1:]], [RIGHT[0], None, *RIGHT[2:]]
    found = difference(document(ours, theirs), "accuracy")
    assert (found["candidate"], found["other"], found["records"]) == (pytest.approx(38 / 39), 1.0, 38)
    assert difference(document(ours, theirs), "failed_share")["value"] == 0
    assert difference(document(ours, theirs), "failed_share")["records"] == 40


def test_too_few_answers_of_the_baseline_do_not_pass():
    """A baseline that hardly answered proves nothing."""
    gate = {"mode": "enabled", "thresholds": {"accuracy": {"min_gain_over_base": 0.1}}}
    assert document(gate=gate)["verdict"]["passed"]
    found = document(base=[*WRONG[:29], *[None] * 11], gate=gate)
    assert not found["verdict"]["passed"]
    assert "of both candidate and base is known of 29 records, and 30 are needed" in found["verdict"]["reasons"][0]


def test_gate_measures_what_it_asks_for():
    """A metric need not be listed twice; the manifest gets the values of those that are judged."""
    gate = {"mode": "dry_run", "thresholds": {"recall.delivery": {"min": 0.9}}, "no_regression": ["token_f1"]}
    found = document(gate=gate)
    assert found["gated"] == {
        "recall.delivery": {"value": 1.0, "records": 40},
        "token_f1": {"value": 1.0, "records": 40},
    }
    assert found["verdict"]["mode"] == "dry_run"
    assert found["verdict"]["passed"]
    assert found["verdict"]["notes"] == [
        "There is no champion yet, so nothing is compared with one: token_f1 (no_regression)."
    ]
    assert set(document()["gated"]) == set(value_names(document()))


def value_names(found):
    """Return the names of a document's metrics."""
    return [metric["name"] for metric in found["metrics"]]


def test_champion_without_answers_does_not_pass():
    """It exists, so nobody may say that there is none."""
    gate = {"mode": "enabled", "no_regression": ["accuracy"]}
    found = evaluate(
        settings(gate), records(LABELS), {"candidate": answers(RIGHT)}, {"candidate": "m", "champion": "c"}
    )
    assert not found["verdict"]["passed"]
    assert "known of 0 records" in found["verdict"]["reasons"][0]


def test_champion_that_was_not_asked_does_not_pass():
    gate = {"mode": "enabled", "no_regression": ["accuracy"]}
    found = document(gate=gate, baselines=["base"])
    assert "evaluation.baselines does not have champion" in found["verdict"]["reasons"][0]


def test_gate_is_decided_again_on_the_same_answers():
    """Other limits, a reference; the same terms give the same document."""
    terms = {"mode": "enabled", "thresholds": {"accuracy": {"min": 0.9}}}
    found = document(gate=terms)
    assert found["verdict"]["passed"]
    assert document(gate=terms) == found
    stricter = document(gate={"mode": "enabled", "thresholds": {"accuracy": {"min_gain_over_base": 0.45}}})
    assert not stricter["verdict"]["passed"]
    assert stricter["subjects"] == found["subjects"]
    reference = {"manifest": "ab", "band": 0.05, "metrics": {"accuracy": 0.9}}
    retrained = read({"evaluation": {"preset": "classification"}, "gate": terms, "reference": reference})
    given = {"candidate": answers(RIGHT), "base": answers(WRONG)}
    again = evaluate(retrained, records(LABELS), given, {subject: f"model of {subject}" for subject in given})
    assert not again["verdict"]["passed"]


def test_broken_custom_metric_does_not_pass():
    """One record at which it fails spoils it, and what cannot be measured does not pass."""

    def score(text, reference):
        return 1.0 if reference == "billing" else 1 / 0

    gate = {"mode": "enabled", "thresholds": {"custom.x": {"min": 0.1, "min_gain_over_base": -1}}}
    found = document(gate=gate, custom={"custom.x": CustomMetric(score)})
    assert value(found, "candidate", "custom.x") == {"value": None, "records": 40}
    assert [check["passed"] for check in found["checks"]] == [True, False, False]
    assert "custom.x of the candidate is not a number" in found["verdict"]["reasons"][0]
    assert canonical_json(found)


def test_judge():
    """Grades are of a subject's answer to a record; too few do not pass."""
    judge = {"model": "m"}
    grades = {"candidate": {found.id: SavedGrade(found.id, 0.75, "") for found in records(LABELS)[:29]}}
    gate = {"mode": "enabled", "thresholds": {"judge_score": {"min": 0.5}}}
    found = document(gate=gate, grades=grades, judge=judge)
    assert value(found, "candidate", "judge_score") == {"value": 0.75, "records": 29}
    assert not found["verdict"]["passed"]


def test_worst_records_come_first():
    """With what everybody said; those that are flawless are not among them."""
    ours = ["delivery" if number == 4 else None if number == 7 else text for number, text in enumerate(RIGHT)]
    found = document(ours)
    assert [row["prompt"] for row in found["worst"]] == ["Question 4", "Question 7"]
    assert found["worst"][1]["answers"] == {"candidate": None, "base": "billing"}
    assert found["worst"][1]["scores"] == {"candidate": 0.0, "base": 0.0}
    assert found["worst"][1]["failures"] == {"candidate": "ThrottlingException"}
    assert len(found["samples"]) == 10
    assert document()["worst"] == []


def test_long_texts_are_cut_for_reading():
    ours = ["x" * 5000, *RIGHT[1:]]
    assert len(document(ours)["worst"][0]["answers"]["candidate"]) == 4001


def test_prices_are_the_models_own():
    """A larger model has another price, which nobody configured."""
    asked = read(
        {
            "evaluation": {"preset": "classification"},
            "gate": {},
            "prices": {"input_usd_per_1k_tokens": 0.001, "output_usd_per_1k_tokens": 0.004},
        }
    )
    given = {subject: answers(RIGHT) for subject in ("candidate", "larger")}
    found = evaluate(asked, records(LABELS), given, {"candidate": "m", "larger": "l"})
    assert value(found, "candidate", "usd_per_1k_requests")["value"] == pytest.approx(100 * 0.001 + 10 * 0.004)
    assert value(found, "larger", "usd_per_1k_requests") == {"value": None, "records": 0}


def test_nothing_to_score():
    one = {"candidate": {answer("x").id: answer("x")}}
    with pytest.raises(NothingToScoreError, match="unknown subject other"):
        evaluate(settings(), records(LABELS), one, {"candidate": "m", "other": "m"})
    with pytest.raises(NothingToScoreError, match="candidate is missing"):
        evaluate(settings(), records(LABELS), {}, {"base": "m"})
    with pytest.raises(NothingToScoreError, match="no evaluation is configured"):
        evaluate(read({"evaluation": None, "gate": {}}), records(LABELS), one, {"candidate": "m"})


def test_unknown_metrics_are_all_named():
    with pytest.raises(UnknownMetricError) as caught:
        document(metrics=["rouge", "custom.absent", "recall.spam"])
    assert "'rouge' is no metric; did you mean 'rouge_l'?" in str(caught.value)
    assert "'custom.absent' was not loaded" in str(caught.value)
    assert "'recall.spam' names a label that neither" in str(caught.value)
    assert "they have billing, delivery" in str(caught.value)


@pytest.mark.parametrize("name", ["rouge_l", "accuracy", "json_schema_valid", "judge_score", "recall.a b", "custom.x"])
def test_known_names(name):
    assert problem(name) is None


def test_documentation_knows_every_metric():
    text = (Path(__file__).parents[4] / "docs" / "evaluation.md").read_text()
    assert [name for name in BUILT_IN if f"`{name}`" not in text] == []


@pytest.mark.parametrize("name", ["rouge", "custom.", "recall.", ""])
def test_unknown_names(name):
    assert problem(name)
