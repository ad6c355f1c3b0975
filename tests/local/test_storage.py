"""Buckets and tables that CloudFormation creates."""

from typing import Any

from tests.local.account import Account


def bucket(**properties: Any) -> dict[str, Any]:
    """A stack's resources: one bucket."""
    return {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties}}


ENCRYPTED = {
    "ServerSideEncryptionConfiguration": [
        {
            "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/mine"},
            "BucketKeyEnabled": True,
        }
    ]
}


def test_bucket_properties_are_applied(account: Account) -> None:
    """Encryption, lifecycle, logging, ownership and tags can be read back."""
    rule = {
        "Id": "expire",
        "Status": "Enabled",
        "Prefix": "datasets/",
        "ExpirationInDays": 90,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        "Transitions": [{"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 1}],
    }
    resources = bucket(
        BucketName="configured",
        BucketEncryption=ENCRYPTED,
        LifecycleConfiguration={"Rules": [rule]},
        LoggingConfiguration={"DestinationBucketName": "configured", "LogFilePrefix": "logs/"},
        OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        Tags=[{"Key": "team", "Value": "ml"}],
    )
    assert account.deploy("configured", resources)["StackStatus"] == "CREATE_COMPLETE"
    s3 = account.client("s3")
    encryption = s3.get_bucket_encryption(Bucket="configured")["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert encryption["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == "alias/mine"
    assert encryption["BucketKeyEnabled"] is True
    lifecycle = s3.get_bucket_lifecycle_configuration(Bucket="configured")["Rules"][0]
    assert (lifecycle["ID"], lifecycle["Filter"], lifecycle["Expiration"]) == (
        "expire",
        {"Prefix": "datasets/"},
        {"Days": 90},
    )
    assert lifecycle["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert lifecycle["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    logging = s3.get_bucket_logging(Bucket="configured")["LoggingEnabled"]
    assert (logging["TargetBucket"], logging["TargetPrefix"]) == ("configured", "logs/")
    ownership = s3.get_bucket_ownership_controls(Bucket="configured")["OwnershipControls"]["Rules"]
    assert ownership == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert {"Key": "team", "Value": "ml"} in s3.get_bucket_tagging(Bucket="configured")["TagSet"]


def test_removed_bucket_property_returns_to_its_default(account: Account) -> None:
    """Encryption taken out of the template is SSE-S3 again."""
    account.deploy("reverted", bucket(BucketName="reverted", BucketEncryption=ENCRYPTED))
    account.deploy("reverted", bucket(BucketName="reverted"))
    rules = account.client("s3").get_bucket_encryption(Bucket="reverted")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_bucket_with_objects_is_not_deleted(account: Account) -> None:
    """The stack ends DELETE_FAILED, and is deleted once the bucket is empty."""
    account.deploy("full", bucket(BucketName="full-bucket"))
    s3 = account.client("s3")
    s3.put_object(Bucket="full-bucket", Key="k", Body=b"")
    assert account.delete("full") == "DELETE_FAILED"
    assert "not empty" in account.reasons("full")
    s3.delete_object(Bucket="full-bucket", Key="k")
    assert account.delete("full") == "DELETE_COMPLETE"


def test_bucket_with_old_versions_is_not_deleted(account: Account) -> None:
    """Delete markers and old versions keep a bucket from being empty."""
    account.deploy("versioned", bucket(BucketName="versioned-bucket", VersioningConfiguration={"Status": "Enabled"}))
    s3 = account.client("s3")
    s3.put_object(Bucket="versioned-bucket", Key="k", Body=b"")
    s3.delete_object(Bucket="versioned-bucket", Key="k")
    assert account.delete("versioned") == "DELETE_FAILED"


def test_object_with_kms_and_no_key_id_uses_the_default_key(account: Account) -> None:
    """The bucket's default key if it has one, else the AWS managed key."""
    s3 = account.client("s3")
    for name in ("with-default", "without-default"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": account.region})
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "arn:aws:kms:us-west-2:000000000000:key/default"}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    s3.put_bucket_encryption(Bucket="with-default", ServerSideEncryptionConfiguration=rules)
    used = {
        name: s3.put_object(Bucket=name, Key="k", Body=b"", ServerSideEncryption="aws:kms")["SSEKMSKeyId"]
        for name in ("with-default", "without-default")
    }
    assert used["with-default"].endswith("key/default")
    assert used["without-default"].endswith("alias/aws/s3")


def table(**properties: Any) -> dict[str, Any]:
    """A stack's resources: one table."""
    keys = {
        "TableName": "registry",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "model", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "model", "AttributeType": "S"}],
    }
    return {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": keys | properties}}


def test_table_properties_are_applied(account: Account) -> None:
    """Encryption, point-in-time recovery and time to live can be read back."""
    resources = table(
        SSESpecification={"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": "arn:aws:kms:us-west-2:0:key/k"},
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        TimeToLiveSpecification={"AttributeName": "expires", "Enabled": True},
    )
    assert account.deploy("table", resources)["StackStatus"] == "CREATE_COMPLETE"
    dynamodb = account.client("dynamodb")
    assert dynamodb.describe_table(TableName="registry")["Table"]["SSEDescription"]["Status"] == "ENABLED"
    backups = dynamodb.describe_continuous_backups(TableName="registry")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    expiry = dynamodb.describe_time_to_live(TableName="registry")["TimeToLiveDescription"]
    assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "expires")
    account.deploy("table", table())
    backups = dynamodb.describe_continuous_backups(TableName="registry")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"
