"""What an operator's `retry` means for a record."""

from dataclasses import replace

from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.endpoint import next_endpoint_attempt
from finetuning.lifecycle.record import ModelRecord
from finetuning.lifecycle.training import next_training_attempt


def retry(record: ModelRecord) -> ModelRecord:
    """Try again what failed: the next attempt of a failed training, or of a failed endpoint, or just the driver."""
    training, endpoint = record.training.current, record.endpoint.current
    if training is not None and training.status in {"Failed", "Stopped"}:
        record = next_training_attempt(record)
    elif endpoint is not None and endpoint.failure:
        record = next_endpoint_attempt(record)
    return hand_over(replace(record, problem=""))
