"""What the real resources answer, delivered as Lambda does: all attributes on every path, and the same bytes again."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from lambdas.responder import respond
from tests.fakes.answers import FakeAnswers
from tests.fakes.stacks import STACK
from tests.unit.lambdas.story import Story, endpoint_properties, job_properties

#: What templates may ask for with Fn::GetAtt (fault A14).
DECLARED = {
    "Job": {"Slot", "Generation", "JobName", "CustomModelName"},
    "Endpoint": {"Slot", "EndpointName", "PointerParameter"},
}
PROPERTIES = {"Job": job_properties, "Endpoint": endpoint_properties}


class Delivery:
    """CloudFormation and Lambda: sends requests to the resources of a story and keeps the answers."""

    def __init__(self) -> None:
        self.story, self.answers, self.requests = Story(), FakeAnswers(), 0

    def send(
        self,
        kind: str,
        logical_id: str,
        properties: Mapping[str, Any],
        physical_id: str = "",
        *,
        times: int = 1,
        runs: bool = True,
    ) -> dict[str, Any]:
        """The one answer that a request gets, however often it is delivered; the driver `runs` in between."""
        self.requests += 1
        event = {
            "RequestType": kind,
            "RequestId": f"request-{self.requests}",
            "StackId": STACK,
            "LogicalResourceId": logical_id,
            "ResponseURL": "https://example.com/?Signature=canary",
            "ResourceProperties": properties,
            **({"PhysicalResourceId": physical_id} if physical_id else {}),
        }
        resource = self.story.stack.handlers[logical_id]
        if kind == "Update":
            self.story.stacks.update(logical_id)
        bodies: list[bytes] = []
        for _ in range(times):
            respond(event, lambda: resource, answers=lambda: self.answers, send=lambda _, body: bodies.append(body))
            if runs:
                self.story.machine.run()
        (body,) = set(bodies)
        answer: dict[str, Any] = json.loads(body)
        return answer


@pytest.mark.parametrize("times", [1, 2, 5])
@pytest.mark.parametrize("logical_id", ["Job", "Endpoint"])
def test_every_path_answers_every_attribute_and_the_same_bytes_again(logical_id: str, times: int) -> None:
    """Create, an Update without effect, a replacement, and the way back to what is kept."""
    delivery, properties = Delivery(), PROPERTIES[logical_id]
    answer = delivery.send("Create", logical_id, properties("2"), times=times)
    for changed in (properties("2", Tags={}), properties("3"), properties("2")):
        assert answer["Status"] == "SUCCESS", answer["Reason"]
        assert set(answer["Data"]) == DECLARED[logical_id]
        assert all(isinstance(value, str) and value for value in answer["Data"].values())
        answer = delivery.send("Update", logical_id, changed, answer["PhysicalResourceId"], times=times)
    assert set(answer["Data"]) == DECLARED[logical_id]


def test_job_that_waits_for_room_answers_every_attribute() -> None:
    """The quota is two; the third is queued and has a name all the same (fault B11)."""
    delivery = Delivery()
    delivery.story.jobs.quota = 0
    answer = delivery.send("Create", "Job", job_properties(), runs=False)
    assert answer["Status"] == "SUCCESS"
    assert set(answer["Data"]) == DECLARED["Job"]
    assert delivery.story.jobs.running == []


def test_refused_request_is_refused_with_the_same_bytes_again() -> None:
    """And nothing of it is left (fault A25)."""
    delivery = Delivery()
    answer = delivery.send("Create", "Job", job_properties(KeepPrevious="one"), times=5)
    assert (answer["Status"], answer["Data"]) == ("FAILED", {})
    assert answer["Reason"] == "InvalidPropertiesError: property KeepPrevious must be a whole number, got 'one'"
    assert delivery.story.jobs.running == []
