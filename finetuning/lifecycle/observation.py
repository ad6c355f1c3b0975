"""What was seen of a model's jobs, custom models and endpoints in one look.

None always means "looked for by name and not found". Every look is fresh: no decision is taken on a stored status
(fault B14).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

JOB_AT_REST = frozenset({"Completed", "Failed", "Stopped"})
"""Job statuses that never change again (Bedrock API, ModelCustomizationJobStatus)."""

MODEL_ACTIVE = "Active"
"""Status of a custom model that can be served (Bedrock API, ModelStatus)."""

IN_SERVICE = "InService"
"""The one name this project uses for a serving endpoint.

Provisioned throughput says `InService`, a custom model deployment says `Active`; the gateways translate."""


FAILED = "Failed"
"""Status of an endpoint of either kind that could not be created."""


@dataclass(frozen=True)
class JobObservation:
    """A customization job, and the status of the model that it made (None when there is none).

    Attributes:
        held_by: what else needs the model: hold tags on it, and ARNs of endpoints outside this record that serve it.
        is_held: whether our hold is on it, if it is another environment's.
    """

    arn: str
    status: str
    failure: str = ""
    model_arn: str = ""
    model_status: str | None = None
    held_by: tuple[str, ...] = ()
    is_held: bool = True


@dataclass(frozen=True)
class EndpointObservation:
    """An endpoint as it is now.

    Attributes:
        model_arn: the model that it serves or, while it is updating, the one that it will serve.
        replaced_model_arn: while it is updating, the model that it serves until then, and again if that fails; or "".
        refused_model_arn: the model that its last update failed to put into service, or "".
        committed_until: end of its commitment in epoch seconds; 0 without one.
    """

    arn: str
    status: str
    model_arn: str
    failure: str = ""
    refused_model_arn: str = ""
    committed_until: float = 0.0
    replaced_model_arn: str = ""


@dataclass(frozen=True)
class OwnedThing:
    """Something alive in Bedrock that carries our owner tags.

    Attributes:
        kind: "job" (while it is not at rest), "model", "provisioned" or "on_demand"; or "hold": a custom model of
            another environment that carries this one's hold, whose tags then name the model that it is held for.
        status: as the kind's gateway reports it.
        created_at: in epoch seconds.
    """

    kind: str
    arn: str
    name: str
    status: str
    created_at: float
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Observed:
    """One look at everything that a record's generations may have bought, by generation id.

    Attributes:
        alarms: those of the wanted endpoint's alarms that are going off; looked at while something is going on.
        now: when it was taken, in epoch seconds.
    """

    jobs: Mapping[str, JobObservation | None] = field(default_factory=dict)
    endpoints: Mapping[str, EndpointObservation | None] = field(default_factory=dict)
    now: float = 0.0
    alarms: tuple[str, ...] = ()

    def serves(self, model_arn: str) -> bool:
        """Whether any endpoint seen serves this model, is about to, or failed to: Bedrock may still hold it."""
        found = (e for e in self.endpoints.values() if e is not None)
        return any(model_arn in {e.model_arn, e.refused_model_arn, e.replaced_model_arn} for e in found)
