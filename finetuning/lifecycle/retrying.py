"""What an operator's `retry`, `stop --billing` and `resume` mean for a record. Only these buy again what was lost.

Only `resume` puts a rejected model to the test again: who retries a failed endpoint has not asked for a bad model back.
"""

from dataclasses import replace

from finetuning.lifecycle.candidate import unjudged
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.endpoint import next_endpoint_attempt
from finetuning.lifecycle.observation import Observed
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.training import next_training_attempt


def retry(record: ModelRecord, seen: Observed | None = None) -> ModelRecord:
    """Try again what failed: the next attempt of a failed training, or of a failed endpoint, or just the driver.

    Args:
        record: with what was just seen in it.
        seen: the look; without it, no custom model is taken for failed.
    """
    training, endpoint = record.training.current, record.endpoint.current
    if training is not None and _training_failed(training, seen or Observed()):
        record = next_training_attempt(record)
    elif endpoint is not None and endpoint.failure and not record.endpoint.stopped:
        record = next_endpoint_attempt(record)
    return hand_over(replace(record, problem=""))


def stop_billing(record: ModelRecord) -> ModelRecord:
    """Endpoints go and models stay, whatever is deployed, until an operator resumes."""
    return hand_over(replace(record, endpoint=replace(record.endpoint, stopped=True)))


def resume(record: ModelRecord, seen: Observed | None = None) -> ModelRecord:
    """The operator's consent to buy again what was stopped, what failed, and what somebody deleted.

    Args:
        record: with what was just seen in it.
        seen: the look; without it, no custom model is taken for deleted.
    """
    if _model_was_deleted(record, seen or Observed()):
        record = next_training_attempt(record)
    training, endpoint = record.training.current, record.endpoint.current
    if training is not None and training.rejected:
        # The quality gate judges it anew, on the answers that were saved; one that has served comes back as it was.
        record = record.with_training(unjudged(training))
    if endpoint is not None and _is_spent(endpoint, stopped=record.endpoint.stopped):
        record = next_endpoint_attempt(record)
    return hand_over(replace(record, endpoint=replace(record.endpoint, stopped=False), problem=""))


def _training_failed(training: TrainingGeneration, seen: Observed) -> bool:
    """Whether its job was refused, or ended badly, or made a model that failed."""
    was_refused = bool(training.failure) and not training.job_arn
    job = seen.jobs.get(training.id)
    model_failed = job is not None and job.status == "Completed" and job.model_status == "Failed"
    return was_refused or model_failed or training.status in {"Failed", "Stopped"}


def _model_was_deleted(record: ModelRecord, seen: Observed) -> bool:
    generation = record.training.current
    job = seen.jobs.get(generation.id) if generation else None
    if generation is None or job is None:
        return False
    return generation.model_seen and job.status == "Completed" and job.model_status is None


def _is_spent(endpoint: EndpointGeneration, *, stopped: bool) -> bool:
    """Whether another attempt is needed: this one failed, is gone, or is being deleted because it was stopped.

    A purchase in flight is not spent (nothing is bought twice), and neither is a commitment that still runs.
    """
    if endpoint.failure or endpoint.gone:
        return True
    if not endpoint.intended:
        return False
    absent = not endpoint.status
    deleted = absent and bool(endpoint.arn)
    return deleted or (stopped and (absent or not endpoint.committed_until))
