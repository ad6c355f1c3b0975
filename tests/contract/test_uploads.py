"""Writing to S3: in parts, with checksums, under our key, into a bucket of ours; whole or not at all."""

from pathlib import Path
from typing import Any

import pytest

from lambdas.gateways.storage import ObjectUnwritableError, S3Head, StorageGateway
from lambdas.gateways.uploads import COPY_PART_BYTES, PART_BYTES
from tests.contract.service import Answer, Service

KEY_ARN = "arn:aws:kms:us-west-2:111122223333:key/11111111-2222-3333-4444-555555555555"
ACCOUNT = "111122223333"
KEY = "incoming/faq/1/training.jsonl"
OURS = {"Bucket": "data", "Key": KEY, "ExpectedBucketOwner": ACCOUNT}
STARTED: Answer = {"UploadId": "u"}
PART: Answer = {"ETag": '"p"', "ChecksumSHA256": "c" * 44}
DONE: Answer = {"VersionId": "v2"}


def storage(*answers: Answer) -> tuple[StorageGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("s3", *answers)
    return StorageGateway(service.client), service


def names(service: Service) -> list[str]:
    """The operations that were called."""
    return [name for name, _ in service.calls]


def test_object_is_written_in_parts_of_eight_mebibytes() -> None:
    """It exists when it is complete; the last part is what is left."""
    gateway, service = storage(STARTED, PART, PART, DONE)
    upload = gateway.begin("data", KEY, key_arn=KEY_ARN, account=ACCOUNT)
    for _ in range(3):
        upload.write(b"x" * (PART_BYTES // 2))
    assert upload.complete() == "v2"
    (_, created), (_, first), (_, second), (_, completed) = service.calls
    assert created == {
        **OURS,
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": KEY_ARN,
        "ContentType": "application/jsonl",
        "ChecksumAlgorithm": "SHA256",
        "Metadata": {},
    }
    assert [(sent["PartNumber"], len(sent["Body"])) for sent in (first, second)] == [
        (1, PART_BYTES),
        (2, PART_BYTES // 2),
    ]
    parts = [{"PartNumber": number, "ETag": '"p"', "ChecksumSHA256": "c" * 44} for number in (1, 2)]
    assert completed == {**OURS, "UploadId": "u", "MultipartUpload": {"Parts": parts}}


def test_empty_object_has_one_empty_part() -> None:
    """S3 refuses to complete an upload without parts."""
    gateway, service = storage(STARTED, PART, DONE)
    assert gateway.begin("data", KEY, key_arn=KEY_ARN, account=ACCOUNT).complete() == "v2"
    assert names(service) == ["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"]


def test_file_is_uploaded_with_its_digest_and_progress(tmp_path: Path) -> None:
    """The version that comes back pins exactly these bytes."""
    path = tmp_path / "training.jsonl"
    path.write_bytes(b"x" * (PART_BYTES + 1))
    gateway, service = storage(STARTED, PART, PART, DONE)
    sent: list[int] = []
    version = gateway.upload(path, "data", KEY, key_arn=KEY_ARN, account=ACCOUNT, digest="d" * 64, progress=sent.append)
    assert (version, sent) == ("v2", [PART_BYTES, 1])
    assert service.calls[0][1]["Metadata"] == {"sha256": "d" * 64}
    assert names(service) == ["CreateMultipartUpload", "UploadPart", "UploadPart", "CompleteMultipartUpload"]


def test_upload_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Parts that nobody sees are billed until they are aborted."""
    path = tmp_path / "training.jsonl"
    path.write_bytes(b"x")
    gateway, service = storage(STARTED, "AccessDenied: no", {})
    with pytest.raises(ObjectUnwritableError, match=rf"^cannot write s3://data/{KEY}: AccessDenied: no$"):
        gateway.upload(path, "data", KEY, key_arn=KEY_ARN, account=ACCOUNT, digest="d" * 64)
    assert service.calls[-1] == ("AbortMultipartUpload", {**OURS, "UploadId": "u"})


def test_abort_that_fails_is_left_to_the_lifecycle_rules() -> None:
    """It must not hide why the upload was aborted."""
    gateway, service = storage(STARTED, "AccessDenied: no")
    gateway.begin("data", KEY, key_arn=KEY_ARN, account=ACCOUNT).abort()
    assert names(service) == ["CreateMultipartUpload", "AbortMultipartUpload"]


def copied(gateway: StorageGateway, size: int) -> None:
    """Copy version v1 to the digest's key."""
    source = S3Head(f"s3://data/{KEY}", "data", KEY, size, "v1", "", {})
    gateway.copy(source, "data", "datasets/faq/d/t.jsonl", key_arn=KEY_ARN, account=ACCOUNT)


def test_object_is_copied_with_one_request_up_to_a_gibibyte() -> None:
    """Exactly the version that was written, from and to a bucket of ours."""
    gateway, service = storage({"CopyObjectResult": {}})
    copied(gateway, COPY_PART_BYTES)
    assert service.call == (
        "CopyObject",
        {
            "Bucket": "data",
            "Key": "datasets/faq/d/t.jsonl",
            "CopySource": f"data/{KEY}?versionId=v1",
            "MetadataDirective": "COPY",
            "TaggingDirective": "REPLACE",
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": KEY_ARN,
            "ExpectedBucketOwner": ACCOUNT,
            "ExpectedSourceBucketOwner": ACCOUNT,
        },
    )


def test_object_of_another_bucket_is_copied_as_it_was_seen() -> None:
    """Whoever owns that bucket; with the ETag, a changed object is refused."""
    gateway, service = storage({"CopyObjectResult": {}})
    source = S3Head("s3://theirs/a b.png", "theirs", "a b.png", 9, "", '"e"', {})
    gateway.copy(source, "data", "datasets/faq/media/d.png", key_arn=KEY_ARN, account=ACCOUNT)
    sent = service.call[1]
    assert (sent["CopySource"], sent["CopySourceIfMatch"]) == ("theirs/a%20b.png", '"e"')
    assert "ExpectedSourceBucketOwner" not in sent


def test_larger_object_is_copied_in_parts_that_leave_no_gap() -> None:
    """CopyObject ends at 5 GB, and a job may read 10 GB."""
    part = {"CopyPartResult": {"ETag": '"p"', "ChecksumSHA256": "c" * 44}}
    gateway, service = storage(STARTED, part, part, part, DONE)
    copied(gateway, 2 * COPY_PART_BYTES + 1)
    parts: list[dict[str, Any]] = [sent for name, sent in service.calls if name == "UploadPartCopy"]
    assert [sent["CopySourceRange"] for sent in parts] == [
        "bytes=0-1073741823",
        "bytes=1073741824-2147483647",
        "bytes=2147483648-2147483648",
    ]
    assert {sent["CopySource"] for sent in parts} == {f"data/{KEY}?versionId=v1"}
    assert len(service.calls[-1][1]["MultipartUpload"]["Parts"]) == 3


@pytest.mark.parametrize("size", [1, 2 * COPY_PART_BYTES])
def test_copy_that_fails_says_where_and_leaves_nothing(size: int) -> None:
    """Both ways of copying."""
    gateway, service = storage(*([STARTED] if size > 1 else []), "AccessDenied: no", {})
    with pytest.raises(ObjectUnwritableError, match=r"cannot write s3://data/datasets/faq/d/t\.jsonl: AccessDenied"):
        copied(gateway, size)
    assert names(service)[-1] == ("CopyObject" if size == 1 else "AbortMultipartUpload")


def test_small_object_is_written_at_once() -> None:
    """A report, with its own content type."""
    gateway, service = storage({})
    gateway.put(b"{}", "data", "reports/r.json", content_type="application/json", key_arn=KEY_ARN, account=ACCOUNT)
    name, sent = service.call
    assert name == "PutObject"
    assert (sent["ContentType"], sent["SSEKMSKeyId"], sent["ExpectedBucketOwner"]) == (
        "application/json",
        KEY_ARN,
        ACCOUNT,
    )


def test_one_version_is_deleted_for_good() -> None:
    """Without the version, a delete marker would hide data that stays."""
    gateway, service = storage({})
    gateway.delete_version("data", KEY, "v1")
    assert service.call == ("DeleteObject", {"Bucket": "data", "Key": KEY, "VersionId": "v1"})
