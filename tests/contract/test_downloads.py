"""Reading from S3: one version, through broken connections, and a clear message for what cannot be read."""

import io
from typing import Any

import pytest
from botocore.exceptions import IncompleteReadError
from botocore.response import StreamingBody

from lambdas.gateways.downloads import RECONNECTIONS
from lambdas.gateways.storage import ObjectDeniedError, ObjectUnreadableError, StorageGateway
from tests.contract.service import Answer, Service

URI = "s3://data/a/b.jsonl"


def storage(*answers: Answer) -> tuple[StorageGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("s3", *answers)
    return StorageGateway(service.client), service


def a_head(content: bytes, **changes: Any) -> dict[str, Any]:
    """HeadObject's answer."""
    return {"ContentLength": len(content), "ETag": '"e"', "Metadata": {}, **changes}


def an_object(content: bytes, promised: int | None = None) -> dict[str, Any]:
    """GetObject's answer; with more promised than there is, the connection breaks."""
    return {"Body": StreamingBody(io.BytesIO(content), promised or len(content))}


@pytest.mark.parametrize(
    ("uri", "request_"),
    [
        ("s3://data/a/b.jsonl", {"Bucket": "data", "Key": "a/b.jsonl"}),
        ("s3://data/a.jsonl?versionId=v1.x_-Y", {"Bucket": "data", "Key": "a.jsonl", "VersionId": "v1.x_-Y"}),
        ("s3://data/a#1 %20.jsonl", {"Bucket": "data", "Key": "a#1 %20.jsonl"}),
    ],
)
def test_object_is_read_as_head_saw_it(uri: str, request_: dict[str, str]) -> None:
    """The ETag is part of the request, so that another object under the same key is not read."""
    content = b"one\r\ntwo\n\nthree"
    gateway, service = storage(a_head(content), an_object(content))
    with gateway.open(uri).stream as stream:
        assert list(stream) == [b"one\r\n", b"two\n", b"\n", b"three"]
    assert service.calls == [("HeadObject", request_), ("GetObject", {**request_, "IfMatch": '"e"'})]


def test_owner_of_the_bucket_is_part_of_every_request() -> None:
    """Also when a broken connection is taken up."""
    gateway, service = storage(a_head(b"0123456789"), an_object(b"0123", 10), an_object(b"456789"))
    head = gateway.head(URI, "999988887777")
    assert gateway.open(head).stream.read() == b"0123456789"
    assert [sent["ExpectedBucketOwner"] for _, sent in service.calls] == ["999988887777"] * 3


@pytest.mark.parametrize(("version", "pinned"), [("v7", "v7"), ("null", ""), (None, "")])
def test_latest_version_is_pinned(version: str | None, pinned: str) -> None:
    """In a bucket that keeps versions; `null` is one that can be overwritten, so the ETag has to do."""
    head = a_head(b"x", **({"VersionId": version} if version else {}))
    gateway, service = storage(head, an_object(b"x"))
    source = gateway.open(URI)
    assert (source.version, source.etag, source.size) == (pinned, '"e"', 1)
    assert service.calls[1][1].get("VersionId", "") == pinned


def test_broken_connection_is_taken_up_where_it_ended() -> None:
    """A part is uploaded between two reads, and S3 closes connections that idle."""
    gateway, service = storage(a_head(b"0123456789"), an_object(b"0123", 10), an_object(b"456789"))
    assert gateway.open(URI).stream.read() == b"0123456789"
    assert service.calls[2] == (
        "GetObject",
        {"Bucket": "data", "Key": "a/b.jsonl", "IfMatch": '"e"', "Range": "bytes=4-"},
    )


def test_connection_that_keeps_breaking_is_an_error_with_the_place() -> None:
    """A file that is cut off must not pass for a shorter one."""
    gateway, service = storage(a_head(b"0123456789"), an_object(b"0123", 10), *(an_object(b"", 6) for _ in range(9)))
    with pytest.raises(ObjectUnreadableError) as broken:
        gateway.open(URI).stream.read()
    assert str(broken.value) == (
        f"cannot read {URI}: the connection broke {RECONNECTIONS + 1} times, last after 4 of 10 bytes "
        "(IncompleteReadError); start again"
    )
    assert isinstance(broken.value.__cause__, IncompleteReadError)
    assert len(service.calls) == RECONNECTIONS + 2


def test_object_that_changed_meanwhile_is_an_error() -> None:
    """Also when the connection broke in the middle of the old one."""
    changed = "PreconditionFailed: At least one of the pre-conditions you specified did not hold"
    for answers in ([changed], [an_object(b"0123", 10), changed]):
        gateway, _ = storage(a_head(b"0123456789"), *answers)
        with pytest.raises(ObjectUnreadableError, match="it was changed while it was being read; start again"):
            gateway.open(URI).stream.read()


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("404: Not Found", "check the bucket, the key"),
        ("NoSuchBucket: none", "check the bucket, the key"),
        ("400: Bad Request", "check its version id"),
        ("405: Method Not Allowed", "a delete marker cannot be read"),
        ("301: Moved Permanently", "its bucket is in another Region"),
    ],
)
def test_object_that_cannot_be_looked_at_is_named_with_what_to_check(error: str, advice: str) -> None:
    """HEAD has no body, so the status is the code."""
    gateway, _ = storage(error)
    with pytest.raises(ObjectUnreadableError) as unreadable:
        gateway.open(URI)
    assert str(unreadable.value).startswith(f"cannot read {URI}: {error}; ")
    assert advice in str(unreadable.value)
    assert not isinstance(unreadable.value, ObjectDeniedError)


def test_denied_look_is_told_apart_because_rights_take_a_while() -> None:
    """The resource tries again."""
    gateway, _ = storage("403: Forbidden")
    with pytest.raises(ObjectDeniedError, match="check that it exists, that this role may read it"):
        gateway.head(URI)


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("InvalidObjectState: The operation is not valid for the object's storage class", "it is archived"),
        ("AccessDenied: not authorized to perform: kms:Decrypt on resource: arn", "its KMS key must exist"),
        ("KMS.DisabledException: arn is disabled", "its KMS key must exist"),
        ("AccessDenied: Access Denied", "this role may read it"),
    ],
)
def test_object_that_cannot_be_read_is_named_with_what_to_check(error: str, advice: str) -> None:
    """GET says more than HEAD."""
    gateway, _ = storage(a_head(b"x"), error)
    with pytest.raises(ObjectUnreadableError) as unreadable:
        gateway.open(URI)
    assert str(unreadable.value).startswith(f"cannot read {URI}: {error}; ")
    assert advice in str(unreadable.value)


@pytest.mark.parametrize(
    ("found", "readable"),
    [
        ({"StorageClass": "GLACIER"}, False),
        ({"StorageClass": "DEEP_ARCHIVE", "Restore": 'ongoing-request="true"'}, False),
        ({"StorageClass": "INTELLIGENT_TIERING", "ArchiveStatus": "ARCHIVE_ACCESS"}, False),
        ({"StorageClass": "GLACIER", "Restore": 'ongoing-request="false", expiry-date="Fri"'}, True),
        ({"StorageClass": "GLACIER_IR"}, True),
    ],
)
def test_archived_object_is_refused_before_it_is_read(found: dict[str, str], readable: bool) -> None:
    """Instant retrieval is no archive, and a restored copy can be read."""
    gateway, _ = storage(a_head(b"x", **found))
    if readable:
        assert gateway.head(URI).size == 1
    else:
        with pytest.raises(ObjectUnreadableError, match="it is archived; restore it"):
            gateway.head(URI)


@pytest.mark.parametrize("uri", ["s3://data/folder/", "s3://data", "s3://data/", "https://data/x", "training.jsonl"])
def test_location_that_names_no_object_is_refused_without_a_call(uri: str) -> None:
    """A folder, a bucket, something else."""
    gateway, service = storage({})
    with pytest.raises(ObjectUnreadableError, match=r"give s3://bucket/key of one file"):
        gateway.head(uri)
    assert service.calls == []
