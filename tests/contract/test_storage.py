"""S3: what is there and what is deleted, and that nothing forbidden is taken for missing."""

import pytest

from finetuning.errors import FineTuningError
from lambdas.gateways.storage import StorageGateway
from tests.contract.service import Answer, Service


def storage(*answers: Answer) -> tuple[StorageGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("s3", *answers)
    return StorageGateway(service.client), service


@pytest.mark.parametrize(("answer", "exists"), [({}, True), ("404: Not Found", False)])
def test_object_exists_or_not(answer: Answer, exists: bool) -> None:
    """HEAD has no body, so the status is the code."""
    gateway, service = storage(answer)
    assert gateway.exists("data", "a.jsonl") is exists
    assert service.call == ("HeadObject", {"Bucket": "data", "Key": "a.jsonl"})


def test_forbidden_look_is_not_taken_for_a_missing_object() -> None:
    """S3 answers 403 where the right to list is missing."""
    gateway, service = storage("403: Forbidden")
    with pytest.raises(service.client.exceptions.ClientError):
        gateway.exists("data", "a.jsonl")
    with pytest.raises(service.client.exceptions.ClientError):
        gateway.bucket_exists("data")


def test_bucket_is_emptied_of_versions_and_delete_markers_page_by_page() -> None:
    """An object is only gone with its last version."""
    first = {
        "IsTruncated": True,
        "NextKeyMarker": "a",
        "NextVersionIdMarker": "1",
        "Versions": [{"Key": "a", "VersionId": "1"}],
        "DeleteMarkers": [{"Key": "a", "VersionId": "2"}],
    }
    second = {"IsTruncated": False, "Versions": [{"Key": "b", "VersionId": "null"}]}
    gateway, service = storage(first, {}, second, {})
    assert gateway.empty("data") == 3
    deleted = [sent["Delete"] for name, sent in service.calls if name == "DeleteObjects"]
    assert deleted == [
        {"Objects": [{"Key": "a", "VersionId": "1"}, {"Key": "a", "VersionId": "2"}], "Quiet": True},
        {"Objects": [{"Key": "b", "VersionId": "null"}], "Quiet": True},
    ]


def test_empty_bucket_needs_no_deletion() -> None:
    """S3 refuses an empty list of objects."""
    gateway, service = storage({"IsTruncated": False})
    assert gateway.empty("data") == 0
    assert [name for name, _ in service.calls] == ["ListObjectVersions"]


def test_object_that_cannot_be_deleted_is_an_error() -> None:
    """S3 answers 200 with the errors in the body."""
    refused = {"Errors": [{"Key": "a", "Code": "AccessDenied", "Message": "no"}]}
    gateway, _ = storage({"IsTruncated": False, "Versions": [{"Key": "a", "VersionId": "1"}]}, refused)
    with pytest.raises(FineTuningError, match="cannot empty bucket data: AccessDenied for a"):
        gateway.empty("data")


@pytest.mark.parametrize(("answer", "exists"), [({}, True), ("404: Not Found", False)])
def test_bucket_exists_or_not(answer: Answer, exists: bool) -> None:
    """A bucket that is gone needs no emptying."""
    gateway, service = storage(answer)
    assert gateway.bucket_exists("data") is exists
    assert service.call == ("HeadBucket", {"Bucket": "data"})


def test_gateway_can_be_made_for_every_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warm function makes one per request."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    first, second = StorageGateway(), StorageGateway()
    assert first is not second
