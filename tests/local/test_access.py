"""Rights that MiniStack itself does not ask for: passing roles, using keys; and loopback as TLS."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.account import ANYTHING, Account

MACHINE = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})


def refused(failure: pytest.ExceptionInfo[ClientError], action: str) -> bool:
    """Whether AWS refused this action."""
    error = failure.value.response["Error"]
    return error["Code"].startswith("AccessDenied") and action in error["Message"]


def limited(account: Account, name: str, *statements: dict[str, Any]) -> Account:
    """The account as seen by a role with these statements."""
    return account.assume(account.role(name, statements))


def passing(role: str, service: str) -> dict[str, Any]:
    """Permission to pass one role to one service."""
    condition = {"StringEquals": {"iam:PassedToService": service}}
    return {"Effect": "Allow", "Action": "iam:PassRole", "Resource": role, "Condition": condition}


def test_state_machine_with_role_that_may_not_be_passed_is_refused(account: Account) -> None:
    """CreateStateMachine needs iam:PassRole for states.amazonaws.com."""
    role = account.role("passed-to-states")
    states = {"Effect": "Allow", "Action": "states:*", "Resource": "*"}
    other = limited(account, "passes-elsewhere", states, passing(role, "lambda.amazonaws.com"))
    with pytest.raises(ClientError) as failure:
        other.client("stepfunctions").create_state_machine(name="refused", definition=MACHINE, roleArn=role)
    assert refused(failure, "iam:PassRole")
    allowed = limited(account, "passes-to-states", states, passing(role, "states.amazonaws.com"))
    allowed.client("stepfunctions").create_state_machine(name="allowed", definition=MACHINE, roleArn=role)


def test_rights_may_go_by_the_tags_of_a_state_machine(account: Account) -> None:
    """Who may start what one environment owns starts nothing of another."""
    role, states = account.role("tagged-machines"), account.client("stepfunctions")
    machines = [
        states.create_state_machine(
            name=name, definition=MACHINE, roleArn=role, tags=[{"key": "environment", "value": name}]
        )["stateMachineArn"]
        for name in ("ours", "theirs")
    ]
    condition = {"StringEquals": {"aws:ResourceTag/environment": ["ours"]}}
    start = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": "*", "Condition": condition}
    limited_states = limited(account, "starts-ours", start).client("stepfunctions")
    limited_states.start_execution(stateMachineArn=machines[0])
    with pytest.raises(ClientError) as failure:
        limited_states.start_execution(stateMachineArn=machines[1])
    assert refused(failure, "states:StartExecution")


def test_function_with_role_that_may_not_be_passed_is_refused(account: Account) -> None:
    """CreateFunction needs iam:PassRole for lambda.amazonaws.com."""
    role = account.role("passed-to-lambda")
    functions = {"Effect": "Allow", "Action": "lambda:*", "Resource": "*"}
    with pytest.raises(ClientError) as failure:
        limited(account, "passes-nothing", functions).function("refused", "", role)
    assert refused(failure, "iam:PassRole")
    limited(account, "passes-to-lambda", functions, passing(role, "lambda.amazonaws.com")).function("fine", "", role)


@pytest.fixture(scope="module")
def encrypted(account: Account) -> tuple[str, str]:
    """A bucket whose default encryption is a customer managed key, and the key's ARN."""
    key: str = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    s3 = account.client("s3")
    s3.create_bucket(Bucket="encrypted", CreateBucketConfiguration={"LocationConstraint": account.region})
    s3.put_bucket_encryption(Bucket="encrypted", ServerSideEncryptionConfiguration=rules)
    s3.put_object(Bucket="encrypted", Key="there", Body=b"data")
    return "encrypted", key


def test_object_under_a_key_needs_rights_on_the_key(account: Account, encrypted: tuple[str, str]) -> None:
    """S3 rights alone neither read nor write objects under a customer managed key."""
    bucket, _ = encrypted
    s3 = limited(account, "no-key", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}).client("s3")
    with pytest.raises(ClientError) as failure:
        s3.get_object(Bucket=bucket, Key="there")
    assert refused(failure, "kms:Decrypt")
    with pytest.raises(ClientError) as failure:
        s3.put_object(Bucket=bucket, Key="new", Body=b"")
    assert refused(failure, "kms:GenerateDataKey")


def test_copy_of_an_object_under_a_key_needs_rights_on_the_key(account: Account, encrypted: tuple[str, str]) -> None:
    """It is read and written: at once, or part by part."""
    bucket, key = encrypted
    source = {"Bucket": bucket, "Key": "there"}
    everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    reads = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key}
    no_key = limited(account, "copies-without-key", everything).client("s3")
    with pytest.raises(ClientError) as failure:
        no_key.copy_object(Bucket=bucket, Key="copy", CopySource=source)
    assert refused(failure, "kms:Decrypt")
    with pytest.raises(ClientError) as failure:
        limited(account, "copies-reading", everything, reads).client("s3").copy_object(
            Bucket=bucket, Key="copy", CopySource=source
        )
    assert refused(failure, "kms:GenerateDataKey")
    upload = account.client("s3").create_multipart_upload(Bucket=bucket, Key="copy")["UploadId"]
    part = {"Bucket": bucket, "Key": "copy", "UploadId": upload, "PartNumber": 1, "CopySource": source}
    with pytest.raises(ClientError) as failure:
        no_key.upload_part_copy(**part)
    assert refused(failure, "kms:Decrypt")
    account.client("s3").upload_part_copy(**part)


def test_object_under_a_key_is_served_with_rights_through_s3(account: Account, encrypted: tuple[str, str]) -> None:
    """kms:ViaService names S3 of the region."""
    bucket, key = encrypted
    through = {"StringEquals": {"kms:ViaService": f"s3.{account.region}.amazonaws.com"}}
    rights = {
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": key,
        "Condition": through,
    }
    s3 = limited(account, "has-key", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, rights).client("s3")
    s3.put_object(Bucket=bucket, Key="mine", Body=b"mine")
    assert s3.get_object(Bucket=bucket, Key="mine")["Body"].read() == b"mine"


def test_bucket_that_demands_one_key_takes_no_other(account: Account, encrypted: tuple[str, str]) -> None:
    """The key that a write names is a condition key; a write that names none gets the bucket's default."""
    _, key = encrypted
    s3, header = account.client("s3"), "s3:x-amz-server-side-encryption-aws-kms-key-id"
    s3.create_bucket(Bucket="one-key", CreateBucketConfiguration={"LocationConstraint": account.region})
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::one-key/*",
        "Condition": {"StringNotEquals": {header: key}, "Null": {header: "false"}},
    }
    s3.put_bucket_policy(Bucket="one-key", Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    other: str = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    rights = {"Effect": "Allow", "Action": ["s3:PutObject", "kms:*"], "Resource": "*"}
    writer = limited(account, "writes-under-keys", rights).client("s3")
    writer.put_object(Bucket="one-key", Key="right", Body=b"", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    writer.put_object(Bucket="one-key", Key="none", Body=b"")
    with pytest.raises(ClientError) as failure:
        writer.put_object(Bucket="one-key", Key="wrong", Body=b"", ServerSideEncryption="aws:kms", SSEKMSKeyId=other)
    assert refused(failure, "s3:PutObject")


def test_bucket_that_demands_tls_is_usable_on_loopback(account: Account) -> None:
    """Loopback counts as TLS for aws:SecureTransport."""
    s3 = account.client("s3")
    s3.create_bucket(Bucket="tls-only", CreateBucketConfiguration={"LocationConstraint": account.region})
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::tls-only/*"]}
    statement = {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    s3.put_bucket_policy(Bucket="tls-only", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    user = account.assume(account.role("tls-user", ANYTHING)).client("s3")
    user.put_object(Bucket="tls-only", Key="k", Body=b"")


def test_missing_permission_is_denied(account: Account) -> None:
    """IAM enforcement is on."""
    with pytest.raises(ClientError) as failure:
        limited(account, "may-nothing", {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}).client(
            "s3"
        ).list_buckets()
    assert refused(failure, "s3:ListAllMyBuckets")
