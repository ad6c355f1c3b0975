"""Faults of AWS calls, as a boto3 client without retries sees them."""

import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, HTTPClientError

from local.faults.client import FaultsClient
from local.faults.rules import FaultsError
from tests.local.account import Account
from tests.local.provider import SOURCE, resource

PARAMETER = {"Name": "/faulty", "Value": "1", "Type": "String"}


@pytest.fixture
def ssm(account: Account) -> Any:
    """A client of a service with X-Amz-Target; its parameter does not exist yet."""
    client = account.client("ssm")
    client.delete_parameters(Names=[PARAMETER["Name"]])
    return client


def value(ssm: Any) -> str:
    """The parameter's value; "" if there is none."""
    found = ssm.get_parameters(Names=[PARAMETER["Name"]])["Parameters"]
    return str(found[0]["Value"]) if found else ""


def test_error_comes_before_the_effect(faults: FaultsClient, ssm: Any) -> None:
    """Code, message and status are the rule's, and nothing has happened."""
    faults.set({"operation": "ssm:PutParameter", "what": "error", "code": "ThrottlingException", "message": "slow"})
    with pytest.raises(ClientError, match=r"\(ThrottlingException\).*slow") as error:
        ssm.put_parameter(**PARAMETER)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert value(ssm) == ""
    ssm.put_parameter(**PARAMETER)
    assert faults.shown()["struck"] == ["error ssm:PutParameter"]


def test_internal_error_is_a_500(faults: FaultsClient, ssm: Any) -> None:
    """The default is an InternalServerException."""
    faults.set({"operation": "ssm:*", "what": "error"})
    with pytest.raises(ClientError) as error:
        ssm.put_parameter(**PARAMETER)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500


@pytest.mark.parametrize("http_status", [0, 500])
def test_lost_reply_comes_after_the_effect(faults: FaultsClient, ssm: Any, http_status: int) -> None:
    """The connection is closed, or a bare 500 comes, and the parameter is there."""
    faults.set({"operation": "ssm:PutParameter", "what": "lost", "http_status": http_status})
    with pytest.raises((ClientError, HTTPClientError)) as error:
        ssm.put_parameter(**PARAMETER)
    assert isinstance(error.value, ClientError) == bool(http_status)
    assert value(ssm) == "1"


@pytest.mark.parametrize("when", ["before", "after"])
def test_delay(faults: FaultsClient, ssm: Any, when: str) -> None:
    """The call succeeds late."""
    faults.set({"operation": "ssm:PutParameter", "what": "delay", "seconds": 0.5, "when": when})
    began = time.monotonic()
    ssm.put_parameter(**PARAMETER)
    assert time.monotonic() - began >= 0.5
    assert value(ssm) == "1"


def test_status_of_replies(faults: FaultsClient, account: Account) -> None:
    """A status that no service model knows, at the top and in lists, and only in the reply."""
    states = account.client("stepfunctions")
    arn = states.create_state_machine(
        name="faulty", definition='{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}', roleArn=account.role("faulty")
    )["stateMachineArn"]
    faults.set({"operation": "states:DescribeStateMachine", "what": "status", "status": "FROZEN"})
    assert states.describe_state_machine(stateMachineArn=arn)["status"] == "FROZEN"
    assert states.describe_state_machine(stateMachineArn=arn)["status"] == "ACTIVE"


def test_services_of_every_protocol_are_named(faults: FaultsClient, account: Account) -> None:
    """Query, JSON, REST with XML and REST with JSON, by botocore's names."""
    s3, lambda_ = account.client("s3"), account.client("lambda")
    bucket = {"Bucket": "faulty", "CreateBucketConfiguration": {"LocationConstraint": account.region}}
    copy = {"Bucket": "faulty", "Key": "copy", "CopySource": "faulty/key"}
    calls = {
        "cloudformation:DescribeStacks": account.client("cloudformation").describe_stacks,
        "iam:ListRoles": account.client("iam").list_roles,
        "sqs:ListQueues": account.client("sqs").list_queues,
        "sns:ListTopics": account.client("sns").list_topics,
        "dynamodb:ListTables": account.client("dynamodb").list_tables,
        "states:ListStateMachines": account.client("stepfunctions").list_state_machines,
        "events:ListRules": account.client("events").list_rules,
        "bedrock:ListCustomModels": account.client("bedrock").list_custom_models,
        "lambda:ListFunctions": lambda_.list_functions,
        "lambda:Invoke": lambda: lambda_.invoke(FunctionName="none"),
        "s3:ListBuckets": s3.list_buckets,
        "s3:CreateBucket": lambda: s3.create_bucket(**bucket),
        "s3:PutBucketPolicy": lambda: s3.put_bucket_policy(Bucket="faulty", Policy="{}"),
        "s3:PutObject": lambda: s3.put_object(Bucket="faulty", Key="key", Body=b"1"),
        "s3:CopyObject": lambda: s3.copy_object(**copy),
        "s3:GetObject": lambda: s3.get_object(Bucket="faulty", Key="some/key"),
        "s3:ListObjectsV2": lambda: s3.list_objects_v2(Bucket="faulty"),
        "s3:CreateMultipartUpload": lambda: s3.create_multipart_upload(Bucket="faulty", Key="key"),
        "s3:DeleteObjects": lambda: s3.delete_objects(Bucket="faulty", Delete={"Objects": [{"Key": "key"}]}),
    }
    for name, call in calls.items():
        faults.set({"operation": name, "what": "error", "code": "OnPurpose", "http_status": 418})
        with pytest.raises(ClientError, match="OnPurpose"):
            call()
    assert faults.shown()["struck"] == [f"error {name}" for name in calls]


@pytest.mark.parametrize("times", [1, 2])
def test_answer_of_a_custom_resource_is_refused(
    faults: FaultsClient, account: Account, tmp_path: Path, times: int
) -> None:
    """The function is tried again and its second answer counts; the same request three times."""
    function, journal = account.function(f"answers-{times}", SOURCE), tmp_path / "journal"
    faults.set({"operation": "cloudformation:answer", "what": "error", "http_status": 503, "times": times})
    stack = account.deploy(f"answers-{times}", {"Thing": resource(function, journal)})
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert len(journal.read_text().splitlines()) == times + 1


def test_quota_changes_at_runtime(faults: FaultsClient, account: Account) -> None:
    """Zero model units refuse a purchase that the settings allow."""
    bedrock = account.client("bedrock")
    request = {
        "provisionedModelName": "faulty",
        "modelUnits": 1,
        "modelId": "anthropic.claude-3-haiku-20240307-v1:0:200k",
    }
    faults.set(model_units=0)
    with pytest.raises(ClientError, match="no commitment model units"):
        bedrock.create_provisioned_model_throughput(**request)
    faults.clear()
    bedrock.create_provisioned_model_throughput(**request)


def test_bad_document_is_refused_by_the_door(faults: FaultsClient) -> None:
    """With all its problems, and nothing changes."""
    faults.set(model_units=1)
    with pytest.raises(FaultsError, match=r"(?s)nth.*quotas\.x"):
        faults.add({"operation": "s3:*", "what": "error", "nth": 0}, x=1)
    assert faults.shown() == {"rules": [], "quotas": {"model_units": 1}, "struck": []}
