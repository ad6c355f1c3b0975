"""The customization job resource: what it records, what it starts, and what it answers."""

from typing import Any

import pytest

from finetuning.fingerprint import request_token
from tests.fakes.cloudformation import a_request
from tests.fakes.stacks import STACK
from tests.unit.lambdas.story import HAIKU, KEY, MODEL, ROLE, Story, job_properties, name_of

NAME = "finetuning-dev-faq-50c51decb8-1"


def test_create_starts_the_job_with_exactly_this_request() -> None:
    """Names, output, tags and key derive from what is wanted; owner tags win over the user's."""
    story = Story()
    tags = {"team": "support", "finetuning:model": "mine"}
    story.job.apply(a_request(properties=job_properties(Tags=tags)))
    [job] = story.jobs.jobs.values()
    expected_tags = [
        {"key": "finetuning:environment", "value": "dev"},
        {"key": "finetuning:generation", "value": "50c51decb8-1"},
        {"key": "finetuning:model", "value": "faq"},
        {"key": "finetuning:project", "value": "finetuning"},
        {"key": "team", "value": "support"},
    ]
    assert job.request == {
        "jobName": NAME,
        "customModelName": NAME,
        "roleArn": ROLE,
        "baseModelIdentifier": HAIKU,
        "customizationType": "FINE_TUNING",
        "customModelKmsKeyId": KEY,
        "hyperParameters": {"epochCount": "2"},
        "trainingDataConfig": {"s3Uri": f"s3://data/datasets/faq/{'a' * 64}/training.jsonl"},
        "validationDataConfig": {"validators": [{"s3Uri": f"s3://data/datasets/faq/{'b' * 64}/validation.jsonl"}]},
        "outputDataConfig": {"s3Uri": "s3://output/outputs/faq/50c51decb8-1/"},
        "jobTags": expected_tags,
        "customModelTags": expected_tags,
    }


def test_create_answers_with_names_known_by_construction() -> None:
    """A queued job has no ARN yet, so the answer has none."""
    story = Story()
    request = a_request(properties=job_properties())
    answer = story.job.apply(request)
    assert answer.physical_id == request.allocated_id
    assert answer.attributes == {
        "Slot": "dev/faq/training",
        "Generation": "50c51decb8-1",
        "JobName": NAME,
        "CustomModelName": NAME,
    }


def test_create_without_validation_has_no_validation_config() -> None:
    """An empty URI means that there is no such dataset."""
    story = Story()
    story.job.apply(a_request(properties=job_properties(ValidationUri="")))
    [job] = story.jobs.jobs.values()
    assert "validationDataConfig" not in job.request


def test_create_starts_the_driver_named_after_the_generation() -> None:
    """The execution's name tells what it drives, so a second start of it is none."""
    story = Story()
    story.job.apply(a_request(properties=job_properties()))
    assert list(story.machine.executions) == ["faq-50c51decb8-1-1"]


def test_duplicate_create_starts_one_job_and_gives_the_same_answer() -> None:
    """Lambda delivers events at least once (faults A05, A06)."""
    story = Story()
    request = a_request(properties=job_properties())
    first, second = story.job.apply(request), story.job.apply(request)
    assert first == second
    assert (list(story.jobs.jobs), len(story.machine.executions)) == ([NAME], 1)


def test_create_whose_reply_was_lost_adopts_its_job_on_redelivery() -> None:
    """The job that took effect is found by its name (faults A04, B06)."""
    story = Story()
    request = a_request(properties=job_properties())
    story.jobs.lost_replies = 1
    with pytest.raises(ConnectionError):
        story.job.apply(request)
    story.job.apply(request)
    current = story.record.training.current
    assert current is not None
    assert (list(story.jobs.jobs), current.job_arn) == ([NAME], story.jobs.jobs[NAME].arn)


NO_EFFECT: list[Any] = [
    pytest.param({"Tags": {"team": "support"}, **dict(reversed(job_properties().items()))}, id="order"),
    pytest.param(job_properties(Hyperparameters={"epochCount": "2.0"}), id="2.0"),
    pytest.param(job_properties(BaseModel="anthropic.claude-3-haiku-20240307-v1:0"), id="inference id"),
    pytest.param(
        job_properties(BaseModel=f"arn:aws:bedrock:us-west-2::foundation-model/{HAIKU}"), id="foundation model ARN"
    ),
    pytest.param(job_properties(Tags={"team": "sales"}), id="tags only"),
    pytest.param(job_properties(ServiceTimeout="300"), id="unrelated property"),
]


@pytest.mark.parametrize("properties", NO_EFFECT)
def test_update_without_effect_starts_no_job_and_keeps_the_physical_id(properties: dict[str, Any]) -> None:
    """Another spelling of the same training is the same training (faults A26, A28, B16)."""
    story = Story()
    created = story.job.apply(a_request(properties=job_properties()))
    story.stacks.update("Job")
    update = a_request("Update", properties=properties, request_id="2", physical_id=created.physical_id)
    assert story.job.apply(update).physical_id == created.physical_id
    assert list(story.jobs.jobs) == [NAME]


@pytest.mark.parametrize("spelling", ["5e-05", "0.00005", "0.000050", "5.0E-5"])
def test_spelling_of_a_learning_rate_does_not_matter(spelling: str) -> None:
    """CloudFormation and YAML respell numbers; the fingerprint sees the number (fault A26)."""
    nova = {"BaseModel": "amazon.nova-lite-v1:0:300k"}
    plain = job_properties(Hyperparameters={"learningRate": "0.00005"}, **nova)
    assert name_of(job_properties(Hyperparameters={"learningRate": spelling}, **nova)) == name_of(plain)


def test_changed_epoch_count_starts_one_new_job_under_a_new_physical_id() -> None:
    """Another fingerprint is another generation, which CloudFormation sees as a replacement (fault A17)."""
    story = Story()
    created = story.job.apply(a_request(properties=job_properties("2")))
    story.stacks.update("Job")
    update = a_request("Update", properties=job_properties("3"), request_id="2", physical_id=created.physical_id)
    answers = [story.job.apply(update) for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0].physical_id == update.allocated_id != created.physical_id
    assert list(story.jobs.jobs) == [NAME, name_of(job_properties("3"))]


def test_token_differs_when_anything_in_the_request_differs() -> None:
    """Bedrock ignores a token that it has seen, so it must cover the whole request (fault B07)."""
    story = Story()
    story.job.apply(a_request(properties=job_properties()))
    [job] = story.jobs.jobs.values()
    [token] = story.jobs.tokens
    assert token == request_token(job.request)
    assert token != request_token({**job.request, "roleArn": "arn:aws:iam::111122223333:role/other"})


def test_role_that_is_not_assumable_yet_is_waited_for() -> None:
    """A new role takes a while to be known everywhere (fault B01)."""
    story = Story()
    story.jobs.role_refusals = 3
    story.job.apply(a_request(properties=job_properties()))
    assert (list(story.jobs.jobs), story.clock.now) == ([NAME], 2 + 4 + 8)


def test_role_that_is_never_assumable_fails_within_the_functions_time() -> None:
    """A wrong role says the same as a new one, so the retries end (fault B02)."""
    story = Story()
    story.jobs.role_refusals = 100
    with pytest.raises(Exception, match="Could not assume provided IAM role"):
        story.job.apply(a_request(properties=job_properties()))
    assert (story.jobs.jobs, story.clock.now) == ({}, 60)


def test_create_after_a_failed_create_is_not_undone_by_the_deletion_of_the_first() -> None:
    """With rollback disabled CloudFormation creates again, and then deletes the failed one."""
    story = Story()
    failed = a_request(properties=job_properties(), request_id="1")
    again = a_request(properties=job_properties(), request_id="2")
    story.job.apply(failed)
    assert story.job.apply(again).physical_id == again.allocated_id
    story.job.delete(a_request("Delete", properties=job_properties(), physical_id=failed.allocated_id, request_id="3"))
    assert (story.jobs.running, story.record.training.removed) == ([NAME], False)


def test_delete_with_the_failed_creates_id_removes_what_it_started() -> None:
    """The id was allocated before the first side effect, so the Delete finds everything (fault A02)."""
    story = Story()
    request = a_request(properties=job_properties())
    story.jobs.lost_replies = 1
    with pytest.raises(ConnectionError):
        story.job.apply(request)
    story.job.delete(a_request("Delete", properties=job_properties(), physical_id=request.allocated_id, request_id="2"))
    assert story.jobs.stopped == [NAME]
    assert story.record.training.removed


def test_dataset_that_was_not_staged_is_refused() -> None:
    """The digest in the URI is part of the fingerprint."""
    story = Story()
    with pytest.raises(Exception, match=r"must be one that .* staged, got 's3://b/x\.jsonl'"):
        story.job.apply(a_request(properties=job_properties(TrainingUri="s3://b/x.jsonl")))
    assert story.table.items == {}


def test_owner_is_the_stack() -> None:
    """The stack's id is written down as the fence."""
    story = Story()
    story.job.apply(a_request(properties=job_properties()))
    assert (story.record.training.owner, story.record.model) == (STACK, MODEL)
