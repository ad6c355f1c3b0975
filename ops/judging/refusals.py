"""Why there is nothing to approve, or nothing to roll back to: what is so, and what to do next. Pure."""

from finetuning.lifecycle import EndpointGeneration, ModelRecord, Observed, TrainingGeneration
from finetuning.lifecycle.facts import customization_id
from finetuning.lifecycle.observation import MODEL_ACTIVE
from finetuning.lifecycle.outcome import awaits_approval, training_failure
from ops.errors import OperatorError
from ops.judging.proposal import name_of


class NothingToApproveError(OperatorError):
    """No model of this use case waits for approval."""


class NothingToRollBackError(OperatorError):
    """Nothing serves that could be rolled back, or no model can take its place."""


def require_approval(record: ModelRecord, seen: Observed) -> tuple[TrainingGeneration, EndpointGeneration]:
    """The training whose model waits for approval, and the endpoint that would serve it.

    Raises:
        NothingToApproveError: none does; the message says how things are.
    """
    training, endpoint = record.training.current, record.endpoint.wanted
    if training is not None and endpoint is not None and awaits_approval(record, seen):
        return training, endpoint
    raise NothingToApproveError(f"model {record.model!r} has nothing to approve: {_why_not(record, seen)}")


def require_rollback(record: ModelRecord, seen: Observed) -> tuple[TrainingGeneration, EndpointGeneration]:
    """The training whose model would be rolled back, and the endpoint that serves.

    Raises:
        NothingToRollBackError: there is none; the message says how things are.
    """
    training, endpoint = record.training.current, record.endpoint.wanted
    if training is None or endpoint is None or not record.endpoint.published_arn:
        raise NothingToRollBackError(f"nothing serves model {record.model!r}: {_why_nothing_serves(record)}")
    if training.rejected:
        raise NothingToRollBackError(
            f"model {record.model!r} does not serve {training.job_name} any more: {training.rejected}; "
            "'python -m ops resume' puts it into service again"
        )
    if not _is_trained(training, seen):
        serves = name_of(record, record.endpoint.published_model_arn)
        raise NothingToRollBackError(
            f"customization job {training.job_name} has made no model yet; {serves} serves and stays until it does"
        )
    return training, endpoint


def none_kept(record: ModelRecord, seen: Observed, training: TrainingGeneration, endpoint: EndpointGeneration) -> str:
    """Why no earlier model can take the place of the wanted one."""
    beginning = f"model {record.model!r} cannot be rolled back from {training.job_name}"
    others = [g for g in record.training.generations if g.id != training.id and _is_trained(g, seen)]
    foreign = [g for g in others if endpoint.base_model and _base_model(g) != endpoint.base_model]
    if foreign:
        names = ", ".join(f"{g.job_name} of {_base_model(g)}" for g in foreign)
        return (
            f"{beginning}: the endpoint serves models of {endpoint.base_model} only, and kept is {names}; deploy the "
            "earlier configuration instead, which buys another endpoint and trains nothing"
        )
    another = "promote another model" if training.promoted else "deploy another training"
    if rejected := [g for g in others if g.rejected]:
        names = ", ".join(f"{g.job_name} ({g.rejected})" for g in rejected)
        return f"{beginning}: what is kept was rejected itself: {names}; {another}"
    if others:
        names = ", ".join(g.job_name for g in others)
        return f"{beginning}: what is kept has never served and nobody approved it: {names}; deploy that configuration"
    none = f"{beginning}: no earlier custom model is kept (training.keep_previous is {training.keep_previous})"
    if training.promoted:
        stop = f"python -m ops stop --billing --env {record.environment} --model {record.model}"
        return (
            f"{none}, and nothing is trained in {record.environment}; {another}, or take it out of service with: {stop}"
        )
    return f"{none}; deploy the earlier configuration, which trains it anew"


def _base_model(training: TrainingGeneration) -> str:
    return customization_id(str(training.settings.get("baseModelIdentifier", "")))


def _is_trained(training: TrainingGeneration, seen: Observed) -> bool:
    job = seen.jobs.get(training.id)
    return job is not None and job.model_status == MODEL_ACTIVE


def _why_not(record: ModelRecord, seen: Observed) -> str:
    training = record.training.current
    if training is None:
        return "it is not deployed; deploy it with: cdk deploy --all"
    if why := training_failure(record, seen):
        return why
    if record.endpoint.stopped:
        return "its bill is stopped: python -m ops resume"
    if record.endpoint.current is None:
        return "nothing is to serve it (endpoint.serving is none)"
    if training.approved_by:
        return f"{training.job_name} was approved: {training.approved_by}"
    if not _is_trained(training, seen):
        return f"customization job {training.job_name} is {training.status or 'starting'}; see: python -m ops status"
    return "it needs no approval (endpoint.approval is automatic)"


def _why_nothing_serves(record: ModelRecord) -> str:
    if record.training.current is None:
        return "it is not deployed; deploy it with: cdk deploy --all"
    if record.endpoint.stopped:
        return "its bill is stopped: python -m ops resume"
    if record.endpoint.current is None:
        return "no endpoint is wanted (endpoint.serving is none)"
    return "nothing was published yet; see: python -m ops status"
