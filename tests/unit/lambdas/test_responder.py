"""The responder: CloudFormation always gets one answer that it accepts, whatever happens below."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.responder import Answer, CustomResource, CustomResourceRequest, InvalidPropertiesError, respond
from lambdas.responder.answer import MAX_BODY_BYTES, AnswerTooLongError, InvalidAttributeError, failed, success
from tests.fakes.cloudformation import a_request
from tests.fakes.stacks import STACK

URL = "https://cloudformation-custom-resource.s3.amazonaws.com/?Signature=canary-url"


class Resource:
    """Answers with attributes, or fails."""

    def __init__(self, answer: Answer | None = None, error: Exception | None = None) -> None:
        self.answer, self.error = answer, error
        self.deleted: list[str | None] = []

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Answer."""
        if self.error:
            raise self.error
        return self.answer or Answer(request.allocated_id)

    def delete(self, request: CustomResourceRequest) -> None:
        """Note the id."""
        self.deleted.append(request.physical_id)


def an_event(kind: str = "Create", **changes: Any) -> dict[str, Any]:
    """A custom resource event."""
    return {
        "RequestType": kind,
        "RequestId": "request-1",
        "StackId": STACK,
        "LogicalResourceId": "Job",
        "ResourceType": "Custom::BedrockModelCustomizationJob",
        "ResponseURL": URL,
        "ResourceProperties": {"Model": "faq"},
        **changes,
    }


def answered(event: dict[str, Any], resource: CustomResource | Exception) -> dict[str, Any]:
    """The one answer that is sent for an event."""
    sent: list[tuple[str, bytes]] = []

    def build() -> CustomResource:
        if isinstance(resource, Exception):
            raise resource
        return resource

    respond(event, build, send=lambda url, body: sent.append((url, body)))
    [(url, body)] = sent
    assert url == URL
    document: dict[str, Any] = json.loads(body)
    return document


ALLOCATED = a_request(properties={}, request_id="request-1").allocated_id


def test_success_is_answered_with_exactly_these_fields() -> None:
    """Source: CloudFormation Template Reference, 'Custom resource response objects'."""
    assert answered(an_event(), Resource(Answer("id-1", {"JobName": "n"}))) == {
        "Status": "SUCCESS",
        "Reason": "",
        "PhysicalResourceId": "id-1",
        "StackId": STACK,
        "RequestId": "request-1",
        "LogicalResourceId": "Job",
        "Data": {"JobName": "n"},
    }


def test_failed_create_returns_the_allocated_id() -> None:
    """So that the Delete which follows can clean up (fault A02)."""
    answer = answered(an_event(), Resource(error=RuntimeError("no")))
    assert (answer["Status"], answer["Reason"]) == ("FAILED", "RuntimeError: no")
    assert answer["PhysicalResourceId"] == ALLOCATED


def test_failed_update_echoes_the_old_id() -> None:
    """Any other id would make CloudFormation delete what is in service (fault A16)."""
    event = an_event("Update", PhysicalResourceId="Job-old")
    assert answered(event, Resource(error=RuntimeError("no")))["PhysicalResourceId"] == "Job-old"


def test_delete_is_answered_with_the_id_it_was_asked_for() -> None:
    """CloudFormation refuses another one."""
    resource = Resource()
    answer = answered(an_event("Delete", PhysicalResourceId="Job-old"), resource)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "Job-old")
    assert resource.deleted == ["Job-old"]


def test_import_error_while_building_is_answered_failed() -> None:
    """Without an answer CloudFormation would wait for the whole service timeout (fault A01)."""
    answer = answered(an_event(), ModuleNotFoundError("No module named 'msgspec'"))
    assert (answer["Status"], answer["Reason"]) == ("FAILED", "ModuleNotFoundError: No module named 'msgspec'")
    assert answer["PhysicalResourceId"] == ALLOCATED


def test_unknown_request_type_is_answered_failed() -> None:
    """A kind that CloudFormation invents later is no success."""
    answer = answered(an_event("Import"), Resource())
    assert answer["Reason"] == "ValueError: RequestType must be Create, Update or Delete, got 'Import'"


def test_allocated_id_is_the_same_for_every_delivery_and_another_for_another_request() -> None:
    """It derives from the request alone (faults A05, A15)."""
    assert a_request(properties={"other": "1"}, request_id="request-1").allocated_id == ALLOCATED
    others = [
        a_request(properties={}, request_id="request-2").allocated_id,
        a_request(properties={}, request_id="request-1", logical_id="Other").allocated_id,
        a_request(properties={}, request_id="request-1", stack_id="other").allocated_id,
    ]
    assert len({ALLOCATED, *others}) == 4


@pytest.mark.parametrize(
    ("physical_id", "known"),
    [
        (ALLOCATED, ALLOCATED),
        (None, ""),
        ("", ""),
        ("stack-Job-1A2B3C4D5E6F7A8B", ""),
        ("Job-1A2B3C4D5E6F7A8B", ""),
        ("Other-0123456789abcdef", ""),
        ("Job-0123456789abcdef0", ""),
    ],
)
def test_id_that_cloudformation_made_up_is_recognized(physical_id: str | None, known: str) -> None:
    """It makes one up when it never got an answer to the Create (fault A20)."""
    assert a_request("Delete", properties={}, physical_id=physical_id).known_id == known


def test_answer_of_4096_bytes_is_sent_as_it_is() -> None:
    """The limit is inclusive (fault A11)."""
    request = a_request(properties={})
    room = MAX_BODY_BYTES - len(success(request, Answer("id", {"A": ""})))
    assert len(success(request, Answer("id", {"A": "x" * (room - 1)}))) == 4095
    assert len(success(request, Answer("id", {"A": "x" * room}))) == 4096
    with pytest.raises(AnswerTooLongError, match="the attributes make an answer of 4097 bytes, allowed are 4096"):
        success(request, Answer("id", {"A": "x" * (room + 1)}))


def test_attributes_that_do_not_fit_are_answered_failed() -> None:
    """A silent cut would hand a wrong value to the template."""
    answer = answered(an_event(), Resource(Answer("id", {"A": "x" * 5000})))
    assert answer["Status"] == "FAILED"
    assert answer["PhysicalResourceId"] == ALLOCATED


@pytest.mark.parametrize(("excess", "is_cut"), [(-1, False), (0, False), (1, True)])
def test_reason_is_cut_only_beyond_4096_bytes(excess: int, is_cut: bool) -> None:
    """4,095 and 4,096 bytes go out whole, 4,097 do not (fault A11)."""
    request = a_request(properties={})
    reason = "x" * (MAX_BODY_BYTES - len(failed(request, "id", "")) + excess)
    body = failed(request, "id", reason)
    assert (json.loads(body)["Reason"] != reason) is is_cut
    assert len(body) <= MAX_BODY_BYTES


@pytest.mark.parametrize("value", [None, 3, True, float("nan"), {"a": "b"}, ["a"], b"a"])
def test_attribute_that_is_no_string_is_refused(value: Any) -> None:
    """Losses can be NaN, which is no JSON, and of maps CloudFormation makes what it likes (fault A13)."""
    with pytest.raises(InvalidAttributeError, match="attribute Loss must be a string, got"):
        success(a_request(properties={}), Answer("id", {"Loss": value}))
    assert answered(an_event(), Resource(Answer("id", {"Loss": value})))["Status"] == "FAILED"


@given(st.text(max_size=6000), st.text(max_size=60))
def test_every_reason_makes_valid_json_within_the_limit(reason: str, physical_id: str) -> None:
    """Also when characters take several bytes (fault A12)."""
    body = failed(a_request(properties={}), physical_id, reason)
    document = json.loads(body.decode("ascii"))
    assert len(body) <= MAX_BODY_BYTES
    assert document["Reason"] == reason or reason.startswith(document["Reason"].removesuffix("… (cut)"))


@pytest.mark.parametrize("character", ["x", "é", "漢", "😀"])
def test_long_reason_keeps_nearly_all_that_fits(character: str) -> None:
    """Characters are cut, never halved, and no more of them than needed."""
    body = failed(a_request(properties={}), "id", character * 6000)
    kept = json.loads(body)["Reason"]
    assert kept.endswith("… (cut)")
    assert set(kept.removesuffix("… (cut)")) == {character}
    assert MAX_BODY_BYTES - 100 < len(body) <= MAX_BODY_BYTES


@pytest.mark.parametrize("value", [None, 3, {"a": "b"}, ["a"]])
def test_property_that_is_no_string_is_refused(value: object) -> None:
    """CloudFormation sends strings; anything else is not from our stack (fault A25)."""
    with pytest.raises(InvalidPropertiesError, match="property Model must be a string, got"):
        a_request(properties={"Model": value}).text("Model")


@pytest.mark.parametrize("value", ["x", {"a": 1}, {"a": {"b": "c"}}])
def test_map_with_other_than_strings_is_refused(value: object) -> None:
    """Tags and hyperparameters are maps of strings."""
    with pytest.raises(InvalidPropertiesError, match="property Tags must be a map of strings"):
        a_request(properties={"Tags": value}).texts("Tags")
