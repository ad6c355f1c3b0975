"""What stands already: it is never counted against what is wanted, and nothing is refused for its sake.

A job is certain to be started only where no training of this base model is recorded: whether the data changed is not
known before it was read. So what is wrong with starting a job is an error then, and a warning else: a deployment that
needs no job, or goes back to a kept model, is not refused, and Bedrock refuses a job before it costs anything.
"""

from dataclasses import dataclass

from finetuning import catalog
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord
from finetuning.preflight.finding import Severity
from finetuning.preflight.wanted import Wanted


@dataclass(frozen=True)
class Standing:
    """What the registry knows of a wanted model.

    Attributes:
        trained: a training of the same base model and type is wanted already, or none is going to be.
        promoted: the very model of another environment is wanted already.
        endpoint: the wanted endpoint, where it was bought already.
        stopped: an operator stopped the bill, so no endpoint is bought.
    """

    trained: bool
    endpoint: EndpointGeneration | None
    stopped: bool
    serves: bool
    promoted: bool = False

    @property
    def against_job(self) -> Severity:
        """How bad it is if no job can be started."""
        return Severity.WARNING if self.trained else Severity.ERROR

    @property
    def buys_endpoint(self) -> bool:
        """Whether an endpoint is going to be bought."""
        return self.serves and self.endpoint is None and not self.stopped

    @property
    def against_endpoint(self) -> Severity:
        """How bad it is if no endpoint can be bought."""
        return Severity.ERROR if self.buys_endpoint else Severity.WARNING


def standing(wanted: Wanted, record: ModelRecord) -> Standing:
    """Return what stands of a wanted model."""
    return Standing(
        trained=bool(wanted.promoted_model_arn) or _is_trained(wanted, record),
        endpoint=_bought(wanted, record),
        stopped=record.endpoint.stopped,
        serves=wanted.serving != "none",
        promoted=_is_promoted(wanted, record),
    )


def awaited_units(record: ModelRecord) -> int:
    """Return the no-commitment model units that a model has yet to buy."""
    endpoint = record.endpoint.wanted
    if endpoint is None or endpoint.serving != "provisioned" or endpoint.commitment != "none":
        return 0
    return 0 if endpoint.arn or endpoint.failure else endpoint.model_units


def _is_trained(wanted: Wanted, record: ModelRecord) -> bool:
    current = record.training.current
    if current is None:
        return False
    settings = current.settings
    known = str(settings.get("baseModelIdentifier", ""))
    same = known == wanted.custom_model_arn if wanted.custom_model_arn else _is_base_model(known, wanted)
    return same and settings.get("customizationType", "FINE_TUNING") == wanted.customization_type


def _is_promoted(wanted: Wanted, record: ModelRecord) -> bool:
    current = record.training.current
    promoted = current.promoted if current else None
    return promoted is not None and promoted.model_arn == wanted.promoted_model_arn


def _is_base_model(identifier: str, wanted: Wanted) -> bool:
    try:
        return catalog.find(identifier) is wanted.base_model and ":custom-model/" not in identifier
    except catalog.UnknownBaseModelError:
        return False


def _bought(wanted: Wanted, record: ModelRecord) -> EndpointGeneration | None:
    """The endpoint of the wanted fingerprint that was bought and has not gone.

    One that was deleted outside counts too: it is drift, and never bought again by itself.
    """
    fingerprint = wanted.endpoint_fingerprint
    same = [g for g in record.endpoint.generations if fingerprint and g.fingerprint == fingerprint]
    current = record.endpoint.current
    return next(
        (g for g in reversed(same) if g.arn and not g.failure and (g is current or not (g.gone or g.released))), None
    )
