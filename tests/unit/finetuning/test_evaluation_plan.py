"""The plan of an evaluation: written and read again, and under which keys its answers lie."""

from dataclasses import replace

import pytest

from finetuning import names, object_keys
from finetuning.evaluation.answers import ANSWERS, SavedAnswer
from finetuning.evaluation.plan import (
    BATCH_RECORDS,
    DamagedPlanError,
    JudgePlan,
    Plan,
    Subject,
    decode_plan,
    decode_records,
    encode_plan,
    encode_records,
    subject_key,
)
from finetuning.evaluation.records import TestRecord
from finetuning.evaluation.saved import NoSavedEvaluationError, read_plan, read_saved
from finetuning.invocation import greedy

CANDIDATE = Subject("candidate", "arn:model", subject_key("arn:model", greedy(64)), "arn:endpoint", "nova-messages")
CHAMPION = Subject("champion", "arn:other", subject_key("arn:other", greedy(64)))
PLAN = Plan(
    model="faq",
    generation="aaaaaaaaaa-1",
    evaluation="b" * 16,
    test_uri="s3://data/test.jsonl",
    test_digest="c" * 64,
    records=60,
    asked=45,
    max_tokens=64,
    concurrency=4,
    deadline=1e9,
    subjects=(CANDIDATE, CHAMPION),
    notes=("one",),
    judge=JudgePlan("amazon.nova-pro-v1:0", "converse", "Facts."),
)
RECORDS = tuple(TestRecord(f"{n:016x}", "", (("user", f"question {n}\u2028"),), "yes") for n in range(45))


def test_plan_and_records_are_read_as_they_were_written():
    assert decode_plan(encode_plan(PLAN)) == PLAN
    assert decode_plan(encode_plan(replace(PLAN, judge=None))) == replace(PLAN, judge=None)
    assert decode_records(encode_records(RECORDS)) == RECORDS


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", encode_plan(PLAN).replace(b'"version":1', b'"version":2')])
def test_plan_of_another_release_says_what_to_do(content):
    with pytest.raises(DamagedPlanError, match="ops evaluate --start"):
        decode_plan(content)


def test_answers_lie_by_test_dataset_model_and_way_of_asking():
    assert PLAN.answers_key(CANDIDATE, 0) == f"evaluations/faq/answers/{'c' * 16}/{CANDIDATE.key}/0000.jsonl"
    assert subject_key("arn:model", greedy(64)) != subject_key("arn:model", greedy(65))
    assert subject_key("arn:model", greedy(64)) != subject_key("arn:other", greedy(64))
    other = replace(PLAN, judge=JudgePlan("amazon.nova-pro-v1:0", "converse", "Style."))
    assert len({PLAN.grades_key(CANDIDATE, 0), other.grades_key(CANDIDATE, 0), PLAN.answers_key(CANDIDATE, 0)}) == 3


def test_saved_answers_are_those_of_the_records_that_are_asked():
    line = SavedAnswer(RECORDS[0].id, "yes", 1, 1, 0.1, "end_turn")
    stranger = replace(line, id="f" * 16)
    files = {
        PLAN.key("plan.json"): encode_plan(PLAN),
        PLAN.key("records.jsonl"): encode_records(RECORDS),
        PLAN.answers_key(CANDIDATE, 0): ANSWERS.encode([line, stranger]),
    }
    saved = read_saved(files.get, read_plan(files.get, "faq", "aaaaaaaaaa-1", "b" * 16))
    assert saved.answers == {"candidate": {line.id: line}, "champion": {}}
    assert saved.grades == {"candidate": {}, "champion": {}}
    assert PLAN.batches == 3 == -(-len(RECORDS) // BATCH_RECORDS)
    with pytest.raises(NoSavedEvaluationError):
        read_plan(lambda key: None, "faq", "aaaaaaaaaa-1", "b" * 16)


def test_names_of_an_evaluation_fit_their_services():
    longest = names.evaluation_execution("m" * 18, "aaaaaaaaaa-99", "b" * 16, 99)
    assert names.EXECUTION_NAME.fullmatch(longest)
    job = names.judge_job("e" * 10, "aaaaaaaaaa-99", "b" * 16, "candidate", 99)
    assert names.BEDROCK_EVALUATION_JOB_NAME.fullmatch(job)
    for wrong in ("../x", "B" * 16, ""):
        with pytest.raises(names.InvalidNameError):
            object_keys.evaluation("faq", "aaaaaaaaaa-1", wrong, "plan.json")
    with pytest.raises(names.InvalidNameError):
        object_keys.answers("faq", "c" * 64, "d" * 16, 10**4)
