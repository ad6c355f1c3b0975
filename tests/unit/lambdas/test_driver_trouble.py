"""What goes wrong is recorded once, buys nothing, and does not run in circles."""

import pytest

from finetuning.lifecycle.retrying import retry
from tests.unit.lambdas.story import MODEL, POINTER, Story, job_properties, name_of, wanted


def test_failed_job_buys_nothing_and_settles_with_its_reason() -> None:
    """Bedrock's own message is what the operator reads (fault B04)."""
    story = Story()
    story.deploy()
    story.train(status="Failed", failure="line 3 of the training data is too long")
    name = name_of(job_properties())
    assert story.throughput.bought == []
    assert story.record.settled
    assert story.record.problem == f"customization job {name} failed: line 3 of the training data is too long"


def test_failed_retraining_keeps_the_model_before_in_service() -> None:
    """Nothing is swapped and nothing reaped, so that the old model serves on."""
    story = Story()
    first = story.serve("2")
    story.deploy("3")
    story.train("3", status="Failed", failure="bad data")
    [endpoint] = story.throughput.alive.values()
    assert (endpoint.model_arn, list(story.jobs.models)) == (first, [first])


def test_retry_of_a_failed_job_starts_the_next_attempt() -> None:
    """The same settings under the next name; its model is served as the first one's would have been."""
    story = Story()
    story.deploy()
    story.train(status="Failed", failure="bad data")
    record = story.registry.update(MODEL, retry)
    story.machine.start(MODEL, record.in_charge)
    story.machine.run()
    assert story.jobs.running == [name_of(job_properties(), attempt=2)]
    model_arn = story.train()
    [endpoint] = story.throughput.alive.values()
    assert (endpoint.model_arn, story.record.problem) == (model_arn, "")


def test_refused_purchase_settles_with_the_quota_request_and_is_not_repeated() -> None:
    """Without model units the driver says what to ask for, and stops asking (fault C07)."""
    story = Story()
    story.throughput.quota = 0
    story.serve()
    name = story.record.endpoint.current
    assert name is not None
    assert story.record.settled
    assert story.record.problem == f"endpoint {name.name} was refused: quota exceeded."
    assert story.pointer.parameters == {}


def test_retry_of_a_refused_purchase_buys_under_the_next_name() -> None:
    """After the quota was raised, `retry` is all that is needed."""
    story = Story()
    story.throughput.quota = 0
    model_arn = story.serve()
    story.throughput.quota = 1
    record = story.registry.update(MODEL, retry)
    story.machine.start(MODEL, record.in_charge)
    story.machine.run()
    [endpoint] = story.throughput.alive.values()
    assert endpoint.order.endpoint.name.endswith("-2")
    assert (endpoint.model_arn, story.record.problem) == (model_arn, "")


@pytest.mark.parametrize(("message", "told"), [("no capacity", "no capacity"), ("", "no message")])
def test_endpoint_that_fails_is_deleted_and_not_bought_again(message: str, told: str) -> None:
    """It is billed until it is deleted, also when Bedrock gives no reason (fault C02)."""
    story = Story()
    story.throughput.fails = message
    story.serve()
    assert len(story.throughput.bought) == len(story.throughput.deleted) == 1
    assert story.record.settled
    assert story.record.problem == f"endpoint {story.throughput.bought[0]} failed: {told}"


def test_refused_swap_is_reported_and_not_repeated() -> None:
    """The old model serves on under the old pointer; the driver does not ask for the same swap again."""
    story = Story()
    first = story.serve("2")
    story.throughput.refuses_updates = True
    second = story.serve("3")
    [endpoint] = story.throughput.alive.values()
    assert (story.throughput.swapped, endpoint.model_arn) == ([second], first)
    name = endpoint.order.endpoint.name
    assert story.record.problem == f"endpoint {name} could not take on another model: no capacity"


def test_training_after_a_refused_swap_is_swapped_in() -> None:
    """A refusal concerns the model that was refused, not the next one."""
    story = Story()
    story.serve("2")
    story.throughput.refuses_updates = True
    story.serve("3")
    story.throughput.refuses_updates = False
    third = story.serve("4")
    [endpoint] = story.throughput.alive.values()
    assert (endpoint.model_arn, story.record.problem) == (third, "")


def test_job_over_the_quota_is_queued_and_started_when_there_is_room() -> None:
    """CloudFormation is answered at once; the driver asks again every ten minutes (fault B11)."""
    story = Story()
    story.jobs.quota = 0
    story.stack.deploy(wanted())
    assert story.stack.resources["Job"].attributes["JobName"] == name_of(job_properties())
    step = story.driver.step("StartCustomizationJob", MODEL, story.record.in_charge)
    assert (step["next"], step["wait_seconds"]) == ("AwaitChange", 600)
    assert story.record.problem == "customization job queued: too many customization jobs in progress"
    story.jobs.quota = 1
    story.machine.run()
    assert (story.jobs.running, story.record.problem) == ([name_of(job_properties())], "")


def test_endpoint_deleted_by_hand_is_not_bought_again() -> None:
    """Drift is told, never repaired with money (fault C12)."""
    story = Story()
    story.serve()
    story.throughput.alive.clear()
    second = story.serve("3")
    [name] = story.throughput.bought
    assert (story.throughput.alive, second in story.jobs.models) == ({}, True)
    assert story.record.problem == (f"endpoint {name} was deleted outside this stack; it is not bought again by itself")


def test_completed_job_whose_model_is_not_there_yet_waits() -> None:
    """The model may show up later than its job's end (fault B15)."""
    story = Story()
    story.deploy()
    name = name_of(job_properties())
    model_arn = story.jobs.end(name)
    status = story.jobs.models.pop(model_arn)
    story.events.handle(name, "Completed")
    step = story.driver.step("Decide", MODEL, story.record.in_charge)
    assert (step["next"], step["wait_seconds"]) == ("AwaitChange", 60)
    story.jobs.models[model_arn] = status
    story.machine.run()
    assert story.pointer.parameters != {}


def test_unknown_job_status_waits() -> None:
    """A status that Bedrock invents later is neither success nor failure (fault B15)."""
    story = Story()
    story.deploy()
    story.train(status="Archived")
    [execution] = story.machine.parked
    assert execution == story.record.in_charge
    assert (story.throughput.bought, story.record.problem) == ([], "")


def test_step_that_keeps_failing_is_recorded_and_left_to_the_sweep() -> None:
    """After the retries the execution fails, the registry says why, and the record stays unsettled."""
    story = Story()
    story.deploy()
    story.throughput.down = True
    story.train()
    [execution] = story.machine.executions.values()
    assert (execution.status, execution.path[-3:]) == ("FAILED", ["CreateEndpoint", "RecordFailure", "NotSettled"])
    assert (story.record.settled, story.record.problem) == (False, "ConnectionError: bedrock is down")
    story.throughput.down = False
    assert story.sweep.run() == {MODEL: "restarted"}
    story.machine.run()
    assert (story.record.settled, story.record.problem) == (True, "")
    assert POINTER in story.pointer.parameters
