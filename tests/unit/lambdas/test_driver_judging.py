"""The driver asks a model before it publishes it, waits for approval, and swaps back what does not answer."""

from dataclasses import replace

import pytest

from finetuning.errors import TransientError
from finetuning.lifecycle.judging import approve, roll_back
from finetuning.lifecycle.retrying import retry
from lambdas.purchases import OverBudgetError
from tests.unit.lambdas.story import MODEL, POINTER, Story, endpoint_properties, job_properties, name_of

PRICED = {"EstimatedTokens": "100000", "BilledEpochs": "3", "UsdPer1kTokens": "0.1"}


def retrained(story: Story) -> str:
    """Train again, let the driver do what it does, and return the new job's name."""
    properties = job_properties("3")
    story.stack.deploy({"Job": properties})
    story.jobs.end(name_of(properties))
    story.machine.run()
    return name_of(properties)


def serves(story: Story) -> str:
    """The model behind the one endpoint."""
    [endpoint] = story.throughput.alive.values()
    return endpoint.model_arn


def test_model_is_asked_before_it_is_published() -> None:
    """Through the endpoint that applications will call."""
    story = Story()
    story.serve()
    assert story.answering.asked == [story.pointer.parameters[POINTER]]


def test_model_that_does_not_answer_is_swapped_back_and_the_pointer_stays() -> None:
    """The endpoint keeps its ARN; nobody is sent anywhere else."""
    story = Story()
    story.serve()
    before, published = serves(story), dict(story.pointer.parameters)
    story.answering.refusals[""] = "the answer was empty"
    job_name = retrained(story)
    assert (serves(story), story.pointer.parameters) == (before, published)
    assert story.record.problem == f"custom model {job_name} does not serve: the answer was empty"
    assert any("does not serve: the answer was empty" in text for _, text in story.notices.published)


def test_first_model_that_does_not_answer_leaves_no_bill() -> None:
    """Provisioned throughput that serves nothing is deleted, and none is bought for the same model again."""
    story = Story()
    story.answering.refusals[""] = "the answer was empty"
    story.stack.deploy({"Job": job_properties(), "Endpoint": endpoint_properties()})
    story.jobs.end(name_of(job_properties()))
    story.machine.run()
    assert (len(story.throughput.bought), story.throughput.alive, story.pointer.parameters) == (1, {}, {})
    story.answering.refusals.clear()
    retrained(story)
    assert (len(story.throughput.bought), list(story.pointer.parameters)) == (2, [POINTER])


def test_endpoint_that_cannot_answer_now_rejects_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The step fails and is tried again."""
    story = Story()

    def throttled(endpoint_arn: str, base_model: str) -> str:
        raise TransientError("too many requests")

    with monkeypatch.context() as patched:
        patched.setattr(story.answering, "refusal", throttled)
        story.stack.deploy({"Job": job_properties(), "Endpoint": endpoint_properties()})
        story.jobs.end(name_of(job_properties()))
        story.machine.run()
    assert ("too many requests" in story.record.problem, story.pointer.parameters) == (True, {})
    assert [g.rejected for g in story.record.training.generations] == [""]


def test_model_waits_for_approval_and_then_serves() -> None:
    """The one before serves meanwhile; an approval puts the driver to work."""
    story = Story()
    story.stack.deploy({"Job": job_properties(), "Endpoint": endpoint_properties(NeedsApproval="true")})
    story.jobs.end(name_of(job_properties()))
    story.machine.run()
    assert (story.throughput.bought, story.record.settled) == ([], True)
    assert any("waits for approval" in text for _, text in story.notices.published)
    seen = story.driver._looking.look(story.record)
    story.registry.update(MODEL, lambda r: approve(r, seen, r.training.current_id, "ada"))
    story.machine.start(MODEL, story.record.in_charge)
    story.machine.run()
    assert (len(story.throughput.bought), list(story.pointer.parameters)) == (1, [POINTER])
    assert [g.approved_by for g in story.record.training.generations] == ["ada"]


def test_rollback_serves_the_previous_model_under_the_same_arn() -> None:
    """It was kept for that."""
    story = Story()
    story.serve()
    before, published = serves(story), dict(story.pointer.parameters)
    retrained(story)
    assert serves(story) != before
    seen = story.driver._looking.look(story.record)
    story.registry.update(MODEL, lambda r: roll_back(r, seen, r.training.current_id, "ada"))
    story.machine.start(MODEL, story.record.in_charge)
    story.machine.run()
    assert (serves(story), story.pointer.parameters, story.record.settled) == (before, published, True)
    assert story.record.problem.endswith("does not serve: rolled back by ada")


def test_job_over_its_cap_fails_the_deployment_before_it_starts() -> None:
    """37.50 dollars at most, by the estimate with its error."""
    story = Story()
    with pytest.raises(OverBudgetError, match=r"may cost \$37\.50, over budget\.max_usd_per_job \$37\.00"):
        story.stack.deploy({"Job": job_properties(**PRICED, MaxUsdPerJob="37.0")})
    assert story.jobs.jobs == {}


def test_retry_does_not_get_around_a_cap() -> None:
    """The attempt before it counts in the month."""
    story = Story()
    story.stack.deploy({"Job": job_properties(**PRICED, MaxUsdPerMonth="60.0")})
    story.jobs.end(name_of(job_properties()), "Failed")
    story.machine.run()
    story.registry.update(MODEL, retry)
    story.machine.start(MODEL, story.record.in_charge)
    story.machine.run()
    assert len(story.jobs.jobs) == 1
    assert "the month would cost $75.00" in story.record.problem


def test_endpoint_over_its_cap_is_not_bought() -> None:
    """The model is trained and kept; another configuration puts it into service."""
    story = Story()
    terms = {"HourlyUsd": "60.5", "MaxHourlyUsd": "60.0"}
    story.stack.deploy({"Job": job_properties(), "Endpoint": endpoint_properties(**terms)})
    story.jobs.end(name_of(job_properties()))
    story.machine.run()
    assert (story.throughput.bought, "over endpoint.max_hourly_usd $60.00" in story.record.problem) == ([], True)
    story.stack.deploy({"Endpoint": endpoint_properties(**{**terms, "MaxHourlyUsd": "60.5"})})
    story.machine.run()
    assert len(story.throughput.bought) == 1


def test_cap_that_is_lowered_before_the_purchase_holds() -> None:
    """The intent reads the record again."""
    story = Story()
    story.jobs.quota = 0
    story.stack.deploy({"Job": job_properties(**PRICED)})
    story.jobs.quota = 1
    current = story.record.training.current
    assert current is not None
    story.registry.update(MODEL, lambda r: r.with_training(replace(current, max_usd=1.0)))
    story.machine.run()
    assert (story.jobs.jobs, "over budget.max_usd_per_job" in story.record.problem) == ({}, True)
