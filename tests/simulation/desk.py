"""A region whose custom resources answer as a test tells them."""

import json
from collections.abc import Mapping
from typing import Any

from tests.simulation.cloudformation import CloudFormation, Stack, StackVariants
from tests.simulation.kernel import World
from tests.simulation.requests import Request

NAME = "finetuning-dev-Model-faq"
JOB = {"JobName": "n", "Generation": "g"}
ENDPOINT = {"PointerParameter": "p"}


class Desk:
    """A region whose custom resources answer as a test tells them; `sent` is what Lambda was invoked with."""

    def __init__(self, **variants: Any) -> None:
        self.world = World(1)
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.cloudformation = CloudFormation(self.world, self._invoke, StackVariants(**variants))
        self.answers: dict[str, Mapping[str, Any] | None] = {}
        self.automatic = True

    def _invoke(self, function: str, event: Mapping[str, Any]) -> None:
        self.sent.append((function, dict(event)))
        if self.automatic:
            self.world.after(1.0, lambda: self.answer(event))

    def answer(self, event: Mapping[str, Any], **changes: Any) -> None:
        """Answer an event: by default as a resource whose id never changes."""
        logical_id = event["LogicalResourceId"]
        told = self.answers.get(f"{event['RequestType']} {logical_id}", {})
        if told is None:
            return
        attributes = JOB if logical_id.startswith("Job") else ENDPOINT
        body = {
            "Status": "SUCCESS",
            "Reason": "because",
            "PhysicalResourceId": event.get("PhysicalResourceId", f"{logical_id}-1"),
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": logical_id,
            "Data": attributes,
            **told,
            **changes,
        }
        self.cloudformation.bucket.put(event["ResponseURL"], json.dumps(body).encode())

    def deploy(self, template: Mapping[str, Any], *, seconds: float = 100.0) -> Stack:
        """Deploy and let the time pass."""
        self.cloudformation.deploy(NAME, template)
        return self.wait(seconds)

    def wait(self, seconds: float = 100.0) -> Stack:
        """Let time pass."""
        self.world.run(until=self.world.now + seconds)
        return list(self.cloudformation.stacks.values())[-1]

    @property
    def asked(self) -> list[str]:
        """What was asked: request type, logical id and physical id."""
        return [
            f"{e['RequestType']} {e['LogicalResourceId']} {e.get('PhysicalResourceId', '')}".strip()
            for _, e in self.sent
        ]

    @property
    def requests(self) -> list[Request]:
        """All requests."""
        return self.cloudformation.requests


def both(epochs: object = 2, units: object = 1) -> dict[str, dict[str, Any]]:
    """A job, and an endpoint that comes after it."""
    return {"Job": {"Epochs": epochs}, "Endpoint": {"Units": units}}
