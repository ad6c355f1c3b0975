"""Endpoints of one kind: they take time to be created and updated, and refuse to be deleted meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from finetuning.lifecycle import EndpointObservation
from lambdas.gateways.endpoints import EndpointBusyError, EndpointOrder, PurchaseRefusedError
from tests.fakes.bedrock import ARN
from tests.fakes.clock import FakeClock

#: Of every commitment.
TERM_SECONDS = 30 * 86_400


@dataclass
class FakeEndpoint:
    """An endpoint; it is not at rest before `ready_at`."""

    arn: str
    order: EndpointOrder
    model_arn: str
    ready_at: float
    changing: str
    failure: str = ""
    refused_model_arn: str = ""
    shows_at: float = 0
    committed_until: float = 0


@dataclass
class FakeEndpoints:
    """Has the methods of an `EndpointGateway`.

    Attributes:
        creation_seconds: 1,500 for provisioned throughput, 480 for a deployment (see `decision`).
        quota: how many may exist.
        fails: the next one ends as `Failed`, with this message; None means that it does not.
        refuses_updates: updates end as refused.
        down: looking for an endpoint fails.
        elsewhere: ARNs of endpoints of others, which serve any model.
        lag_seconds: how long a new one does not show.
        forgets_tokens: an order that was sent before is refused for its name instead of answered as before.
        lost_replies: how many purchases still take effect without an answer.
        in_flight: runs once while the next purchase is under way, before it takes effect.
    """

    kind: str
    clock: FakeClock
    creation_seconds: float = 1500
    quota: int = 2
    fails: str | None = None
    refuses_updates: bool = False
    down: bool = False
    lag_seconds: float = 0
    lost_replies: int = 0
    forgets_tokens: bool = False
    in_flight: Callable[[], object] | None = None
    alive: dict[str, FakeEndpoint] = field(default_factory=dict)
    bought: list[str] = field(default_factory=list)
    swapped: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    tagged: dict[str, dict[str, str]] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)
    looks: int = 0

    def find(self, name: str) -> EndpointObservation | None:
        """The endpoint of this name."""
        self.looks += 1
        if self.down:
            raise ConnectionError("bedrock is down")
        found = self.alive.get(name)
        if found is None or self.clock.now < found.shows_at:
            return None
        at_rest = "Failed" if found.changing == "Creating" and self.fails is not None else "InService"
        status = found.changing if self.clock.now < found.ready_at else at_rest
        failure = (self.fails or "") if status == "Failed" else found.failure
        refused = found.refused_model_arn if status == "InService" else ""
        return EndpointObservation(found.arn, status, found.model_arn, failure, refused, found.committed_until)

    def create(self, order: EndpointOrder) -> str:
        """Buy an endpoint; the same name twice buys one."""
        name = order.endpoint.name
        interrupt, self.in_flight = self.in_flight, None
        if interrupt:
            interrupt()
        if name not in self.alive:
            if len(self.alive) >= self.quota:
                raise PurchaseRefusedError("quota exceeded.")
            arn = f"{ARN}:{self.kind}/{len(self.bought) + 1:012d}"
            ready_at = self.clock.now + self.creation_seconds
            self.alive[name] = FakeEndpoint(
                arn,
                order,
                order.model_arn,
                ready_at,
                "Creating",
                shows_at=self.clock.now + self.lag_seconds,
                committed_until=0 if order.endpoint.commitment == "none" else self.clock.epoch() + TERM_SECONDS,
            )
            self.tagged[arn] = {tag["key"]: tag["value"] for tag in order.tags}
            self.bought.append(name)
            if self.lost_replies:
                self.lost_replies -= 1
                raise ConnectionError("reply lost")
        elif self.forgets_tokens:
            raise PurchaseRefusedError("the name is in use")
        return self.alive[name].arn

    def swap(self, arn: str, model_arn: str) -> None:
        """Serve another model."""
        found = self._at_rest(arn)
        self.swapped.append(model_arn)
        if self.refuses_updates:
            found.refused_model_arn, found.failure = model_arn, "no capacity"
        else:
            found.model_arn, found.ready_at = model_arn, self.clock.now + 300
            found.refused_model_arn = found.failure = ""
        found.changing = "Updating"

    def delete(self, arn: str) -> None:
        """Delete an endpoint."""
        found = self._at_rest(arn)
        if self.clock.epoch() < found.committed_until:
            raise EndpointBusyError("its commitment has not ended")
        del self.alive[found.order.endpoint.name]
        self.deleted.append(arn)

    def tags(self, arn: str) -> dict[str, str]:
        """The tags that it was bought with, as changed since."""
        return self.tagged.get(arn, {})

    def tag(self, arn: str, add: Mapping[str, str], remove: Sequence[str]) -> None:
        """Change tags."""
        kept = {key: value for key, value in self.tags(arn).items() if key not in remove}
        self.tagged[arn] = {**kept, **add}

    def serving(self, model_arn: str) -> list[str]:
        """Endpoints that serve a model."""
        return [found.arn for found in self.alive.values() if found.model_arn == model_arn] + self.elsewhere

    def _at_rest(self, arn: str) -> FakeEndpoint:
        found = next(e for e in self.alive.values() if e.arn == arn)
        if self.clock.now < found.ready_at:
            raise EndpointBusyError(found.changing)
        return found
