"""Manifests and signatures in S3: written once under their digest, read only if they are what their name says."""

import io
import json

import pytest
from botocore.exceptions import ClientError

from finetuning import manifest
from finetuning.manifest import ManifestError, Signature
from lambdas.gateways.manifests_store import ManifestsStore, TamperedManifestError
from tests.contract.service import Service

CONTENT = b'{"schema":1}'
DIGEST = manifest.digest(CONTENT)
PLACE = {"Bucket": "output", "ExpectedBucketOwner": "111122223333"}
SIGNATURE = Signature("key", manifest.ALGORITHM, b"signed")


def store(service: Service) -> ManifestsStore:
    return ManifestsStore("output", "111122223333", service.client)


def body(content: bytes) -> dict[str, object]:
    return {"Body": io.BytesIO(content)}


def test_manifest_is_written_once_under_its_digest() -> None:
    """S3 refuses to write over it."""
    service = Service("s3", {})
    assert store(service).keep("faq", CONTENT) == DIGEST
    asked = {"Key": f"manifests/faq/{DIGEST}.json", "Body": CONTENT, "ContentType": "application/json"}
    assert service.call == ("PutObject", PLACE | asked | {"IfNoneMatch": "*"})


def test_manifest_that_is_there_already_is_well() -> None:
    """The driver may issue twice."""
    service = Service("s3", "PreconditionFailed: it is there", body(CONTENT))
    assert store(service).keep("faq", CONTENT) == DIGEST
    assert [operation for operation, _ in service.calls] == ["PutObject", "GetObject"]


def test_manifest_whose_name_is_taken_by_something_else_is_refused() -> None:
    """Somebody wrote there."""
    service = Service("s3", "PreconditionFailed: it is there", body(b"{}"))
    with pytest.raises(TamperedManifestError, match="it was changed"):
        store(service).keep("faq", CONTENT)


def test_other_refusals_are_errors() -> None:
    """It must not count as kept."""
    with pytest.raises(ClientError, match="AccessDenied"):
        store(Service("s3", "AccessDenied: no")).keep("faq", CONTENT)


def test_manifest_is_read_if_it_is_what_its_name_says() -> None:
    """Its bytes are hashed each time."""
    service = Service("s3", body(CONTENT))
    assert store(service).read("faq", DIGEST) == CONTENT
    assert service.call == ("GetObject", PLACE | {"Key": f"manifests/faq/{DIGEST}.json"})
    with pytest.raises(TamperedManifestError, match=f"has SHA-256 {manifest.digest(b'{}')}.*restore"):
        store(Service("s3", body(b"{}"))).read("faq", DIGEST)


def test_what_is_missing_is_none() -> None:
    """Whoever asks says what that means."""
    assert store(Service("s3", "NoSuchKey: gone")).read("faq", DIGEST) is None
    assert store(Service("s3", "NoSuchKey: gone")).signature("faq", DIGEST) is None


def test_signature_is_kept_beside_its_manifest() -> None:
    """One that verifies is as good as another, so it may be written over."""
    service = Service("s3", {})
    store(service).keep_signature("faq", DIGEST, SIGNATURE)
    operation, asked = service.call
    assert operation == "PutObject"
    assert asked["Key"] == f"manifests/faq/{DIGEST}.signature.json"
    assert "IfNoneMatch" not in asked
    assert store(Service("s3", body(asked["Body"]))).signature("faq", DIGEST) == SIGNATURE


@pytest.mark.parametrize("content", [b"", b"{}", json.dumps({"key_arn": "k"}).encode()])
def test_what_is_no_signature_is_refused(content: bytes) -> None:
    """It is not taken for one that is missing."""
    with pytest.raises(ManifestError, match="signature"):
        store(Service("s3", body(content))).signature("faq", DIGEST)
