"""What another attempt of a model's training or endpoint is, in words. Pure."""

from dataclasses import dataclass

from finetuning.lifecycle import ModelRecord
from ops.recovery.bill import describe


@dataclass(frozen=True)
class Attempts:
    """The names that changed: "" for what stays as it is.

    Attributes:
        failure: what had failed, or was lost.
        endpoint: with how it is billed.
    """

    model: str
    failure: str
    job_name: str
    endpoint_name: str
    endpoint: str
    execution: str

    @property
    def any(self) -> bool:
        """Whether something is bought anew."""
        return bool(self.job_name or self.endpoint_name)


def attempts(before: ModelRecord, after: ModelRecord, why: str) -> Attempts:
    """What is tried in `after` that was not in `before`."""
    job = after.training.current if after.training.current_id != before.training.current_id else None
    endpoint = after.endpoint.current if after.endpoint.current_id != before.endpoint.current_id else None
    return Attempts(
        model=after.model,
        failure=why,
        job_name=job.job_name if job else "",
        endpoint_name=endpoint.name if endpoint else "",
        endpoint=describe(endpoint) if endpoint else "",
        execution=after.in_charge,
    )


def sentence(told: Attempts) -> str:
    """What will be tried, in a sentence."""
    tried = [f"customization job {told.job_name}"] if told.job_name else []
    tried += [told.endpoint] if told.endpoint else []
    because = f" ({told.failure})" if told.failure else ""
    if tried:
        return f"trying {' and '.join(tried)}{because}"
    return f"starting driver execution {told.execution}{because}"
