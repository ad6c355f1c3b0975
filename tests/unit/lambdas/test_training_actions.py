"""Actions on jobs and models: each looks again at what is wanted, and may be done twice."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import Action, Decision, Observed
from lambdas.gateways.jobs import RequestRefusedError
from tests.unit.lambdas.acting import look, training_actions
from tests.unit.lambdas.story import MODEL, Story, job_properties, name_of, wanted


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
