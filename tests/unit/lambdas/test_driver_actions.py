"""Actions on decisions that are older than the record: each looks again at what is wanted, and may be done twice."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import Action, Decision, Observed
from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.endpoint import release_endpoint
from finetuning.lifecycle.record import Signal
from lambdas.driver.endpoint_actions import EndpointActions
from lambdas.driver.signal_actions import SignalActions
from lambdas.driver.training_actions import TrainingActions
from lambdas.gateways.endpoints import EndpointBusyError, PurchaseRefusedError
from lambdas.gateways.jobs import RequestRefusedError
from tests.unit.lambdas.story import MODEL, POINTER, Story, job_properties, name_of, wanted


def training_actions(story: Story) -> TrainingActions:
    """What the driver does about jobs and models."""
    return TrainingActions(registry=story.registry, jobs=story.jobs, output_bucket="output", clock=story.clock.epoch)


def endpoint_actions(story: Story) -> EndpointActions:
    """What the driver does about endpoints."""
    endpoints: Any = {"provisioned": story.throughput, "on_demand": story.deployments}
    return EndpointActions(
        registry=story.registry, endpoints=endpoints, publishing=story.publishing, clock=story.clock.epoch
    )


def look(story: Story) -> Observed:
    """What is there."""
    return story.driver._looking.look(story.record)


def deployed() -> Story:
    """Deployed while Bedrock takes no jobs."""
    story = Story()
    story.jobs.quota = 0
    story.stack.deploy(wanted())
    story.jobs.quota = 2
    return story


def start(story: Story) -> Decision | None:
    """Start the wanted job."""
    record = story.record
    return training_actions(story).start_job(record, Observed(), Decision(Action.START_JOB, record.training.current_id))


def test_started_job_has_no_problem_any_more() -> None:
    """It was queued before."""
    story = deployed()
    story.registry.update(MODEL, lambda record: replace(record, problem="customization job queued: later"))
    assert start(story) is None
    assert (story.jobs.running, story.record.problem) == ([name_of(job_properties())], "")


def test_job_over_the_quota_is_asked_for_again_in_ten_minutes() -> None:
    """Why is written down (fault B11)."""
    story = deployed()
    story.jobs.quota = 0
    current = story.record.training.current_id
    assert start(story) == Decision(Action.AWAIT_CHANGE, current, 600)
    assert story.record.problem == "customization job queued: too many customization jobs in progress"


def test_job_that_does_not_show_yet_is_looked_for_in_a_minute() -> None:
    """It is no problem."""
    story = deployed()
    story.jobs.lost_replies, story.jobs.lag_seconds, story.jobs.forgets_tokens = 1, 60, True
    with pytest.raises(ConnectionError):
        start(story)
    assert start(story) == Decision(Action.AWAIT_CHANGE, story.record.training.current_id, 60)
    assert story.record.problem == ""


def test_job_that_is_refused_waits_for_an_operator() -> None:
    """Asking again would not help; a role that was assumable before will not be in a minute."""
    story = deployed()

    def refuse(request: object) -> str:
        raise RequestRefusedError("ValidationException: bad data")

    story.jobs.create = refuse  # type: ignore[method-assign]  # this instance only
    assert start(story) is None
    current = story.record.training.current
    assert current is not None
    assert current.failure == (
        f"customization job {name_of(job_properties())} was refused: ValidationException: bad data"
    )
    step = story.driver.step("Decide", MODEL, story.record.in_charge)
    assert (step["next"], story.record.problem) == ("Settled", current.failure)


def test_role_that_is_not_assumable_is_a_refusal_for_the_driver() -> None:
    """Only the resource waits for a new role (fault B02)."""
    story = deployed()
    story.jobs.role_refusals = 1
    assert start(story) is None
    current = story.record.training.current
    assert current is not None
    assert current.failure.endswith("was refused: Could not assume provided IAM role")


def test_refusal_of_a_job_that_was_started_meanwhile_is_dropped() -> None:
    """Another delivery was faster."""
    story = deployed()

    def refuse(request: object) -> str:
        current = story.record.training.current
        assert current is not None
        story.registry.update(MODEL, lambda record: record.with_training(replace(current, job_arn="arn")))
        raise RequestRefusedError("no")

    story.jobs.create = refuse  # type: ignore[method-assign]  # this instance only
    start(story)
    current = story.record.training.current
    assert current is not None
    assert (current.failure, current.job_arn, current.intended) == ("", "arn", True)


def test_job_of_a_generation_that_is_not_known_is_not_stopped() -> None:
    """There is no such decision; if there were, it would hit nothing."""
    story = Story()
    story.deploy()
    training_actions(story).stop_job(story.record, look(story), Decision(Action.STOP_JOB, "unknown"))
    assert story.jobs.stopped == []


def test_model_that_is_wanted_again_is_not_deleted() -> None:
    """The decision is older than a deployment that went back to it."""
    story = Story()
    model_arn = story.serve()
    decision = Decision(Action.DELETE_MODEL, story.record.training.current_id)
    assert training_actions(story).delete_model(story.record, look(story), decision) is None
    assert list(story.jobs.models) == [model_arn]
    assert [g.condemned for g in story.record.training.generations] == [False]


def test_decisions_about_a_generation_that_the_record_does_not_have_change_nothing() -> None:
    """Whatever was seen under its id."""
    story = Story()
    story.serve()
    before, seen = story.record, look(story)
    for job in (None, seen.jobs[before.training.current_id]):
        unknown = replace(seen, jobs={"unknown": job})
        assert training_actions(story).delete_model(before, unknown, Decision(Action.DELETE_MODEL, "unknown")) is None
        training_actions(story).retag(before, unknown, Decision(Action.RETAG, "unknown"))
    story.registry.update(MODEL, lambda r: replace(r, training=replace(r.training, generations=())))
    story.jobs.role_refusals = 1
    training_actions(story).start_job(before, seen, Decision(Action.START_JOB, "unknown"))
    assert (len(story.jobs.models), story.record.training.generations) == (1, ())


def superseded() -> tuple[Story, Decision]:
    """A model that was let go of, and the decision to delete it."""
    story = Story()
    story.serve()
    current = story.record.training.current_id
    story.stack.destroy()
    return story, Decision(Action.DELETE_MODEL, current)


def test_model_that_does_not_show_any_more_is_not_deleted() -> None:
    """It is gone."""
    story, decision = superseded()
    seen = replace(look(story), jobs={decision.generation_id: None})
    assert training_actions(story).delete_model(story.record, seen, decision) is None
    assert story.jobs.deleted == []


def test_model_that_is_in_use_is_tried_again_in_a_minute() -> None:
    """It is condemned all the same."""
    story, decision = superseded()
    story.jobs.in_use = set(story.jobs.models)
    wait = Decision(Action.AWAIT_CHANGE, decision.generation_id, 60)
    assert training_actions(story).delete_model(story.record, look(story), decision) == wait
    assert [g.condemned for g in story.record.training.generations] == [True]


def serving() -> tuple[Story, Decision]:
    """A model in service, and a decision about its endpoint (of no action in particular)."""
    story = Story()
    story.serve()
    return story, Decision(Action.CREATE_ENDPOINT, story.record.endpoint.current_id)


def removed(story: Story) -> None:
    """Remove the endpoint from the record."""
    claim = Claim(story.record.endpoint.owner, "Endpoint", story.record.endpoint.physical_id)
    story.registry.update(MODEL, lambda record: release_endpoint(record, claim))


def test_endpoint_that_is_not_wanted_any_more_is_not_bought() -> None:
    """The intent is written over the newest record."""
    story = Story()
    story.deploy()
    story.jobs.end(name_of(job_properties()))
    decision, record = Decision(Action.CREATE_ENDPOINT, story.record.endpoint.current_id), story.record
    seen = look(story)
    removed(story)
    assert endpoint_actions(story).create_endpoint(record, seen, decision) is None
    assert endpoint_actions(story).create_endpoint(record, seen, replace(decision, generation_id="unknown")) is None
    assert story.throughput.bought == []
    assert [e.intended for e in story.record.endpoint.generations] == [False]


def test_endpoint_that_is_there_is_adopted_instead_of_bought() -> None:
    """A purchase whose outcome was never written down (fault B08)."""
    story, decision = serving()
    story.throughput.tagged.clear()

    def never(order: object) -> str:
        raise AssertionError("it is there")

    story.throughput.create = never  # type: ignore[method-assign]  # this instance only
    [generation] = story.record.endpoint.generations
    story.registry.update(MODEL, lambda r: r.with_endpoint(replace(generation, failure="earlier")))
    assert endpoint_actions(story).create_endpoint(story.record, look(story), decision) is None
    [generation] = story.record.endpoint.generations
    assert (len(story.throughput.bought), generation.failure) == (1, "")


def test_swap_and_deletion_of_what_is_gone_change_nothing() -> None:
    """Somebody was faster."""
    story, decision = serving()
    actions, nothing = endpoint_actions(story), replace(look(story), endpoints={decision.generation_id: None})
    before = story.record
    assert actions.swap_model(before, nothing, decision) is None
    assert actions.delete_endpoint(before, nothing, decision) is None
    story.publishing.publish_pointer(before, nothing, decision)
    assert (story.record, story.throughput.swapped, story.throughput.deleted) == (before, [], [])
    assert story.pointer.parameters != {}


def test_swap_of_what_is_not_wanted_any_more_is_dropped() -> None:
    """It is about to be deleted."""
    story, decision = serving()
    seen = look(story)
    removed(story)
    assert endpoint_actions(story).swap_model(story.record, seen, decision) is None
    assert story.throughput.swapped == []


@pytest.mark.parametrize("action", ["swap", "delete"])
def test_busy_endpoint_is_tried_again_in_a_minute(action: str) -> None:
    """It is being created or updated; the driver waits (fault C04)."""
    story, decision = serving()
    [endpoint] = story.throughput.alive.values()
    endpoint.ready_at = story.clock.now + 500
    seen, actions = look(story), endpoint_actions(story)
    method = actions.swap_model if action == "swap" else actions.delete_endpoint
    assert method(story.record, seen, decision) == Decision(Action.AWAIT_CHANGE, decision.generation_id, 60)
    assert (story.throughput.swapped, story.throughput.deleted) == ([], [])
    [generation] = story.record.endpoint.generations
    assert generation.swapped_at == 0


def test_swap_whose_reply_is_lost_is_remembered() -> None:
    """It may take effect after a later one."""
    story, decision = serving()

    def lose(arn: str, model_arn: str) -> None:
        raise ConnectionError("lost")

    story.throughput.swap = lose  # type: ignore[method-assign]  # this instance only
    with pytest.raises(ConnectionError):
        endpoint_actions(story).swap_model(story.record, look(story), decision)
    [generation] = story.record.endpoint.generations
    assert generation.swapped_at == story.clock.epoch()


def test_deletion_withdraws_the_pointer_to_what_it_deletes_and_no_other() -> None:
    """The published one's successor is called by applications."""
    story, decision = serving()
    story.registry.update(MODEL, lambda r: replace(r, endpoint=replace(r.endpoint, published_arn="another")))
    assert endpoint_actions(story).delete_endpoint(story.record, look(story), decision) is None
    assert (list(story.pointer.parameters), story.record.endpoint.published_arn) == ([POINTER], "another")
    assert story.throughput.alive == {}


def test_pointer_is_uncertain_while_it_is_written() -> None:
    """If the outcome is never noted, whoever takes the endpoint away withdraws it."""
    story, decision = serving()
    seen: list[str] = []

    def lose(name: str, endpoint_arn: str) -> None:
        seen.append(story.record.endpoint.published_arn)
        raise ConnectionError("lost")

    publish = story.pointer.publish
    story.pointer.publish = lose  # type: ignore[method-assign]  # this instance only
    with pytest.raises(ConnectionError):
        story.publishing.publish_pointer(story.record, look(story), decision)
    assert story.record.endpoint.published_at == story.clock.epoch()
    assert seen == [story.record.endpoint.published_arn] != [next(iter(story.pointer.parameters.values()))]
    story.pointer.publish = publish  # type: ignore[method-assign]
    story.stack.destroy()
    story.machine.run()
    assert (story.pointer.parameters, story.alive, story.record.settled) == ({}, ([], [], []), True)


def test_pointer_that_was_written_and_never_noted_is_written_again() -> None:
    """As long as the endpoint is wanted."""
    story, _ = serving()
    story.registry.update(
        MODEL,
        lambda r: replace(r, endpoint=replace(r.endpoint, published_arn="", published_model_arn=""), settled=False),
    )
    story.driver.step("PublishPointer", MODEL, story.record.in_charge)
    [endpoint] = story.throughput.alive.values()
    assert (story.record.endpoint.published_arn, story.record.endpoint.published_model_arn) == (
        endpoint.arn,
        endpoint.model_arn,
    )
    assert story.pointer.history == [endpoint.arn] * 2


def test_signal_of_an_endpoint_without_a_wait_condition_is_none() -> None:
    """It was dropped meanwhile."""
    story, decision = serving()
    actions = SignalActions(registry=story.registry, stacks=story.stacks)
    assert actions.signal_stack(story.record, look(story), decision) is None
    assert story.stacks.signals == []


def test_signal_that_was_exchanged_meanwhile_is_not_marked_as_sent() -> None:
    """The other condition has to be told as well."""
    story, decision = serving()
    story.registry.update(MODEL, lambda r: replace(r, endpoint=replace(r.endpoint, signal=Signal("stack", "Wait1"))))
    old = story.record
    story.registry.update(MODEL, lambda r: replace(r, endpoint=replace(r.endpoint, signal=Signal("stack", "Wait2"))))
    actions = SignalActions(registry=story.registry, stacks=story.stacks)
    assert actions.signal_stack(old, look(story), decision) is None
    assert story.stacks.signals == [("Wait1", True, old.training.current_id)]
    assert story.record.endpoint.signal == Signal("stack", "Wait2")


def test_signal_of_a_model_without_a_training_has_an_id_all_the_same() -> None:
    """CloudFormation wants one; a signal that is to come later is asked for in ten seconds."""
    story, decision = serving()
    signal = Signal("stack", "Wait1")
    slot = replace(story.record.endpoint, signal=signal)
    record = replace(story.record, endpoint=slot, training=replace(story.record.training, current_id=""))
    actions = SignalActions(registry=story.registry, stacks=story.stacks)
    assert actions.signal_stack(record, look(story), replace(decision, reason="no model")) is None
    assert story.stacks.signals == [("Wait1", False, "none")]
    story.stacks.waiting = ["later"]
    assert actions.signal_stack(record, look(story), decision) == Decision(
        Action.AWAIT_CHANGE, decision.generation_id, 10
    )


def test_refusal_of_a_purchase_that_another_made_is_dropped() -> None:
    """Its ARN is noted: it was bought."""
    story = Story()
    story.deploy()
    story.jobs.end(name_of(job_properties()))
    decision = Decision(Action.CREATE_ENDPOINT, story.record.endpoint.current_id)

    def refuse(order: object) -> str:
        current = story.record.endpoint.current
        assert current is not None
        story.registry.update(MODEL, lambda record: record.with_endpoint(replace(current, arn="theirs")))
        raise PurchaseRefusedError("no")

    story.throughput.create = refuse  # type: ignore[method-assign]  # this instance only
    assert endpoint_actions(story).create_endpoint(story.record, look(story), decision) is None
    current = story.record.endpoint.current
    assert current is not None
    assert (current.failure, current.arn, current.gone) == ("", "theirs", False)


def test_busy_is_told_by_an_error_of_its_own() -> None:
    """Other errors are Step Functions' to retry."""
    story, decision = serving()

    def busy(arn: str) -> None:
        raise EndpointBusyError("Updating")

    story.throughput.delete = busy  # type: ignore[method-assign]  # this instance only
    assert endpoint_actions(story).delete_endpoint(story.record, look(story), decision) is not None
