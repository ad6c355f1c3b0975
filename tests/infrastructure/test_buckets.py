"""The buckets: private, encrypted, logged, expiring, and emptied only where they are destroyed."""

import pytest

from tests.infrastructure.synthesis import Synthesis
from tests.infrastructure.template import Statement, as_list, closure, dependencies

DATA_BUCKETS = ("DataBucket", "OutputBucket")
BUCKETS = (*DATA_BUCKETS, "AccessLogBucket")


@pytest.mark.parametrize("bucket", BUCKETS)
def test_bucket_is_private_owned_versioned_and_tls_only(each: Synthesis, bucket: str) -> None:
    """What every bucket has, in every environment (control S08)."""
    properties = each.only("Foundation", "AWS::S3::Bucket", bucket)
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    denied = [s["Condition"] for s in _bucket_policy(each, bucket) if s["Effect"] == "Deny"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in denied
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in denied
    assert all(s["Action"] != "s3:*" or s["Effect"] == "Deny" for s in _bucket_policy(each, bucket))


@pytest.mark.parametrize("bucket", BUCKETS)
def test_policy_lives_as_long_as_its_bucket(each: Synthesis, bucket: str) -> None:
    """A retained bucket whose policy went with the stack would take requests without TLS."""
    (kept,) = [r for i, r in each.resources("Foundation", "AWS::S3::Bucket").items() if i.startswith(bucket)]
    (policy,) = [r for i, r in each.resources("Foundation", "AWS::S3::BucketPolicy").items() if i.startswith(bucket)]
    for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
        assert policy.get(attribute) == kept[attribute]


@pytest.mark.parametrize("bucket", DATA_BUCKETS)
def test_data_is_encrypted_with_the_environments_key(each: Synthesis, bucket: str) -> None:
    """By default, and with a bucket key."""
    (rule,) = each.only("Foundation", "AWS::S3::Bucket", bucket)["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    assert rule == {
        "BucketKeyEnabled": True,
        "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": _arn(each, "Key")},
    }


@pytest.mark.parametrize("bucket", DATA_BUCKETS)
def test_requests_for_data_are_logged(each: Synthesis, bucket: str) -> None:
    """Each bucket has a prefix of its own, into which S3 may deliver for it alone."""
    logging = each.only("Foundation", "AWS::S3::Bucket", bucket)["LoggingConfiguration"]
    assert logging["LogFilePrefix"] == f"{bucket}/"
    (delivery,) = [
        s
        for s in _bucket_policy(each, "AccessLogBucket")
        if s["Effect"] == "Allow" and s["Condition"]["ArnLike"]["aws:SourceArn"] == _arn(each, bucket)
    ]
    assert delivery["Principal"] == {"Service": "logging.s3.amazonaws.com"}


def test_data_bucket_refuses_other_keys(dev: Synthesis) -> None:
    """An upload may name our key or none, so a mistake cannot hide data from Bedrock."""
    denied = {s.get("Sid"): s["Condition"] for s in _bucket_policy(dev, "DataBucket") if s["Effect"] == "Deny"}
    key, algorithm = "s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:x-amz-server-side-encryption"
    # With "Null", a missing header is no reason to refuse: the bucket's default encryption is ours.
    assert denied["DenyOtherKeys"] == {"StringNotEquals": {key: _arn(dev, "Key")}, "Null": {key: "false"}}
    assert denied["DenyOtherEncryption"] == {"StringNotEquals": {algorithm: "aws:kms"}, "Null": {algorithm: "false"}}


def test_nothing_is_kept_for_ever_by_accident(dev: Synthesis) -> None:
    """Datasets and outputs outlive a base model; old versions, logs and abandoned uploads go soon (control S09)."""
    expiry = {}
    for bucket in BUCKETS:
        for rule in dev.only("Foundation", "AWS::S3::Bucket", bucket)["LifecycleConfiguration"]["Rules"]:
            expiry[bucket, rule["Id"]] = (
                rule.get("Prefix"),
                rule.get("ExpirationInDays"),
                rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays"),
                rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation"),
            )
    assert expiry == {
        ("DataBucket", "Housekeeping"): (None, None, 30, 7),
        ("DataBucket", "Datasets"): ("datasets/", 730, None, None),
        ("DataBucket", "Reports"): ("reports/", 730, None, None),
        ("DataBucket", "Uploads"): ("uploads/", 730, None, None),
        ("DataBucket", "Incoming"): ("incoming/", 1, 1, 1),
        ("OutputBucket", "Housekeeping"): (None, None, 30, 7),
        ("OutputBucket", "Outputs"): ("outputs/", 730, None, None),
        ("AccessLogBucket", "Expiry"): (None, 365, 30, 7),
    }


def test_buckets_are_emptied_only_where_they_are_destroyed(dev: Synthesis, prod: Synthesis) -> None:
    """Production has neither the function nor its rights."""
    emptied = dev.resources("Foundation", "Custom::EmptiedBucket").values()
    buckets = dev.resources("Foundation", "AWS::S3::Bucket")
    assert sorted(r["Properties"]["BucketName"]["Ref"] for r in emptied) == sorted(buckets)
    assert prod.resources("Foundation", "Custom::EmptiedBucket") == {}
    assert prod.resources("Foundation", "AWS::Lambda::Function") == {}


def test_log_delivery_stops_before_the_log_bucket_is_emptied(dev: Synthesis) -> None:
    """S3 delivers access logs hours late; one that came after the emptying would keep the bucket alive."""
    needs = dependencies(dev.templates["Foundation"])
    policy = _id(dev, "AWS::S3::BucketPolicy", "AccessLogBucket")
    emptied = _id(dev, "Custom::EmptiedBucket", "EmptiedAccessLogBucket")
    assert emptied in closure(policy, needs)


def _id(synthesis: Synthesis, type_: str, beginning: str) -> str:
    (found,) = [i for i in synthesis.resources("Foundation", type_) if i.startswith(beginning)]
    return found


def _arn(synthesis: Synthesis, construct: str) -> dict[str, list[str]]:
    type_ = "AWS::KMS::Key" if construct == "Key" else "AWS::S3::Bucket"
    return {"Fn::GetAtt": [_id(synthesis, type_, construct), "Arn"]}


def _bucket_policy(synthesis: Synthesis, bucket: str) -> list[Statement]:
    policy = synthesis.only("Foundation", "AWS::S3::BucketPolicy", bucket)
    assert policy["Bucket"]["Ref"].startswith(bucket)
    return as_list(policy["PolicyDocument"]["Statement"])
