"""S3: what is read, written and deleted, and that nothing unreadable is taken for missing."""

import io
from pathlib import Path
from typing import Any

import pytest
from botocore.response import StreamingBody

from finetuning.errors import FineTuningError
from lambdas.gateways.storage import ObjectUnreadableError, StorageGateway
from tests.contract.service import Answer, Service

KEY_ARN = "arn:aws:kms:us-west-2:111122223333:key/11111111-2222-3333-4444-555555555555"


def storage(*answers: Answer) -> tuple[StorageGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("s3", *answers)
    return StorageGateway(service.client), service


def an_object(content: bytes) -> dict[str, Any]:
    """GetObject's answer."""
    return {"Body": StreamingBody(io.BytesIO(content), len(content))}


@pytest.mark.parametrize(
    ("uri", "request_"),
    [
        ("s3://data/a/b.jsonl", {"Bucket": "data", "Key": "a/b.jsonl"}),
        ("s3://data/a.jsonl?versionId=v1.x_-Y", {"Bucket": "data", "Key": "a.jsonl", "VersionId": "v1.x_-Y"}),
        ("s3://data/a#1 %20.jsonl", {"Bucket": "data", "Key": "a#1 %20.jsonl"}),
    ],
)
def test_lines_of_an_object_are_read(uri: str, request_: dict[str, str]) -> None:
    """With LF or CRLF, and without a line feed at the end."""
    gateway, service = storage(an_object(b"one\r\ntwo\n\nthree"))
    assert list(gateway.lines(uri)) == [b"one", b"two", b"", b"three"]
    assert service.call == ("GetObject", request_)


@pytest.mark.parametrize("error", ["NoSuchKey: The specified key does not exist.", "AccessDenied: Access Denied"])
def test_object_that_cannot_be_read_is_named_with_the_reason(error: str) -> None:
    """The message says what to check."""
    gateway, _ = storage(error)
    with pytest.raises(ObjectUnreadableError) as unreadable:
        gateway.lines("s3://data/a.jsonl")
    assert str(unreadable.value) == (
        f"cannot read s3://data/a.jsonl: {error}; check that the object exists in this Region and that the training "
        "dataset function may read it, and use its KMS key if it has one of yours"
    )


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


def test_file_is_written_encrypted_into_a_bucket_of_ours(tmp_path: Path) -> None:
    """With our key, and only if the bucket belongs to our account."""
    path = tmp_path / "training.jsonl"
    path.write_bytes(b"{}\n")
    gateway, service = storage({})
    gateway.write(path, "data", "datasets/faq/a.jsonl", KEY_ARN, "111122223333")
    name, sent = service.call
    del sent["Body"]
    sent.pop("ChecksumAlgorithm", None)
    assert (name, sent) == (
        "PutObject",
        {
            "Bucket": "data",
            "Key": "datasets/faq/a.jsonl",
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": KEY_ARN,
            "ContentType": "application/jsonl",
            "ExpectedBucketOwner": "111122223333",
        },
    )


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
