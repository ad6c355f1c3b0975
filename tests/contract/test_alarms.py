"""Alarms that are watched after another model went into service."""

from finetuning.preflight import Unreadable
from lambdas.gateways.alarms import AlarmsGateway
from tests.contract.service import Service


def alarm(name: str, state: str) -> dict[str, str]:
    """An alarm as CloudWatch describes it."""
    return {"AlarmName": name, "StateValue": state}


def test_alarms_that_go_off_are_told_in_the_order_of_the_question() -> None:
    """Metric alarms and composite ones; one without data has nothing against the model."""
    answer = {
        "MetricAlarms": [alarm("slow", "INSUFFICIENT_DATA"), alarm("errors", "ALARM"), alarm("cost", "OK")],
        "CompositeAlarms": [alarm("all", "ALARM")],
    }
    service = Service("cloudwatch", answer)
    assert AlarmsGateway(service.client).going_off(["all", "slow", "errors", "cost"]) == ("all", "errors")
    name, request = service.call
    assert (name, request["AlarmNames"]) == ("DescribeAlarms", ["all", "slow", "errors", "cost"])
    assert request["AlarmTypes"] == ["MetricAlarm", "CompositeAlarm"]


def test_alarm_that_does_not_exist_goes_off() -> None:
    """Nobody would watch the model."""
    service = Service("cloudwatch", {"MetricAlarms": [alarm("errors", "OK")]})
    assert AlarmsGateway(service.client).going_off(["errors", "gone"]) == ("gone (no such alarm)",)


def test_without_alarms_nobody_is_asked() -> None:
    """Most models have none."""
    service = Service("cloudwatch")
    assert AlarmsGateway(service.client).going_off(()) == ()


def test_states_are_told_as_cloudwatch_says_them() -> None:
    """Preflight asks whether each is there."""
    service = Service("cloudwatch", {"MetricAlarms": [alarm("errors", "INSUFFICIENT_DATA")]})
    assert AlarmsGateway(service.client).states(["errors", "gone"]) == {"errors": "INSUFFICIENT_DATA"}


def test_states_that_may_not_be_read_name_the_right() -> None:
    """Neither a pass nor a failure of preflight."""
    service = Service("cloudwatch", "AccessDenied: no")
    found = AlarmsGateway(service.client).states(["errors"])
    assert isinstance(found, Unreadable)
    assert (found.right, found.denied) == ("cloudwatch:DescribeAlarms", True)
