"""Resources of a stack, and the requests that make, change and delete them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from tests.simulation.kernel import World
from tests.simulation.requests import Outcome, Request, ResponseBucket
from tests.simulation.template import Kind, Properties, kind_of

Ended = Callable[[Outcome], None]


@dataclass(frozen=True)
class Version:
    """A resource as CloudFormation knows it after an answer: properties as sent, attributes as answered."""

    physical_id: str
    properties: Properties
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Resource:
    """A resource of a stack.

    Attributes:
        version: the present one; None while its Create is in flight.
        before: the version before the operation under way; None if that operation made the resource.
        touched: the operation under way has asked for a change of it.
        end: ends what is in flight; None if nothing is.
    """

    logical_id: str
    status: str
    version: Version | None = None
    before: Version | None = None
    touched: bool = False
    end: Ended | None = None


class Invoke(Protocol):
    """Lambda's asynchronous invocation."""

    def __call__(self, name: str, event: Mapping[str, Any], /) -> None:
        """Queue an event."""


class Requests:
    """Asks for the making, changing and deletion of single resources."""

    def __init__(self, world: World, bucket: ResponseBucket, invoke: Invoke, *, invented: str) -> None:
        """Keep what it works with; `invented` is the shape of ids that CloudFormation makes up: `name` or `uuid`."""
        self.world, self.bucket = world, bucket
        self._invoke, self._invented = invoke, invented

    def ask(self, request_type: str, stack_id: str, resource: Resource, ended: Ended, **fields: Any) -> None:
        """Begin one request; `ended` is told its outcome, and `resource.end` can end it before."""
        kind = kind_of(resource.logical_id)

        def end(outcome: Outcome) -> None:
            resource.end = None
            ended(outcome)

        if kind.function:
            self._custom(kind, request_type, stack_id, resource, end, fields)
        else:
            self._own(kind, request_type, resource, end, fields)

    def invent(self, stack_id: str, logical_id: str) -> str:
        """The physical id of a resource that never answered (its shape is not documented)."""
        digits = f"{self.world.random.getrandbits(128):032X}"
        name = stack_id.split("/")[1]
        return str(UUID(digits)) if self._invented == "uuid" else f"{name}-{logical_id}-{digits[:13]}"

    def _custom(
        self, kind: Kind, request_type: str, stack_id: str, resource: Resource, end: Ended, fields: Mapping[str, Any]
    ) -> None:
        event = {
            "RequestType": request_type,
            "StackId": stack_id,
            "LogicalResourceId": resource.logical_id,
            "ResourceType": f"Custom::{kind.function}",
            "ServiceToken": f"arn:aws:lambda:us-west-2:111122223333:function:{kind.function}",
            **fields,
        }
        request: Request = self.bucket.open(event, kind.service_timeout, end)
        resource.end = request.end
        self.world.note(f"{request_type} {resource.logical_id} {fields.get('PhysicalResourceId', '')}")
        self._invoke(kind.function, request.event)

    def _own(self, kind: Kind, request_type: str, resource: Resource, end: Ended, fields: Mapping[str, Any]) -> None:
        """What CloudFormation makes itself: a wait condition waits for its signal, others take a while."""
        open_ = [True]

        def once(outcome: Outcome) -> None:
            if open_.pop() if open_ else False:
                end(outcome)

        resource.end = once
        properties = fields["ResourceProperties"]
        physical_id = fields.get("PhysicalResourceId", f"{resource.logical_id}-made")
        if resource.logical_id.startswith("Wait") and request_type == "Create":
            late = Outcome(False, "timed out", physical_id, "WaitCondition timed out")
            self.world.after(kind.service_timeout, lambda: once(late))
            return
        fails = request_type != "Delete" and properties.get("Fails") == "true"
        outcome = Outcome(not fails, "answered", physical_id, "Resource handler returned an error" if fails else "")
        self.world.after(float(properties.get("Seconds", "5")), lambda: once(outcome))
