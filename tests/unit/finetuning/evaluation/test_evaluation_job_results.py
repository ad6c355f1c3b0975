"""A judge job's results: of which answers and which metric they are, and by what each record is found."""

import json
from typing import Any

import pytest

from finetuning.evaluation.answers import SavedAnswer, SavedGrade
from finetuning.evaluation.grading import job_dataset, read_job_results
from finetuning.evaluation.records import TestRecord

METRIC = "Builtin.Correctness"
TURNS = (("user", "Hi"), ("assistant", "Hello"), ("user", "Sky?"))
ALONE = TestRecord("alone", "", (("user", "Sky?"),), "Blue.")
TOLD = TestRecord("told", "Be brief.", (("user", "Sky?"),), "Blue.")
TALK = TestRecord("talk", "", TURNS, "Blue.")


def answer(record: TestRecord, failure: str = "") -> dict[str, SavedAnswer]:
    """The same answer to any record."""
    return {record.id: SavedAnswer(record.id, "Blue.", 1, 1, 0.1, "end_turn", failure)}


def scored(prompt: str, *scores: dict[str, Any]) -> bytes:
    """A line of results about that answer."""
    document = {"inputRecord": {"prompt": prompt}, "modelResponses": [{"response": "Blue."}]}
    return json.dumps(document | {"automatedEvaluationResult": {"scores": scores}}).encode()


@pytest.mark.parametrize(
    ("record", "prompt"),
    [
        (ALONE, "Sky?"),
        (TOLD, "system: Be brief.\n\nuser: Sky?"),
        (TALK, "user: Hi\n\nassistant: Hello\n\nuser: Sky?"),
    ],
    ids=["a question alone", "with a system prompt", "a conversation"],
)
def test_record_is_sent_and_found_by_all_that_was_asked(record: TestRecord, prompt: str) -> None:
    """Two records with the same last question are different ones."""
    [line] = job_dataset([record], answer(record), "candidate").splitlines()
    assert json.loads(line)["prompt"] == prompt
    result = scored(prompt, {"metricName": METRIC, "result": 0.5})
    assert read_job_results([result], [record], answer(record), METRIC) == {record.id: SavedGrade(record.id, 0.5, "")}


def test_score_of_another_metric_is_not_taken() -> None:
    """Wherever it stands."""
    own, other = {"metricName": METRIC, "result": 0.5}, {"metricName": "Builtin.Harmfulness", "result": 1.0}
    for scores in ((own, other), (other, own)):
        found = read_job_results([scored("Sky?", *scores)], [ALONE], answer(ALONE), METRIC)
        assert found["alone"].score == 0.5
    assert read_job_results([scored("Sky?", other)], [ALONE], answer(ALONE), METRIC)["alone"].failure


@pytest.mark.parametrize("answers", [{}, answer(ALONE, failure="ModelErrorException")], ids=["none", "failed"])
def test_record_without_an_answer_has_no_grade(answers: dict[str, SavedAnswer]) -> None:
    """Not even one that says that there is none: it was not asked about."""
    result = scored("Sky?", {"metricName": METRIC, "result": 0.5})
    assert read_job_results([result], [ALONE], answers, METRIC) == {}


ROME, OSLO = (TestRecord(name, "", (("user", "Capital?"),), name) for name in ("Rome", "Oslo"))
#: Of which answer and reference decide: right, wrong.
BOTH = {record.id: SavedAnswer(record.id, "Rome", 1, 1, 0.1, "end_turn") for record in (ROME, OSLO)}


def results(*left_out: str) -> list[bytes]:
    """A job's results for the two records, of whose lines some fields are not repeated."""
    found = []
    for line in map(json.loads, job_dataset([ROME, OSLO], BOTH, "candidate").splitlines()):
        said = {"metricName": METRIC, "result": float(line["referenceResponse"] == "Rome")}
        asked = {key: line[key] for key in ("prompt", "referenceResponse") if key not in left_out}
        document = {"inputRecord": asked, "modelResponses": line["modelResponses"]}
        found.append(json.dumps(document | {"automatedEvaluationResult": {"scores": [said]}}).encode())
    return found


@pytest.mark.parametrize("order", [1, -1])
def test_prompt_with_two_references_gets_the_grade_of_each(order: int) -> None:
    """The same question and the same answer; only the reference tells the records apart."""
    found = read_job_results(results()[::order], [ROME, OSLO], BOTH, METRIC)
    assert found == {"Rome": SavedGrade("Rome", 1.0, ""), "Oslo": SavedGrade("Oslo", 0.0, "")}


def test_grades_that_cannot_be_told_apart_are_none() -> None:
    """Where results do not repeat the reference, either grade may be of either record."""
    found = read_job_results(results("referenceResponse"), [ROME, OSLO], BOTH, METRIC)
    assert all("do not tell apart" in grade.failure for grade in found.values())
    assert len(found) == 2


def test_same_grade_of_both_is_that_of_each() -> None:
    """Whether or not results repeat the reference."""
    lines = [line.replace(b"0.0", b"1.0") for line in results("referenceResponse")]
    found = read_job_results(lines, [ROME, OSLO], BOTH, METRIC)
    assert {grade.score for grade in found.values()} == {1.0}
