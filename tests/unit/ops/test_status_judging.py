"""A look is judged: state, what serves, what is billed by the hour."""

from dataclasses import replace

from finetuning.lifecycle import EndpointObservation, JobObservation, ModelRecord, Observed
from ops.status.judging import report
from ops.status.report import State
from tests.unit.ops import looks


def test_running_job_is_training() -> None:
    """A job in progress is training, with its phases and the time since it began."""
    judged = report(looks.training())
    assert judged.state == State.TRAINING
    assert judged.training is not None
    assert (judged.training.status, judged.training.elapsed_seconds) == ("InProgress", 200.0)
    assert judged.training.phases["data processing"] == "InProgress"
    assert judged.billed_hourly == ()


def test_failed_job_is_failed_with_bedrocks_message() -> None:
    """The message of the job is the failure, and nothing is billed."""
    judged = report(looks.failed())
    assert judged.state == State.FAILED
    assert judged.failure == f"customization job {looks.JOB} failed: record 7 exceeds limit [32000]"
    assert judged.billed_hourly == ()


def test_published_endpoint_is_in_service_and_billed() -> None:
    """What serves the wanted model and is published is in service; throughput is billed by the hour."""
    judged = report(looks.serving())
    assert judged.state == State.SERVING
    assert judged.endpoint is not None
    assert judged.endpoint.serving_model == looks.JOB
    assert judged.billed_hourly == (f"1 model unit of provisioned throughput {looks.ENDPOINT}",)
    assert judged.training is not None
    assert judged.training.elapsed_seconds == 8.0


def test_unpublished_endpoint_is_not_in_service() -> None:
    """As long as the pointer says nothing, applications cannot find the endpoint."""
    assert report(replace(looks.serving(), pointer=None)).state == State.STARTING


def test_endpoint_that_still_serves_the_previous_model_is_not_in_service() -> None:
    """While the model is swapped the wanted one does not serve yet."""
    now = looks.serving()
    old = EndpointObservation(
        looks.ENDPOINT_ARN, "InService", "arn:aws:bedrock:us-west-2:000000000000:custom-model/old"
    )
    swapping = replace(now, seen=replace(now.seen, endpoints={looks.ENDPOINT_GENERATION: old}))
    assert report(swapping).state == State.STARTING


def test_previous_model_is_listed_while_it_is_kept() -> None:
    """An earlier model that still exists is kept for rollback; the current one is not among them."""
    now = looks.serving()
    earlier = JobObservation("arn", "Completed", model_arn="arn:earlier", model_status="Active")
    slot = replace(now.record.training, generations=(looks.generation(7), *now.record.training.generations))
    seen = replace(now.seen, jobs={**now.seen.jobs, "7777777777-1": earlier})
    judged = report(replace(now, record=replace(now.record, training=slot), seen=seen))
    assert [(kept.name, kept.is_serving) for kept in judged.previous] == [("finetuning-local-faq-7777777777-1", False)]


def test_removed_model_is_being_removed_while_something_is_still_there() -> None:
    """After `cdk destroy` of the model's stack, what was bought is named until it is gone."""
    now = looks.serving()
    record = replace(
        now.record,
        settled=False,
        training=replace(now.record.training, removed=True),
        endpoint=replace(now.record.endpoint, removed=True),
    )
    judged = report(replace(now, record=record))
    assert judged.state == State.REMOVING
    assert judged.still_there == (f"endpoint {looks.ENDPOINT} (provisioned)", f"custom model or job {looks.JOB}")
    assert judged.billed_hourly == (f"1 model unit of provisioned throughput {looks.ENDPOINT}",)


def test_model_that_was_never_wanted_is_nothing() -> None:
    """A blank record means that nothing is deployed."""
    judged = report(looks.look(ModelRecord("finetuning", "local", "faq"), Observed(), driver=None))
    assert (judged.state, judged.training, judged.endpoint) == (State.NOTHING, None, None)


def test_early_stopping_of_a_real_job_is_found() -> None:
    """The losses of a real Haiku job: stopped after epoch 7, best epoch 6."""
    training = report(looks.serving()).training
    assert training is not None
    assert training.stopping is not None
    assert (training.stopping.stopped_after_epoch, training.stopping.best_epoch) == (7, 6)


def test_driver_note_that_repeats_the_failure_is_left_out() -> None:
    """The driver writes the failure down as its problem; it is shown once."""
    now = looks.failed()
    why = report(now).failure
    assert report(replace(now, record=replace(now.record, problem=why))).problem == ""
    assert report(replace(now, record=replace(now.record, problem="queued"))).problem == "queued"


def test_trained_model_that_waits_for_approval_says_so() -> None:
    """It is not going into service by itself; the trouble has the command."""
    now = looks.serving()
    waiting = now.record.with_endpoint(replace(now.record.endpoint.generations[0], needs_approval=True))
    judged = report(replace(now, record=waiting))
    assert judged.state == State.AWAITING
    assert "python -m ops approve" in judged.troubles["approval"]
    assert judged.failure == ""


def test_rejected_model_is_rejected_with_the_reason() -> None:
    """Whether it did not answer or an operator rolled it back."""
    now = looks.serving()
    rejected = now.record.with_training(replace(now.record.training.generations[0], rejected="rolled back by ada"))
    judged = report(replace(now, record=rejected))
    assert judged.state == State.REJECTED
    assert judged.failure == f"custom model {looks.JOB} does not serve: rolled back by ada"


def test_model_that_nothing_is_to_serve_is_trained() -> None:
    """No endpoint is wanted, so none is missing."""
    now = looks.serving()
    record = replace(now.record, endpoint=replace(now.record.endpoint, removed=True, published_arn=""))
    judged = report(replace(now, record=record, seen=replace(now.seen, endpoints={}), pointer=None))
    assert (judged.state, judged.endpoint, judged.failure) == (State.TRAINED, None, "")
    training = looks.training()
    without = replace(training.record, endpoint=replace(training.record.endpoint, removed=True))
    assert report(replace(training, record=without)).state == State.TRAINING
