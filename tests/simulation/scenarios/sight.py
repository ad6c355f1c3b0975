"""What a scenario sees of its model: the evidence, in the words of stories."""

from functools import lru_cache

from finetuning.lifecycle import ModelRecord
from finetuning.names import pointer_parameter
from tests.simulation.aws.ledger import Change, Purchase
from tests.simulation.aws.things import Endpoint, Job, Model
from tests.simulation.aws.topic import Notice
from tests.simulation.environment import STACK, Environment
from tests.simulation.requests import Request
from tests.simulation.stack import Stack
from tests.simulation.view import View, fingerprint_of
from tests.simulation.wanted import ENVIRONMENT, MODEL, PROJECT, Wanted

_POINTER = pointer_parameter(PROJECT, ENVIRONMENT, MODEL)


@lru_cache(maxsize=256)
def _digits(wanted: Wanted) -> tuple[str, str]:
    """What of the fingerprints of its training and its endpoint is in their names."""
    return fingerprint_of(wanted.job)[:10], fingerprint_of(wanted.endpoint)[:8]


class Sight:
    """One model in one environment, as it is.

    Attributes:
        environment: the world.
        wanted: what the last deployment asked for.
    """

    environment: Environment
    wanted: Wanted

    @property
    def view(self) -> View:
        """The model's evidence."""
        return View(self.environment, MODEL)

    @property
    def stack(self) -> Stack:
        """The stack, also when it has been deleted."""
        return next(s for s in reversed(list(self.environment.cloudformation.stacks.values())) if s.name == STACK)

    @property
    def status(self) -> str:
        """Its status; "" if there never was one."""
        stacks = [s for s in self.environment.cloudformation.stacks.values() if s.name == STACK]
        return stacks[-1].status if stacks else ""

    @property
    def record(self) -> ModelRecord:
        """What the registry says."""
        return self.environment.functions.registry.read(MODEL)

    @property
    def jobs(self) -> list[Job]:
        """All jobs of ours that ever were."""
        return self.view.jobs

    @property
    def models(self) -> list[Model]:
        """Our custom models."""
        return self.view.models

    @property
    def endpoints(self) -> list[Endpoint]:
        """Our endpoints."""
        return self.view.endpoints

    @property
    def pointer(self) -> str:
        """What applications read."""
        return self.environment.account.parameters.values.get(_POINTER, "")

    @property
    def serves(self) -> bool:
        """Whether applications reach the wanted model."""
        if not self.pointer:
            return False
        job, endpoint = _digits(self.wanted)
        found = self.environment.account.bedrock.find(self.pointer)
        if not isinstance(found, Endpoint) or found.is_busy or f"-{endpoint}-" not in found.name:
            return False
        model = self.environment.account.bedrock.find(found.model_arn)
        return isinstance(model, Model) and f"-{job}-" in model.name

    def bought(self, kind: str) -> list[Purchase]:
        """Every `job` or `endpoint` of ours that was ever bought."""
        return [purchase for purchase in self.view.purchases if (purchase.kind == "job") == (kind == "job")]

    def changes(self, what: str, kind: str = "") -> list[Change]:
        """What was `stopped`, `deleted`, `swapped`, `tagged` or `untagged` of ours."""
        kinds = {"endpoint": {"provisioned", "on_demand"}}.get(kind, {kind})
        return [c for c in self.view.changes if c.what == what and (not kind or c.kind in kinds)]

    def requests(self, kind: str, logical_id: str = "") -> list[Request]:
        """CloudFormation's requests of this kind."""
        found = self.environment.cloudformation.requests
        return [r for r in found if r.kind == kind and logical_id in ("", r.event["LogicalResourceId"])]

    def last(self, kind: str, logical_id: str) -> Request:
        """The last of them."""
        return self.requests(kind, logical_id)[-1]

    def notices(self, kind: str) -> list[Notice]:
        """What people were told of troubles of this kind."""
        return [n for n in self.environment.account.topic.notices if n.subject.endswith(f": {kind}")]

    def calls(self, operation: str, *, by: str = "", since: float = 0.0) -> int:
        """How often an operation was called."""
        return sum(
            what.partition(" ")[0] == operation and who.startswith(by) and at >= since
            for at, who, what in self.environment.world.trace
        )

    def answered_at(self, request: Request) -> float:
        """When CloudFormation took the answer; now if it has none."""
        told = f"{request.kind} {request.event['LogicalResourceId']} answered"
        trace, now = self.environment.world.trace, self.environment.world.now
        return next((at for at, _, what in trace if at >= request.sent_at and what.startswith(told)), now)
