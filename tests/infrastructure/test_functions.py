"""Every function has the house defaults, and exactly the variables that its settings declare."""

from typing import get_type_hints

import pytest

from lambdas import settings
from ops.logs import groups
from stacks.constructs.function_source import PROJECT_ROOT
from tests.infrastructure.synthesis import Resource, Synthesis
from tests.infrastructure.template import actions_of

#: Feature → settings class, timeout in seconds, memory and storage in MiB.
CONTROL = {
    "preflight": (settings.PreflightSettings, 120, 256, 512),
    "training_dataset": (settings.TrainingDatasetSettings, 900, 1769, 512),
    "customization_job": (settings.CustomizationJobSettings, 120, 256, 512),
    "model_endpoint": (settings.ModelEndpointSettings, 120, 256, 512),
    "promoted_model": (settings.PromotedModelSettings, 120, 256, 512),
    "driver": (settings.DriverSettings, 120, 256, 512),
    "evaluation": (settings.EvaluationSettings, 900, 1769, 512),
    "job_event": (settings.JobEventSettings, 30, 256, 512),
    "sweep": (settings.SweepSettings, 300, 256, 512),
    "guard": (settings.GuardSettings, 650, 256, 512),
    "undelivered": (settings.UndeliveredSettings, 60, 256, 512),
}


@pytest.mark.parametrize("feature", CONTROL)
def test_variables_are_the_ones_that_the_settings_declare(each: Synthesis, feature: str) -> None:
    """A variable too few fails the function; one too many is a right that nobody needs."""
    declared = {name.upper() for name in get_type_hints(CONTROL[feature][0])}
    assert set(_function(each, "Control", feature)["Environment"]["Variables"]) == declared | {"LOG_LEVEL"}


def test_bucket_emptying_needs_no_variables(dev: Synthesis) -> None:
    """Its bucket is a property of the custom resource."""
    assert set(_function(dev, "Foundation", "bucket_emptying")["Environment"]["Variables"]) == {"LOG_LEVEL"}


@pytest.mark.parametrize("feature", CONTROL)
def test_limits_are_the_agreed_ones(dev: Synthesis, feature: str) -> None:
    """Timeouts lie below the custom resources' own, so that a function still finds time to answer."""
    _, timeout, memory, storage = CONTROL[feature]
    function = _function(dev, "Control", feature)
    assert (function["Timeout"], function["MemorySize"]) == (timeout, memory)
    assert function["EphemeralStorage"] == {"Size": storage}


def test_every_function_is_there(each: Synthesis) -> None:
    """One function per feature folder, and no other."""
    stacks = ("Foundation", "Control")
    handlers = {f["Properties"]["Handler"] for s in stacks for f in each.resources(s, "AWS::Lambda::Function").values()}
    retained = {"bucket_emptying"} if each.environment != "prod" else set()
    assert handlers == {f"lambdas.{feature}.handler.handler" for feature in {*CONTROL, *retained}}
    for handler in handlers:
        assert (PROJECT_ROOT / f"{handler.rpartition('.')[0].replace('.', '/')}.py").is_file()


def test_functions_have_house_defaults(each: Synthesis) -> None:
    """Newest runtime, tracing, one shared asset but for two functions, a log group of their own."""
    functions = {
        **each.resources("Foundation", "AWS::Lambda::Function"),
        **each.resources("Control", "AWS::Lambda::Function"),
    }
    assets: dict[str, set[str]] = {}
    for function in functions.values():
        asset, handler = str(function["Properties"]["Code"]), function["Properties"]["Handler"]
        assets.setdefault(asset, set()).add(handler.split(".")[1])
    assert len(assets) == 3
    assert {"training_dataset"} in assets.values()
    assert {"evaluation"} in assets.values()
    written = [function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"] for function in functions.values()]
    assert len(set(written)) == len(functions)
    for function in functions.values():
        properties = function["Properties"]
        assert properties["Runtime"] == "python3.14"
        assert properties["TracingConfig"] == {"Mode": "Active"}


@pytest.mark.parametrize("feature", CONTROL)
def test_ops_logs_finds_the_logs_of_every_function(dev: Synthesis, feature: str) -> None:
    """It knows a log group by its logical id, and calls it after the feature."""
    logical_id = _function(dev, "Control", feature)["LoggingConfig"]["LogGroup"]["Ref"]
    assert groups.of_functions({logical_id: "name"}) == [groups.LogGroup(feature, "name")]


def test_logs_are_encrypted_and_expire(each: Synthesis) -> None:
    """Every log group has our key and a retention (control S11)."""
    days = 365 if each.environment == "prod" else 30
    found = [g for s in ("Foundation", "Control") for g in each.resources(s, "AWS::Logs::LogGroup").values()]
    assert len(found) == (13 if each.environment == "prod" else 15)
    for group in found:
        assert group["Properties"]["RetentionInDays"] == days
        assert group["Properties"]["KmsKeyId"]


def test_roles_may_write_to_their_own_log_group_only(dev: Synthesis) -> None:
    """No managed policy, which would allow every log group of the account."""
    for stack in ("Foundation", "Control"):
        roles = dev.resources(stack, "AWS::IAM::Role")
        assert not [role for role in roles.values() if "ManagedPolicyArns" in role["Properties"]]
        for role in roles:
            assert "logs:CreateLogGroup" not in actions_of(dev.resources(stack), role)


def test_events_that_fail_are_kept(dev: Synthesis) -> None:
    """Functions that are invoked asynchronously hand over to the dead-letter queue; the driver is not (control S12)."""
    for stack, kept in (("Foundation", 1), ("Control", 8)):
        queue = dev.logical_id(stack, "AWS::SQS::Queue", "DeadLetterQueue", without="Unanswered")
        configurations = dev.resources(stack, "AWS::Lambda::EventInvokeConfig").values()
        assert len(configurations) == kept
        for configuration in configurations:
            properties = configuration["Properties"]
            assert properties["DestinationConfig"] == {"OnFailure": {"Destination": {"Fn::GetAtt": [queue, "Arn"]}}}
            assert (properties["MaximumRetryAttempts"], properties["MaximumEventAgeInSeconds"]) == (2, 240)


def test_dead_letter_queues_are_encrypted_and_tls_only(dev: Synthesis) -> None:
    """Undelivered events are kept for two weeks (control S14)."""
    for stack in ("Foundation", "Control"):
        queues = dev.resources(stack, "AWS::SQS::Queue")
        assert len(queues) == 2
        for queue in queues.values():
            assert queue["Properties"]["KmsMasterKeyId"]
            assert queue["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600
        policies = dev.resources(stack, "AWS::SQS::QueuePolicy").values()
        assert {queue["Ref"] for policy in policies for queue in policy["Properties"]["Queues"]} == set(queues)
        for policy in policies:
            denied, *allowed = policy["Properties"]["PolicyDocument"]["Statement"]
            assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
            for statement in allowed:
                assert statement["Principal"] == {"Service": "events.amazonaws.com"}
                assert "aws:SourceArn" in statement["Condition"]["ArnEquals"]


def _function(synthesis: Synthesis, stack: str, feature: str) -> Resource:
    found: Resource
    (found,) = [
        function["Properties"]
        for function in synthesis.resources(stack, "AWS::Lambda::Function").values()
        if function["Properties"]["Handler"] == f"lambdas.{feature}.handler.handler"
    ]
    return found
