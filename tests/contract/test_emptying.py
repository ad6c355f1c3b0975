"""S3: a bucket that goes is emptied of every version, and what is forbidden is not taken for missing."""

import pytest

from finetuning.errors import FineTuningError
from lambdas.gateways.emptying import EmptyingGateway
from tests.contract.service import Answer, Service


def buckets(*answers: Answer) -> tuple[EmptyingGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("s3", *answers)
    return EmptyingGateway(service.client), service


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
    gateway, service = buckets(first, {}, second, {})
    assert gateway.empty("data") == 3
    deleted = [sent["Delete"] for name, sent in service.calls if name == "DeleteObjects"]
    assert deleted == [
        {"Objects": [{"Key": "a", "VersionId": "1"}, {"Key": "a", "VersionId": "2"}], "Quiet": True},
        {"Objects": [{"Key": "b", "VersionId": "null"}], "Quiet": True},
    ]


def test_empty_bucket_needs_no_deletion() -> None:
    """S3 refuses an empty list of objects."""
    gateway, service = buckets({"IsTruncated": False})
    assert gateway.empty("data") == 0
    assert [name for name, _ in service.calls] == ["ListObjectVersions"]


def test_object_that_cannot_be_deleted_is_an_error() -> None:
    """S3 answers 200 with the errors in the body."""
    refused = {"Errors": [{"Key": "a", "Code": "AccessDenied", "Message": "no"}]}
    gateway, _ = buckets({"IsTruncated": False, "Versions": [{"Key": "a", "VersionId": "1"}]}, refused)
    with pytest.raises(FineTuningError, match="cannot empty bucket data: AccessDenied for a"):
        gateway.empty("data")


@pytest.mark.parametrize(("answer", "exists"), [({}, True), ("404: Not Found", False)])
def test_bucket_exists_or_not(answer: Answer, exists: bool) -> None:
    """A bucket that is gone needs no emptying."""
    gateway, service = buckets(answer)
    assert gateway.exists("data") is exists
    assert service.call == ("HeadBucket", {"Bucket": "data"})


def test_forbidden_look_is_not_taken_for_a_missing_bucket() -> None:
    """S3 answers 403 where the right to list is missing, and for buckets of others."""
    gateway, service = buckets("403: Forbidden")
    with pytest.raises(service.client.exceptions.ClientError):
        gateway.exists("data")
