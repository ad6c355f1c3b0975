"""What an approval or a rollback would do to a model, in words: the operator decides on it. Pure."""

from dataclasses import dataclass, replace

from finetuning.cost import dollars
from finetuning.lifecycle import EndpointGeneration, ModelRecord, Observed, TrainingGeneration
from finetuning.lifecycle.outcome import fallback
from ops.recovery.bill import describe
from ops.status.look import Look


@dataclass(frozen=True)
class Candidate:
    """A custom model.

    Attributes:
        training_loss: of the last epoch; None where Bedrock gave none.
        validation_loss: the same.
        best_epoch: the one with the lowest validation loss, of so many `epochs`.
    """

    generation: str
    job_name: str
    model_arn: str
    base_model: str
    training_loss: float | None = None
    validation_loss: float | None = None
    best_epoch: int | None = None
    epochs: int = 0


@dataclass(frozen=True)
class Proposal:
    """What an operator agrees to.

    Attributes:
        goes_in: the model that would serve.
        goes_out: name of the model that serves now, or "".
        rejects: generation whose model must not serve any more; "" for an approval.
        endpoint: in words, with how it is billed.
        hourly_usd: what it costs; 0 for what costs nothing while idle, None if the price is unknown.
        buys: whether the endpoint is bought then.
    """

    model: str
    goes_in: Candidate
    goes_out: str
    rejects: str
    endpoint: str
    hourly_usd: float | None
    buys: bool


def approval(look: Look, training: TrainingGeneration, endpoint: EndpointGeneration) -> Proposal:
    """What approving the wanted model means."""
    record = look.record
    return Proposal(
        model=record.model,
        goes_in=_candidate(training, look),
        goes_out=name_of(record, record.endpoint.published_model_arn),
        rejects="",
        endpoint=describe(endpoint),
        hourly_usd=_hourly_usd(endpoint),
        buys=not endpoint.intended,
    )


def rollback(look: Look, training: TrainingGeneration, endpoint: EndpointGeneration) -> Proposal | None:
    """What rolling the wanted model back means; None if no model can take its place."""
    record = look.record
    previous = successor(record, look.seen, training)
    if previous is None:
        return None
    return Proposal(
        model=record.model,
        goes_in=_candidate(previous),
        goes_out=training.job_name,
        rejects=training.id,
        endpoint=describe(endpoint),
        hourly_usd=_hourly_usd(endpoint),
        buys=not endpoint.intended,
    )


def successor(record: ModelRecord, seen: Observed, training: TrainingGeneration) -> TrainingGeneration | None:
    """The training whose model would serve if this one's were rejected."""
    model_arn = fallback(record.with_training(replace(training, rejected="rolled back")), seen)
    return record.training.maker(model_arn)


def name_of(record: ModelRecord, model_arn: str) -> str:
    """The name of a custom model that the record knows, its ARN if it does not, "" without one."""
    maker = record.training.maker(model_arn)
    return maker.job_name if maker else model_arn


def lines(proposal: Proposal) -> list[str]:
    """The proposal as lines for a terminal."""
    candidate = proposal.goes_in
    action = "rolled back to" if proposal.rejects else "put into service:"
    return [
        f"{proposal.model}: would be {action} custom model {candidate.job_name}",
        f"  custom model  {candidate.model_arn}",
        f"  base model    {candidate.base_model}",
        *([f"  losses        {text}"] if (text := _losses(candidate)) else []),
        f"  in place of   {proposal.goes_out or 'nothing, it is the first'}",
        f"  endpoint      {proposal.endpoint}{', which is bought then' if proposal.buys else ''}",
        f"  costs         {_cost(proposal.hourly_usd)}",
    ]


def _candidate(training: TrainingGeneration, look: Look | None = None) -> Candidate:
    summary = look.losses.summary if look else None
    last = summary.epochs[-1] if summary and summary.epochs else None
    return Candidate(
        generation=training.id,
        job_name=training.job_name,
        model_arn=training.model_arn,
        base_model=str(training.settings.get("baseModelIdentifier", "")),
        training_loss=last.training_loss if last else None,
        validation_loss=last.validation_loss if last else None,
        best_epoch=summary.best_epoch if summary else None,
        epochs=len(summary.epochs) if summary else 0,
    )


def _losses(candidate: Candidate) -> str:
    said = [
        f"{name} {loss:.4f}"
        for name, loss in (("training", candidate.training_loss), ("validation", candidate.validation_loss))
        if loss is not None
    ]
    best = f"; best is epoch {candidate.best_epoch}" if candidate.best_epoch else ""
    return f"{', '.join(said)} after {candidate.epochs} epochs{best}" if said else ""


def _hourly_usd(endpoint: EndpointGeneration) -> float | None:
    return endpoint.hourly_usd if endpoint.serving == "provisioned" else 0.0


def _cost(hourly_usd: float | None) -> str:
    if hourly_usd is None:
        return "unknown: cdk.json has no price of a model unit-hour for this base model (environments.<env>.prices)"
    return f"{dollars(hourly_usd)} an hour" if hourly_usd else "nothing while idle, and the tokens of each answer"
