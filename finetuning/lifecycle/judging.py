"""Whether the wanted model may serve: an operator's approval, a rollback, and a model that did not answer."""

from dataclasses import replace

from finetuning.errors import FineTuningError
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.endpoint import next_endpoint_attempt
from finetuning.lifecycle.observation import Observed
from finetuning.lifecycle.outcome import awaits_approval, fallback
from finetuning.lifecycle.record import ModelRecord

AUTOMATIC = "automatic"
"""In place of who approved a model that nobody had to approve."""


class JudgementRefusedError(FineTuningError):
    """There is nothing to approve, or nothing to roll back to."""


def approve(record: ModelRecord, seen: Observed, generation_id: str, by: str) -> ModelRecord:
    """Let the model that awaits approval go into service.

    Args:
        record: with what was just seen in it.
        seen: the look.
        generation_id: of the training whose model the operator has looked at.
        by: who approves.

    Raises:
        JudgementRefusedError: it does not await approval, or not any more.
    """
    training = record.training.current
    if training is None or training.id != generation_id or not awaits_approval(record, seen):
        raise JudgementRefusedError(f"training {generation_id} of model {record.model!r} does not await approval")
    return hand_over(record.with_training(replace(training, approved_by=by)))


def roll_back(record: ModelRecord, seen: Observed, generation_id: str, by: str) -> ModelRecord:
    """Serve the kept previous model in place of the wanted one, until another training is deployed, or `resume`.

    Args:
        record: with what was just seen in it.
        seen: the look.
        generation_id: of the training whose model must not serve any more.
        by: who decides it.

    Raises:
        JudgementRefusedError: no model that can take its place is kept.
    """
    training = record.training.current
    if training is None or training.id != generation_id:
        raise JudgementRefusedError(
            f"training {generation_id} of model {record.model!r} is not the wanted one any more"
        )
    if training.rejected:
        raise JudgementRefusedError(f"the model of training {generation_id} was rejected before: {training.rejected}")
    rejected = record.with_training(replace(training, rejected=f"rolled back by {by}"))
    if not fallback(rejected, seen):
        raise JudgementRefusedError(
            f"model {record.model!r} keeps no earlier custom model of the same base model that has served; "
            "training.keep_previous says how many are kept"
        )
    return hand_over(rejected)


def rejected(record: ModelRecord, seen: Observed, model_arn: str, reason: str) -> ModelRecord:
    """The record in which a model that did not answer must not serve.

    If there is nothing to serve in its place, its endpoint goes: provisioned throughput would be billed for nothing.
    The next one is bought when there is a model for it. A committed one stays, because it is paid for.
    """
    maker = record.training.maker(model_arn)
    if maker is None:
        return record
    record = record.with_training(replace(maker, rejected=reason))
    return next_endpoint_attempt(record) if _is_billed_for_now(record) and not fallback(record, seen) else record


def in_service(record: ModelRecord, model_arn: str) -> ModelRecord:
    """The record in which a model has gone into service, approved by somebody or by nobody."""
    maker = record.training.maker(model_arn)
    if maker is None or maker.served:
        return record
    return record.with_training(replace(maker, approved_by=maker.approved_by or AUTOMATIC, served=True))


def _is_billed_for_now(record: ModelRecord) -> bool:
    """Whether the wanted endpoint was bought, and its bill can be ended; since the question, another may be wanted."""
    endpoint = record.endpoint.current
    return (
        endpoint is not None
        and bool(endpoint.arn)
        and endpoint.serving == "provisioned"
        and endpoint.commitment == "none"
    )
