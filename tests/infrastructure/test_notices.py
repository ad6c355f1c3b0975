"""People are told: of alarms, and by driver and sweep, through one topic that only they may publish to."""

import re
from typing import Any

import pytest

from finetuning.lifecycle import troubles
from lambdas import log
from stacks.constructs import alarms
from tests.infrastructure.synthesis import ACCOUNT, Resource, Synthesis
from tests.infrastructure.template import statement_with

SUBSCRIBERS = ["ml-platform@example.com", "https://events.example.com/enqueue"]
ALARMS = {
    "Unanswered": (1, "notBreaching"),
    "Undelivered": (3, "notBreaching"),
    "SweepFailing": (2, "notBreaching"),
    "SweepNotRunning": (1, "breaching"),
    "Driver": (1, "notBreaching"),
    "Evaluations": (1, "notBreaching"),
    "CustomResources": (1, "notBreaching"),
    "CustomResources2": (1, "notBreaching"),
    "Failed": (1, "notBreaching"),
    "Stuck": (1, "notBreaching"),
    "Unknown": (1, "notBreaching"),
    "Orphaned": (1, "notBreaching"),
    "Drifted": (1, "notBreaching"),
    "Expiring": (1, "notBreaching"),
    "Approval": (1, "notBreaching"),
    "Idle": (1, "notBreaching"),
}

MACHINES = ("Driver", "Evaluation")
#: How an execution ends that did not do what it was for.
ENDS = [("AWS/States", name, "Sum", 300) for name in ("ExecutionsFailed", "ExecutionsAborted", "ExecutionsTimedOut")]


def test_topic_is_encrypted_and_takes_notices_over_tls_only(each: Synthesis) -> None:
    """A notice names resources and says what failed."""
    (topic,) = each.resources("Control", "AWS::SNS::Topic")
    assert each.only("Control", "AWS::SNS::Topic")["KmsMasterKeyId"]
    policy = each.only("Control", "AWS::SNS::TopicPolicy")
    assert policy["Topics"] == [{"Ref": topic}]
    by_sid = {statement["Sid"]: statement for statement in policy["PolicyDocument"]["Statement"]}
    assert set(by_sid) == {"AllowPublishThroughSSLOnly", "AlarmsPublish"}
    denied = by_sid["AllowPublishThroughSSLOnly"]
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_alarms_of_this_account_may_publish_to_the_encrypted_topic(dev: Synthesis) -> None:
    """Topic and key say the same: CloudWatch, for alarms of this account and Region."""
    statements = dev.only("Control", "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    (publish,) = [s for s in statements if s["Sid"] == "AlarmsPublish"]
    (use,) = [
        s
        for s in dev.only("Foundation", "AWS::KMS::Key", "Key")["KeyPolicy"]["Statement"]
        if s["Sid"] == "TellOfAlarms"
    ]
    for statement in (publish, use):
        assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert statement["Condition"] == {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:*"},
        }
    assert publish["Action"] == "sns:Publish"
    assert use["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]


@pytest.mark.parametrize("function", ["DriverFunction", "SweepFunction"])
def test_driver_and_sweep_may_publish_to_this_topic_only(dev: Synthesis, function: str) -> None:
    """And use the key for it, through SNS."""
    (topic,) = dev.resources("Control", "AWS::SNS::Topic")
    (publish,) = statement_with(dev.resources("Control"), function, "sns:Publish")
    assert publish["Resource"] == {"Ref": topic}
    through = [
        s["Condition"]["StringEquals"]["kms:ViaService"]
        for s in statement_with(dev.resources("Control"), function, "kms:GenerateDataKey")
    ]
    assert ["sns.us-east-1.amazonaws.com"] in through


def test_subscribers_are_the_configured_ones(tmp_path_factory: pytest.TempPathFactory, dev: Synthesis) -> None:
    """By the protocol that fits; nobody by default."""
    synthesis = _with_notifications(tmp_path_factory, SUBSCRIBERS)
    found = {
        (s["Properties"]["Protocol"], s["Properties"]["Endpoint"])
        for s in synthesis.resources("Control", "AWS::SNS::Subscription").values()
    }
    assert found == {("email", SUBSCRIBERS[0]), ("https", SUBSCRIBERS[1])}
    assert dev.resources("Control", "AWS::SNS::Subscription") == {}


def test_another_subscriber_leaves_the_others_alone(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A subscription of another logical id would have to be confirmed again."""
    ids = [
        set(_with_notifications(tmp_path_factory, given).resources("Control", "AWS::SNS::Subscription"))
        for given in (SUBSCRIBERS, ["first@example.com", *reversed(SUBSCRIBERS)])
    ]
    assert ids[0] < ids[1]


def test_every_alarm_tells_the_topic_and_says_what_to_do(each: Synthesis) -> None:
    """The description is what the mail shows: at most 1,024 characters, with the command to type."""
    (topic,) = each.resources("Control", "AWS::SNS::Topic")
    found = _alarms(each)
    assert set(found) == set(ALARMS)
    for name, alarm in found.items():
        assert alarm["AlarmActions"] == [{"Ref": topic}], name
        assert (alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == ALARMS[name], name
        assert len(alarm["AlarmDescription"]) <= 1024
        commands = set(re.findall(r"python -m ops (\w+)", alarm["AlarmDescription"]))
        assert commands, name
        assert commands <= {"approve", "cost", "logs", "orphans", "resume", "retry", "status", "stop"}, name


def test_alarms_watch_what_they_say(dev: Synthesis) -> None:
    """Each counts from one on; the sweep's silence is less than one."""
    found = _alarms(dev)
    below = {name for name, alarm in found.items() if alarm["ComparisonOperator"] == "LessThanThreshold"}
    assert below == {"SweepNotRunning"}
    assert {alarm["Threshold"] for alarm in found.values()} == {1}
    assert {name: _watched(alarm) for name, alarm in found.items()} == {
        "Unanswered": [("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 300)],
        "Undelivered": [("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 300)],
        "SweepFailing": [("AWS/Lambda", "Errors", "Sum", 900)],
        "SweepNotRunning": [("AWS/Lambda", "Invocations", "Sum", 3600)],
        "Driver": ENDS,
        "Evaluations": ENDS,
        "CustomResources": [("AWS/Lambda", "Errors", "Sum", 300)] * 5
        + [("FineTuning", "RefusedAnswers", "Sum", 300)] * 5,
        "CustomResources2": [("AWS/Lambda", "Errors", "Sum", 300), ("FineTuning", "RefusedAnswers", "Sum", 300)],
        **{kind.capitalize(): [("FineTuning", "Troubles", "Maximum", 900)] for kind in alarms.KINDS},
    }


def test_alarms_on_executions_watch_a_state_machine_each(dev: Synthesis) -> None:
    """The driver's and the evaluations'."""
    machines = {name: dev.logical_id("Control", "AWS::StepFunctions::StateMachine", name) for name in MACHINES}
    for alarm, name in zip(("Driver", "Evaluations"), MACHINES, strict=True):
        watched = [m["MetricStat"]["Metric"] for m in _alarms(dev)[alarm]["Metrics"] if "MetricStat" in m]
        assert [m["Dimensions"] for m in watched] == [
            [{"Name": "StateMachineArn", "Value": {"Ref": machines[name]}}]
        ] * 3, alarm


def test_queues_are_told_apart(dev: Synthesis) -> None:
    """What waits for a person goes off at once; the consumed queue only if nobody consumes it."""
    unanswered = dev.logical_id("Control", "AWS::SQS::Queue", "DeadLetterQueueUnanswered")
    queue = dev.logical_id("Control", "AWS::SQS::Queue", "DeadLetterQueue", without="Unanswered")
    for alarm, watched in (("Unanswered", unanswered), ("Undelivered", queue)):
        (dimension,) = _alarms(dev)[alarm]["Dimensions"]
        assert dimension == {"Name": "QueueName", "Value": {"Fn::GetAtt": [watched, "QueueName"]}}
    redrive = dev.only("Control", "AWS::SQS::Queue", queue)["RedrivePolicy"]
    assert redrive == {"deadLetterTargetArn": {"Fn::GetAtt": [unanswered, "Arn"]}, "maxReceiveCount": 3}


def test_all_custom_resources_of_the_control_stack_are_watched(dev: Synthesis) -> None:
    """By errors and by answers that CloudFormation refused."""
    found = _alarms(dev)
    metrics = [m for name in ("CustomResources", "CustomResources2") for m in found[name]["Metrics"]]
    functions: dict[str, set[str]] = {}
    for metric in (m["MetricStat"]["Metric"] for m in metrics if "MetricStat" in m):
        functions.setdefault(metric["MetricName"], set()).add(metric["Dimensions"][0]["Value"]["Ref"])
    watched = {re.sub(r"Function[0-9A-F]{8}$", "", name) for name in functions["Errors"]}
    assert watched == {
        "Preflight",
        "TrainingDataset",
        "CustomizationJob",
        "PromotedModel",
        "ModelEndpoint",
        "LifecycleGuard",
    }
    assert functions["RefusedAnswers"] == functions["Errors"]
    assert {m["Expression"] for m in metrics if "Expression" in m} == {"SUM(METRICS())"}


def test_troubles_are_told_apart_by_kind(each: Synthesis) -> None:
    """The dimensions are those that driver and sweep write."""
    for kind in alarms.KINDS:
        dimensions = {d["Name"]: d["Value"] for d in _alarms(each)[kind.capitalize()]["Dimensions"]}
        assert dimensions == {"Project": "finetuning", "Environment": each.environment, "Kind": kind}


def test_metrics_have_the_names_that_the_functions_write() -> None:
    """Stacks and code do not import each other, so the names stand twice."""
    assert log.METRICS_NAMESPACE == alarms.NAMESPACE
    assert tuple(alarms.KINDS) == troubles.KINDS


def test_undelivered_events_are_consumed_one_by_one(each: Synthesis) -> None:
    """An answer that nobody takes needs half a minute; a message is hidden for six times the function's timeout."""
    for stack in {"Foundation", "Control"} - ({"Foundation"} if each.environment == "prod" else set()):
        (mapping,) = each.resources(stack, "AWS::Lambda::EventSourceMapping").values()
        queue = each.logical_id(stack, "AWS::SQS::Queue", "DeadLetterQueue", without="Unanswered")
        function = each.logical_id(stack, "AWS::Lambda::Function", "UndeliveredFunction")
        properties = mapping["Properties"]
        assert properties["EventSourceArn"] == {"Fn::GetAtt": [queue, "Arn"]}
        assert properties["FunctionName"] == {"Ref": function}
        assert (properties["BatchSize"], properties["FunctionResponseTypes"]) == (1, ["ReportBatchItemFailures"])
        timeout = each.resources(stack)[function]["Properties"]["Timeout"]
        assert each.resources(stack)[queue]["Properties"]["VisibilityTimeout"] == 6 * timeout


def _alarms(synthesis: Synthesis) -> dict[str, Resource]:
    found = synthesis.resources("Control", "AWS::CloudWatch::Alarm")
    return {re.sub(r"^Alarms|[0-9A-F]{8}$", "", i): alarm["Properties"] for i, alarm in found.items()}


def _watched(alarm: Resource) -> list[tuple[str, str, str, int]]:
    if "MetricName" in alarm:
        return [(alarm["Namespace"], alarm["MetricName"], alarm["Statistic"], alarm["Period"])]
    stats: list[dict[str, Any]] = [m["MetricStat"] for m in alarm["Metrics"] if "MetricStat" in m]
    return [(s["Metric"]["Namespace"], s["Metric"]["MetricName"], s["Stat"], s["Period"]) for s in stats]


def _with_notifications(factory: pytest.TempPathFactory, notifications: list[str]) -> Synthesis:
    import aws_cdk as cdk

    import app
    from tests.infrastructure.synthesis import context

    given, folder = context("dev"), factory.mktemp("notified")
    given["environments"]["dev"]["notifications"] = notifications
    assert app.synthesize(cdk.App(context=given, outdir=str(folder), analytics_reporting=False), None) == 0
    return Synthesis("dev", folder)
