"""The Control stack: events, sweep, guard, and how it is taken down."""

from tests.infrastructure.synthesis import Synthesis


def test_rule_matches_the_ends_of_this_environments_jobs(dev: Synthesis) -> None:
    """The status is in `jobStatus`, and other environments' jobs are somebody else's business."""
    rule = dev.only("Control", "AWS::Events::Rule", "JobState")
    assert rule["EventPattern"] == {
        "source": ["aws.bedrock"],
        "detail-type": ["Model Customization Job State Change"],
        "detail": {"jobStatus": ["Completed", "Failed", "Stopped"], "jobName": [{"prefix": "finetuning-dev-"}]},
    }


def test_undelivered_events_are_kept(dev: Synthesis) -> None:
    """Both rules have the dead-letter queue, and EventBridge may call their functions."""
    queue = dev.logical_id("Control", "AWS::SQS::Queue", "DeadLetterQueue", without="Unanswered")
    rules = dev.resources("Control", "AWS::Events::Rule")
    assert len(rules) == 2
    for rule in rules.values():
        (target,) = rule["Properties"]["Targets"]
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [queue, "Arn"]}}
        assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
    permissions = dev.resources("Control", "AWS::Lambda::Permission").values()
    sources = {permission["Properties"]["SourceArn"]["Fn::GetAtt"][0] for permission in permissions}
    assert sources == set(rules)


def test_sweep_runs_every_quarter_of_an_hour(dev: Synthesis) -> None:
    """With all events lost, everything converges within one period."""
    assert dev.only("Control", "AWS::Events::Rule", "Sweep")["ScheduleExpression"] == "rate(15 minutes)"


def test_guard_is_deleted_before_everything_else(each: Synthesis) -> None:
    """It depends on all other resources, so that a refusal finds the driver alive."""
    (guard,) = each.resources("Control", "Custom::LifecycleGuard")
    needed = set(each.resources("Control")[guard]["DependsOn"])
    assert needed == set(each.resources("Control")) - {guard}


def test_guard_waits_less_than_its_function_may_run(dev: Synthesis) -> None:
    """Its refusal must still be told within the function's and the resource's time."""
    function = dev.only("Control", "AWS::Lambda::Function", "LifecycleGuard")
    waits = int(function["Environment"]["Variables"]["GUARD_WAIT_SECONDS"])
    timeout = int(dev.only("Control", "Custom::LifecycleGuard")["ServiceTimeout"])
    assert waits == 600
    assert waits < function["Timeout"] < timeout
