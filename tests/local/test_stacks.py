"""Exports in use, wait conditions, and resource types that must not break a deployment."""

import json
import threading
from typing import Any

from tests.local.account import Account, eventually


def parameter(value: object) -> dict[str, Any]:
    """An SSM parameter."""
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}


def exported(name: str, value: str) -> dict[str, Any]:
    """Outputs with one export."""
    return {"Out": {"Value": value, "Export": {"Name": name}}}


def test_changed_export_in_use_is_refused(account: Account) -> None:
    """The update rolls back, names the importer, and the value stays."""
    account.deploy("exporter", {"P": parameter("a")}, exported("shared-value", "one"))
    account.deploy("importer", {"P": parameter({"Fn::ImportValue": "shared-value"})})
    stack = account.deploy("exporter", {"P": parameter("a")}, exported("shared-value", "two"))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "Export shared-value cannot be updated as it is in use by importer" in account.reasons("exporter")
    assert [item["Value"] for item in exports(account) if item["Name"] == "shared-value"] == ["one"]


def test_removed_export_in_use_is_refused(account: Account) -> None:
    """An export that a stack imports cannot disappear."""
    account.deploy("exporter2", {"P": parameter("a")}, exported("kept-value", "one"))
    account.deploy("importer2", {"P": parameter({"Fn::ImportValue": "kept-value"})})
    stack = account.deploy("exporter2", {"P": parameter("b")})
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "Export kept-value cannot be deleted as it is in use by importer2" in account.reasons("exporter2")


def test_stacks_of_one_name_in_two_regions_have_roles_of_their_own(account: Account) -> None:
    """IAM knows no Regions: else the second stack takes the first one's rights away."""
    trust = {"Version": "2012-10-17", "Statement": []}
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    names = set()
    for region in ("us-west-2", "us-east-1"):
        there = Account(account.endpoint_url, region)
        there.deploy("twin", {"Role": role})
        (found,) = there.client("cloudformation").list_stack_resources(StackName="twin")["StackResourceSummaries"]
        names.add(found["PhysicalResourceId"])
        there.deploy("twin", {"Role": {**role, "Metadata": {"updated": region}}})
        (again,) = there.client("cloudformation").list_stack_resources(StackName="twin")["StackResourceSummaries"]
        assert again["PhysicalResourceId"] == found["PhysicalResourceId"]
    assert len(names) == 2


def test_unused_export_changes_and_disappears(account: Account) -> None:
    """Nobody imports it, so it follows the template."""
    account.deploy("free", {"P": parameter("a")}, exported("free-value", "one"))
    account.deploy("free", {"P": parameter("a")}, exported("free-value", "two"))
    assert [item["Value"] for item in exports(account) if item["Name"] == "free-value"] == ["two"]
    account.deploy("free", {"P": parameter("b")})
    assert all(item["Name"] != "free-value" for item in exports(account))


def exports(account: Account) -> list[dict[str, Any]]:
    """All exports."""
    listed: list[dict[str, Any]] = account.client("cloudformation").list_exports()["Exports"]
    return listed


WAITING = {
    "Type": "AWS::CloudFormation::WaitCondition",
    "CreationPolicy": {"ResourceSignal": {"Timeout": "PT1M"}},
}


def signalled(account: Account, name: str, status: str) -> str:
    """Status of a stack with a wait condition that gets this signal while the API stays usable."""
    cloudformation = account.client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": {"Wait": WAITING}}))

    def waiting() -> bool:
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        return any(event["LogicalResourceId"] == "Wait" for event in events)

    eventually(waiting)
    answered = threading.Event()

    def signal() -> bool:
        cloudformation.signal_resource(StackName=name, LogicalResourceId="Wait", UniqueId="one", Status=status)
        answered.set()
        return True

    eventually(signal)
    assert answered.is_set()
    return str(account.ended_stack(name)["StackStatus"])


def test_wait_condition_with_creation_policy_completes_on_success_signal(account: Account) -> None:
    """SignalResource ends the wait; the API answers meanwhile."""
    assert signalled(account, "signal-success", "SUCCESS") == "CREATE_COMPLETE"


def test_wait_condition_with_creation_policy_fails_on_failure_signal(account: Account) -> None:
    """A FAILURE signal fails the stack."""
    assert signalled(account, "signal-failure", "FAILURE") == "ROLLBACK_COMPLETE"


def test_observability_properties_do_not_break_a_deployment(account: Account) -> None:
    """Tracing, logging, dead-letter and invoke configuration are accepted, updated and deleted."""
    assert account.deploy("observed", observed("1"))["StackStatus"] == "CREATE_COMPLETE"
    assert account.deploy("observed", observed("2"))["StackStatus"] == "UPDATE_COMPLETE"
    machine = account.client("cloudformation").describe_stack_resource(
        StackName="observed", LogicalResourceId="Machine"
    )
    arn = machine["StackResourceDetail"]["PhysicalResourceId"]
    described = account.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    assert described["loggingConfiguration"]["level"] == "ALL"
    assert account.delete("observed") == "DELETE_COMPLETE"


def observed(revision: str) -> dict[str, Any]:
    """A function, its invoke configuration, a state machine and a rule, all with what a production app sets."""
    anything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    trust = {
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    }
    role = {"AssumeRolePolicyDocument": trust, "Policies": [{"PolicyName": "p", "PolicyDocument": anything}]}
    code = {"ZipFile": "def handler(event, context):\n    return event\n"}
    machine = {
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "DefinitionString": json.dumps(
            {"Comment": revision, "StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
        ),
        "TracingConfiguration": {"Enabled": True},
        "LoggingConfiguration": {
            "Level": "ALL",
            "IncludeExecutionData": False,
            "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["Log", "Arn"]}}}],
        },
    }
    queue = {"Fn::GetAtt": ["Queue", "Arn"]}
    pattern = {
        "source": ["aws.bedrock"],
        "detail-type": ["Model Customization Job State Change"],
        "detail": {"jobName": [{"prefix": "finetuning-local-"}], "jobStatus": ["Completed", "Failed", "Stopped"]},
    }
    return {
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
        "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"KmsMasterKeyId": "alias/aws/sqs"}},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Handler": "index.handler",
                "Runtime": "python3.14",
                "Architectures": ["arm64"],
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": code,
                "TracingConfig": {"Mode": "Active"},
                "LoggingConfig": {"LogFormat": "JSON", "LogGroup": {"Ref": "Log"}},
                "EphemeralStorage": {"Size": 2048},
                "ReservedConcurrentExecutions": 5,
                "Environment": {"Variables": {"REVISION": revision}},
            },
        },
        "Invoke": {
            "Type": "AWS::Lambda::EventInvokeConfig",
            "Properties": {
                "FunctionName": {"Ref": "Function"},
                "Qualifier": "$LATEST",
                "MaximumRetryAttempts": 2,
                "MaximumEventAgeInSeconds": 3600,
                "DestinationConfig": {"OnFailure": {"Destination": queue}},
            },
        },
        "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine},
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": pattern,
                "Targets": [
                    {
                        "Id": "function",
                        "Arn": {"Fn::GetAtt": ["Function", "Arn"]},
                        "DeadLetterConfig": {"Arn": queue},
                        "RetryPolicy": {"MaximumRetryAttempts": 4},
                    }
                ],
            },
        },
    }


def test_log_group_without_a_name_is_named_after_its_stack(account: Account) -> None:
    """Policies go by the beginning of the name; an update keeps it."""
    for days in (7, 14):
        group = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": days}}
        account.deploy("logged", {"Group": group})
        found = account.client("logs").describe_log_groups(logGroupNamePrefix="logged-Group-")["logGroups"]
        assert [shown["retentionInDays"] for shown in found] == [days]
