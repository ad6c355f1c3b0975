"""Alarms, topics, and events that were given up and are consumed from a queue."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.local.account import Account, eventually, journal

#: Raises, always.
FAILING = """
def handler(event, context):
    raise KeyError("always")
"""
#: Writes down what it is sent.
CONSUMING = """
import json

def handler(event, context):
    with open({path!r}, "a") as journal:
        journal.write(json.dumps(event) + "\\n")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Journal of the consumer."""
    return tmp_path / "journal"


def key() -> dict[str, Any]:
    """A customer managed key."""
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    return {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": [anyone]}}}


def queue(name: str) -> dict[str, Any]:
    """A queue under the key."""
    own = {"QueueName": name, "KmsMasterKeyId": {"Ref": "Key"}, "VisibilityTimeout": 60}
    return {"Type": "AWS::SQS::Queue", "Properties": own}


def test_alarm_and_encrypted_topic_with_a_subscriber(account: Account) -> None:
    """Topic, subscription and alarm are made by one stack, and what is published reaches the subscriber."""
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "notices", "KmsMasterKeyId": {"Ref": "Key"}}}
    subscription = {
        "Type": "AWS::SNS::Subscription",
        "Properties": {
            "TopicArn": {"Ref": "Topic"},
            "Protocol": "sqs",
            "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]},
            "RawMessageDelivery": True,
        },
    }
    alarm = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": "troubles",
            "Namespace": "FineTuning",
            "MetricName": "Troubles",
            "Dimensions": [{"Name": "Kind", "Value": "failed"}],
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{"Ref": "Topic"}],
        },
    }
    sending = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    statement = {**sending, "Principal": {"Service": "sns.amazonaws.com"}}
    policy = {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": {"Statement": [statement]}},
    }
    resources = {"Key": key(), "Topic": topic, "Queue": queue("heard"), "Policy": policy, "Alarm": alarm}
    resources["Subscription"] = subscription
    assert account.deploy("alarms", resources)["StackStatus"] == "CREATE_COMPLETE"
    (found,) = account.client("cloudwatch").describe_alarms(AlarmNames=["troubles"])["MetricAlarms"]
    assert found["AlarmActions"] == [account.client("sns").list_topics()["Topics"][0]["TopicArn"]]
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName="heard")["QueueUrl"]
    account.client("cloudwatch").set_alarm_state(AlarmName="troubles", StateValue="ALARM", StateReason="as told")
    (message,) = eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))
    assert "troubles" in message["Body"]
    account.client("sns").publish(TopicArn=found["AlarmActions"][0], Subject="a subject", Message="a notice")
    (notice,) = eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))
    assert notice["Body"] == "a notice"
    assert account.delete("alarms") == "DELETE_COMPLETE"


def test_alarm_on_metric_math(account: Account) -> None:
    """Its stack is deployed, and the alarm is there with its description and expression."""
    metric = {"Namespace": "AWS/States", "MetricName": "ExecutionsFailed"}
    properties = {
        "AlarmName": "expression",
        "AlarmDescription": "what to do",
        "Metrics": [
            {"Id": "a", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}, "ReturnData": False},
            {"Id": "sum", "Expression": "a + a"},
        ],
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    }
    stack = account.deploy("expression", {"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}})
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    (found,) = account.client("cloudwatch").describe_alarms(AlarmNames=["expression"])["MetricAlarms"]
    assert (found["AlarmDescription"], found["MetricName"]) == ("what to do", "a + a")


def test_event_that_was_given_up_is_consumed_from_its_queue(account: Account, path: Path) -> None:
    """Two retries, the on-failure destination, then the function of the queue's event source mapping."""
    account.function("failing", FAILING)
    consumer = account.function("consuming", CONSUMING.format(path=str(path)))
    resources = {
        "Key": key(),
        "Queue": queue("undelivered"),
        "Invocation": {
            "Type": "AWS::Lambda::EventInvokeConfig",
            "Properties": {
                "FunctionName": "failing",
                "Qualifier": "$LATEST",
                "MaximumEventAgeInSeconds": 240,
                "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["Queue", "Arn"]}}},
            },
        },
        "Mapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                "FunctionName": consumer,
                "BatchSize": 1,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        },
    }
    assert account.deploy("undelivered", resources)["StackStatus"] == "CREATE_COMPLETE"
    account.client("lambda").invoke(FunctionName="failing", InvocationType="Event", Payload=b'{"RequestId": "1"}')
    (received,) = eventually(lambda: journal(path))
    (record,) = received["Records"]
    body = json.loads(record["body"])
    assert record["eventSource"] == "aws:sqs"
    assert body["requestPayload"] == {"RequestId": "1"}
    assert body["requestContext"]["condition"] == "RetriesExhausted"
    assert body["requestContext"]["approximateInvokeCount"] == 3
    assert body["responsePayload"]["errorType"] == "KeyError"
    assert account.delete("undelivered") == "DELETE_COMPLETE"
