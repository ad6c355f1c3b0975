"""What CloudFormation and the account show of one model: the oracle's evidence, without the registry's opinion."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from finetuning.errors import FineTuningError
from finetuning.names import MODEL_TAG, pointer_parameter
from tests.simulation.aws.ledger import Change, Purchase
from tests.simulation.aws.things import Endpoint, Job, Model, Thing
from tests.simulation.environment import Environment
from tests.simulation.requests import Request
from tests.simulation.stack import Stack
from tests.simulation.template import Properties, Template
from tests.simulation.wanted import ENVIRONMENT, PROJECT, serving_fingerprint, training_fingerprint
from tests.simulation.witness import Act

STANDS = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
IS_GONE = frozenset({"DELETE_COMPLETE", "ROLLBACK_COMPLETE"})
_JOB, _ENDPOINT = "Custom::customization_job", "Custom::model_endpoint"


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold."""

    invariant: str
    text: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.text}"


class View:
    """One model's evidence.

    Attributes:
        stacks: all that its name ever had, oldest first.
        things: what is alive.
    """

    def __init__(self, environment: Environment, model: str) -> None:
        self.environment, self.model = environment, model
        name = f"{PROJECT}-{ENVIRONMENT}-Model-{model}"
        self.stacks = [stack for stack in environment.cloudformation.stacks.values() if stack.name == name]

    @cached_property
    def things(self) -> list[Thing]:
        """What is alive."""
        return [thing for thing in self.environment.things if thing.tags.get(MODEL_TAG) == self.model]

    @property
    def stack(self) -> Stack | None:
        """The last stack."""
        return self.stacks[-1] if self.stacks else None

    @property
    def template(self) -> Template | None:
        """What a stack at rest wants, with all values filled in; None if nothing is wanted."""
        stack = self.stack
        if stack is None or stack.status not in STANDS:
            return None
        resources = {name: stack.resources[name].version for name in stack.template}
        return {name: version.properties for name, version in resources.items() if version is not None}

    @property
    def jobs(self) -> list[Job]:
        """All jobs that ever were, of this model."""
        jobs = self.environment.account.bedrock.site.jobs.truth.values()
        return [job for job in jobs if job.tags.get(MODEL_TAG) == self.model]

    @property
    def models(self) -> list[Model]:
        """Custom models that exist."""
        return [thing for thing in self.things if isinstance(thing, Model)]

    @property
    def endpoints(self) -> list[Endpoint]:
        """Endpoints that exist."""
        return [thing for thing in self.things if isinstance(thing, Endpoint)]

    @property
    def purchases(self) -> list[Purchase]:
        """Everything that was bought."""
        return [p for p in self.environment.account.bedrock.purchases if p.tags.get(MODEL_TAG) == self.model]

    @property
    def changes(self) -> list[Change]:
        """Everything that was changed."""
        return [c for c in self.environment.account.bedrock.changes if c.tags.get(MODEL_TAG) == self.model]

    @property
    def acts(self) -> list[Act]:
        """What people did."""
        return [act for act in self.environment.acts if act.model == self.model]

    @property
    def pointer(self) -> str:
        """What applications read."""
        return self.environment.account.parameters.values.get(pointer_parameter(PROJECT, ENVIRONMENT, self.model), "")

    def consents(self, kind: str, fingerprint: str) -> Iterator[float]:
        """When somebody asked for a thing of this kind and fingerprint: by CloudFormation, or as an operator."""
        for request in self.requests(kind):
            if request.kind != "Delete" and self.fingerprints[request.event["RequestId"]] == fingerprint:
                yield request.sent_at
        for act in self.acts:
            if act.what in {"retry", "resume"}:
                yield act.at
        if kind == "endpoint":
            # The endpoint of a model that does not answer goes; another one comes with the next model.
            runtime = self.environment.account.bedrock.runtime
            yield from {asked.endpoint_arn: asked.at for asked in runtime.asked if asked.flaw}.values()
            # And so does that of one that the gate refused.
            yield from (job.ended or 0.0 for job in self.jobs if self.is_gated(job))

    def deletions(self, kind: str, fingerprint: str) -> Iterator[float]:
        """When CloudFormation let a thing of this kind and fingerprint go."""
        for request in self.requests(kind):
            if request.kind == "Delete" and self.fingerprints[request.event["RequestId"]] == fingerprint:
                yield request.sent_at

    @cached_property
    def fingerprints(self) -> Mapping[str, str]:
        """What each request asked for, by its id."""
        requests = (*self.requests("job"), *self.requests("endpoint"))
        return {r.event["RequestId"]: fingerprint_of(r.event["ResourceProperties"]) for r in requests}

    def requests(self, kind: str) -> Iterator[Request]:
        """CloudFormation's requests that concern jobs (`job`) or endpoints."""
        resource_type = _JOB if kind == "job" else _ENDPOINT
        for request in self.environment.cloudformation.requests:
            event = request.event
            if event["ResourceType"] == resource_type and event["ResourceProperties"].get("Model") == self.model:
                yield request

    def is_gated(self, job: Job) -> bool:
        """Whether the model of a job was to pass the quality gate at any time."""
        asked = [r for r in self.requests("job") if r.kind != "Delete" and is_of(job, r.event["ResourceProperties"])]
        return any('"mode": "enabled"' in r.event["ResourceProperties"].get("Evaluation", "") for r in asked)

    def safe_at(self, at: float) -> frozenset[str]:
        """Names of what a stack stood on at a time, and nothing was allowed to delete."""
        names: frozenset[str] = frozenset()
        for stack in self.stacks:
            last = None
            for moment in stack.history:
                if moment.at > at:
                    break
                last = moment
            names |= last.safe if last else frozenset()
        return names


def fingerprint_of(properties: Properties) -> str:
    """The fingerprint of a job's or an endpoint's properties; "" if they are not acceptable."""
    try:
        return serving_fingerprint(properties) if "Serving" in properties else training_fingerprint(properties)
    except (FineTuningError, ValueError):
        return ""


def is_of(thing: Thing | Purchase | Change, properties: Properties) -> bool:
    """Whether a thing is what these properties ask for, in any attempt: its name says so."""
    fingerprint = fingerprint_of(properties)
    kind = getattr(thing, "kind", "")  # of what jobs and models have none
    is_endpoint = kind in {"provisioned", "on_demand"}
    if is_endpoint != ("Serving" in properties):
        return False
    digits = fingerprint[:8] if is_endpoint else fingerprint[:10]
    return thing.name.rpartition("-")[0].endswith(f"-{digits}")
