"""A stack that sends custom resource requests in CloudFormation's order, with its rollbacks in both known variants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lambdas.responder import Answer, CustomResource, CustomResourceRequest
from tests.fakes.stacks import STACK, FakeStacks

Properties = Mapping[str, Any]


def a_request(
    kind: str = "Create",
    *,
    properties: Properties,
    logical_id: str = "Job",
    request_id: str = "1",
    physical_id: str | None = None,
    stack_id: str = STACK,
) -> CustomResourceRequest:
    """A custom resource request."""
    return CustomResourceRequest(
        kind=kind,
        request_id=request_id,
        stack_id=stack_id,
        logical_id=logical_id,
        physical_id=physical_id,
        properties=properties,
        response_url="https://example.com/answer",
    )


@dataclass
class FakeResource:
    """A resource as the stack knows it, and as it was before the update that is under way."""

    physical_id: str
    properties: Properties
    attributes: Mapping[str, str]
    before: "FakeResource | None" = None


@dataclass
class FakeStack:
    """Sends requests to custom resources in the order of `handlers`, and Deletes in the reverse order."""

    handlers: Mapping[str, CustomResource]
    stacks: FakeStacks
    stack_id: str = STACK
    resources: dict[str, FakeResource] = field(default_factory=dict)
    sent: list[CustomResourceRequest] = field(default_factory=list)
    _requests: int = 0

    def deploy(self, wanted: Mapping[str, Properties]) -> None:
        """Create or update every resource, then clean up what was replaced."""
        self.update(wanted)
        self.clean_up()

    def update(self, wanted: Mapping[str, Properties]) -> None:
        """Create or update every resource, without the clean-up that ends an update."""
        for logical_id, properties in wanted.items():
            known = self.resources.get(logical_id)
            if known is None or known.properties != properties:
                answer = self._apply(logical_id, known, properties)
                self.resources[logical_id] = FakeResource(answer.physical_id, properties, answer.attributes, known)

    def clean_up(self) -> None:
        """Delete the ids that were replaced."""
        for logical_id, resource in reversed(self.resources.items()):
            before, resource.before = resource.before, None
            if before is not None and before.physical_id != resource.physical_id:
                self.delete(logical_id, before.physical_id, before.properties)

    def roll_back_by_delete(self) -> None:
        """Undo an update: only Deletes for the new ids (MiniStack, and AWS for what it need not update)."""
        self.stacks.rolling_back.add(self.stack_id)
        for logical_id, resource in reversed(self.resources.items()):
            if resource.before is not None:
                self.delete(logical_id, resource.physical_id, resource.properties)
                self.resources[logical_id] = resource.before
                self._does(logical_id, "UPDATE_COMPLETE")
        self.stacks.rolling_back.clear()

    def roll_back_by_update(self) -> None:
        """Undo an update: Update with the old properties, then Delete for the ids this replaced (aws-cdk #29581)."""
        self.stacks.rolling_back.add(self.stack_id)
        self.update({name: r.before.properties for name, r in self.resources.items() if r.before is not None})
        self.clean_up()
        self.stacks.rolling_back.clear()

    def roll_back_failed_update(self, logical_id: str) -> None:
        """Undo an Update that was answered FAILED, which is known by its old id: Update with the old properties."""
        known = self.resources[logical_id]
        answer = self._apply(logical_id, known, known.properties)
        self.resources[logical_id] = FakeResource(answer.physical_id, known.properties, answer.attributes, known)
        self.clean_up()

    def destroy(self) -> None:
        """Delete every resource."""
        for logical_id, resource in reversed(self.resources.items()):
            self.delete(logical_id, resource.physical_id, resource.properties)
        self.resources.clear()

    def delete(self, logical_id: str, physical_id: str, properties: Properties) -> None:
        """Send one Delete."""
        request = self._request("Delete", logical_id, physical_id, properties)
        known = self.resources.get(logical_id)
        # The status of a resource does not show the clean-up of an id that it had before.
        is_cleaned_up = known is not None and physical_id.startswith(f"{logical_id}-") != (
            physical_id == known.physical_id
        )
        if not is_cleaned_up:
            self._does(logical_id, "DELETE_IN_PROGRESS")
        self.handlers[logical_id].delete(request)
        if not is_cleaned_up:
            self._does(logical_id, "DELETE_COMPLETE")

    def _apply(self, logical_id: str, known: FakeResource | None, properties: Properties) -> Answer:
        kind, physical_id = ("Update", known.physical_id) if known else ("Create", None)
        self._does(logical_id, f"{kind.upper()}_IN_PROGRESS")
        answer = self.handlers[logical_id].apply(self._request(kind, logical_id, physical_id, properties))
        self._does(logical_id, f"{kind.upper()}_COMPLETE")
        return answer

    def _does(self, logical_id: str, status: str) -> None:
        self.stacks.doing[self.stack_id, logical_id] = status

    def _request(self, kind: str, logical_id: str, physical_id: str | None, properties: Properties) -> Any:
        self._requests += 1
        request_id = f"{self.stack_id}-{self._requests}"
        request = a_request(
            kind,
            properties=properties,
            logical_id=logical_id,
            request_id=request_id,
            physical_id=physical_id,
            stack_id=self.stack_id,
        )
        self.sent.append(request)
        return request
