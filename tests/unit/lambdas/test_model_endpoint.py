"""The endpoint resource: it records what is wanted, buys nothing, and keeps its physical id when nothing changes."""

from typing import Any

import pytest

from finetuning.lifecycle import Signal
from lambdas.responder import CustomResourceRequest
from tests.fakes.cloudformation import a_request
from tests.fakes.stacks import STACK
from tests.unit.lambdas.story import NOVA_LITE, Story, endpoint_properties, job_properties


def an_endpoint_request(kind: str = "Create", **changes: Any) -> CustomResourceRequest:
    """A request of the endpoint resource; `properties` are the usual ones unless given."""
    return a_request(kind, **{"properties": endpoint_properties(), "logical_id": "Endpoint", **changes})


def test_create_answers_with_the_endpoints_name_and_its_pointer() -> None:
    """Both are known before anything is bought."""
    story = Story()
    request = an_endpoint_request()
    answer = story.endpoint.apply(request)
    assert answer.physical_id == request.allocated_id
    assert answer.attributes == {
        "Slot": "dev/faq/endpoint",
        "EndpointName": "finetuning-dev-faq-86cf0fc6-1",
        "PointerParameter": "/finetuning/dev/faq/endpoint",
    }
    assert story.throughput.bought == []


def test_create_while_the_job_runs_leaves_the_driver_alone() -> None:
    """The execution that waits for the job reads the record anew when it goes on."""
    story = Story()
    story.deploy()
    assert list(story.machine.executions) == ["faq-50c51decb8-1-1"]


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param(endpoint_properties(Tags={"team": "sales"}), id="tags only"),
        pytest.param(endpoint_properties("01"), id="leading zero"),
        pytest.param(endpoint_properties(BaseModel="anthropic.claude-3-haiku-20240307-v1:0"), id="inference id"),
    ],
)
def test_update_without_effect_keeps_the_endpoint(properties: dict[str, Any]) -> None:
    """The same endpoint spelled otherwise is the same endpoint (faults A25, A28)."""
    story = Story()
    created = story.endpoint.apply(an_endpoint_request())
    story.stacks.update("Endpoint")
    update = an_endpoint_request("Update", properties=properties, request_id="2", physical_id=created.physical_id)
    assert story.endpoint.apply(update) == created


def test_changed_units_are_a_replacement() -> None:
    """Units cannot be changed in place, so CloudFormation sees another physical id (fault C09)."""
    story = Story()
    created = story.endpoint.apply(an_endpoint_request())
    story.stacks.update("Endpoint")
    update = an_endpoint_request(
        "Update", properties=endpoint_properties("2"), request_id="2", physical_id=created.physical_id
    )
    assert story.endpoint.apply(update).physical_id == update.allocated_id


def test_units_of_an_on_demand_endpoint_do_not_matter() -> None:
    """A deployment has no units."""
    story = Story()
    on_demand = {"BaseModel": NOVA_LITE, "Serving": "on_demand"}
    created = story.endpoint.apply(an_endpoint_request(properties=endpoint_properties("1", **on_demand)))
    story.stacks.update("Endpoint")
    update = an_endpoint_request(
        "Update", properties=endpoint_properties("2", **on_demand), request_id="2", physical_id=created.physical_id
    )
    assert story.endpoint.apply(update) == created


def test_wait_condition_is_recorded_with_its_stack() -> None:
    """The driver signals the condition of the stack that asked."""
    story = Story()
    story.endpoint.apply(an_endpoint_request(properties=endpoint_properties(WaitConditionLogicalId="Wait1")))
    assert story.record.endpoint.signal == Signal(STACK, "Wait1")


def test_create_of_a_settled_model_puts_the_driver_to_work() -> None:
    """The model has been trained before the endpoint is asked for."""
    story = Story()
    story.stack.deploy({"Job": job_properties()})
    story.machine.run()
    story.train()
    assert story.record.settled
    story.stack.deploy({"Endpoint": endpoint_properties()})
    story.machine.run()
    assert len(story.throughput.alive) == 1


def test_duplicate_create_records_one_endpoint() -> None:
    """The second delivery of a request finds what the first one wrote (fault A06)."""
    story = Story()
    request = an_endpoint_request()
    assert story.endpoint.apply(request) == story.endpoint.apply(request)
    assert len(story.record.endpoint.generations) == 1


@pytest.mark.parametrize("units", ["", "one", "1.0", "-1", "²"])
def test_units_that_are_no_whole_number_are_refused(units: str) -> None:
    """Properties arrive as strings and are parsed strictly (fault A25)."""
    story = Story()
    with pytest.raises(Exception, match=f"property ModelUnits must be a whole number, got '{units}'"):
        story.endpoint.apply(an_endpoint_request(properties=endpoint_properties(units)))
