"""Alarms that are to watch a model: one that does not exist keeps every candidate out of service."""

from typing import Any

from finetuning.preflight import Unreadable, Wanted
from tests.unit.preflight.account import a_wanted, an_account, endpoint_wanted, found, served, severities

ALARMS = ("prod-errors",)


def watched(**changes: Any) -> Wanted:
    """Haiku, watched by one alarm."""
    return a_wanted(endpoint=endpoint_wanted(alarms=ALARMS, watch_seconds=600), **changes)


def test_alarm_that_does_not_exist_is_refused_before_anything_is_trained() -> None:
    """Else the model would be paid for and wait for ever."""
    finding = found(watched(), an_account(), "alarms")
    assert finding.severity == "error"
    assert str(finding) == (
        "alarms: alarm 'prod-errors' does not exist in 111122223333, us-west-2, so no model would go into service; "
        "create it first, or take it out of endpoint.alarms in cdk.json"
    )


def test_promoted_model_is_refused_likewise() -> None:
    promoted = watched(promoted_model_arn="arn:aws:bedrock:us-west-2:111122223333:custom-model/x/abcdefghijkl")
    assert severities(promoted, an_account(custom_model_status="Active")) == {"alarms": "error"}


def test_alarm_that_is_gone_since_it_was_accepted_refuses_nothing() -> None:
    """A change of tags starts nothing that would wait for it."""
    record = served(1, alarms=ALARMS, watch_seconds=600)
    assert severities(watched(), an_account(record=record)) == {"alarms": "warning"}


def test_alarm_that_goes_off_is_a_warning() -> None:
    finding = found(watched(), an_account(alarms={"prod-errors": "ALARM"}), "alarms")
    assert finding.severity == "warning"
    assert "no other model goes into service until it is quiet" in finding.message


def test_alarm_that_is_quiet_or_has_no_data_yet_is_well() -> None:
    for state in ("OK", "INSUFFICIENT_DATA"):
        assert found(watched(), an_account(alarms={"prod-errors": state}), "alarms").severity == "ok"


def test_alarms_that_may_not_be_read_are_no_pass() -> None:
    denied = Unreadable("cloudwatch:DescribeAlarms", "AccessDenied: no", denied=True)
    finding = found(watched(), an_account(alarms=denied), "alarms")
    assert (finding.severity, "cloudwatch:DescribeAlarms is not allowed" in finding.message) == ("warning", True)
