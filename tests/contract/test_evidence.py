"""What lies in the output bucket, as S3 lists and hands it out."""

import io

import pytest

from finetuning import metrics
from lambdas.gateways.downloads import ObjectDeniedError, ObjectUnreadableError
from lambdas.gateways.evidence import EvidenceGateway
from tests.contract.service import Service

PLACE = {"Bucket": "output", "ExpectedBucketOwner": "111122223333"}
PREFIX = "outputs/faq/aaaaaaaaaa-1/"
TRAINING = f"{PREFIX}job/training_artifacts/{metrics.TRAINING_FILE}"
VALIDATION = f"{PREFIX}job/validation_artifacts/post_fine_tuning_validation/validation/{metrics.VALIDATION_FILE}"


def gateway(service: Service) -> EvidenceGateway:
    return EvidenceGateway("output", "111122223333", service.client)


def test_metrics_files_are_found_wherever_bedrock_puts_them() -> None:
    """By the end of their key; other files are left alone."""
    listed = {"Contents": [{"Key": key} for key in (f"{PREFIX}job/other.csv", VALIDATION, TRAINING)]}
    service = Service("s3", listed, {"Body": io.BytesIO(b"t")}, {"Body": io.BytesIO(b"v")})
    assert gateway(service).metrics_files("faq", "aaaaaaaaaa-1") == {
        metrics.TRAINING_FILE: (f"s3://output/{TRAINING}", b"t"),
        metrics.VALIDATION_FILE: (f"s3://output/{VALIDATION}", b"v"),
    }
    assert service.calls == [
        ("ListObjectsV2", PLACE | {"Prefix": PREFIX}),
        ("GetObject", PLACE | {"Key": TRAINING}),
        ("GetObject", PLACE | {"Key": VALIDATION}),
    ]


def test_files_that_are_missing_are_left_out() -> None:
    """A job without a validation dataset writes one; and one may be gone between the list and the read."""
    assert gateway(Service("s3", {})).metrics_files("faq", "aaaaaaaaaa-1") == {}
    gone = Service("s3", {"Contents": [{"Key": TRAINING}]}, "NoSuchKey: gone")
    assert gateway(gone).metrics_files("faq", "aaaaaaaaaa-1") == {}


def test_evidence_lies_in_one_bucket() -> None:
    """A URI of another one is not followed."""
    service = Service("s3")
    with pytest.raises(ObjectUnreadableError, match="bucket output only"):
        gateway(service).read("s3://elsewhere/evaluation.json")
    assert service.calls == []


def test_what_may_not_be_read_is_an_error() -> None:
    """It is not taken for missing."""
    with pytest.raises(ObjectDeniedError, match="AccessDenied"):
        gateway(Service("s3", "AccessDenied: no")).read("s3://output/evaluations/faq/evaluation.json")
