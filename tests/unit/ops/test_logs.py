"""Log events become lines, executions become stories."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.stub import Stubber

from ops.errors import UsageError
from ops.logs import executions, groups, lines
from ops.logs.groups import LogGroup
from tests.unit.ops.screen import shown

AT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
MILLISECONDS = int(AT.timestamp() * 1000)


def entered(*states: str) -> list[dict[str, object]]:
    """A history that enters these states, a second apart."""
    return [
        {"timestamp": AT + timedelta(seconds=number), "type": "Entered", "stateEnteredEventDetails": {"name": state}}
        for number, state in enumerate(states)
    ]


def test_structured_line_is_rendered_with_its_fields() -> None:
    """Time, function, message, then the ids."""
    line = lines.parse("driver", MILLISECONDS, '{"level":"INFO","message":"acting","model":"faq","wait_seconds":5}\n')
    assert line is not None
    assert shown(lines.render(line)) == "12:00:00  driver             acting  model=faq  wait_seconds=5"


def test_warning_says_its_level() -> None:
    """Only what is out of the ordinary carries a level."""
    line = lines.parse("sweep", MILLISECONDS, '{"level":"WARNING","message":"orphan [x]"}')
    assert line is not None
    assert shown(lines.render(line)) == "12:00:00  sweep              WARNING orphan [x]"


@pytest.mark.parametrize(
    "text", ["START RequestId: 1 Version: $LATEST", "END RequestId: 1", "REPORT RequestId: 1\tDuration: 3 ms", "  \n"]
)
def test_platform_lines_are_left_out(text: str) -> None:
    """What Lambda writes about itself says nothing about the work."""
    assert lines.parse("driver", MILLISECONDS, text) is None


def test_metrics_are_left_out() -> None:
    """Each sweep counts each kind of trouble; the alarms read that."""
    assert lines.parse("sweep", MILLISECONDS, '{"_aws": {"Timestamp": 1}, "Kind": "failed", "Troubles": 0}') is None


@pytest.mark.parametrize("text", ["[ERROR] KeyError: 'x'", "Traceback (most recent call last):", "1 Task timed out"])
def test_traceback_is_an_error(text: str) -> None:
    """A function that crashed did not write JSON; its words are shown as an error."""
    line = lines.parse("driver", MILLISECONDS, text)
    assert line is not None
    assert (line.level, line.message) == ("ERROR", text)


def test_lines_of_several_functions_sort_by_time() -> None:
    """Oldest first, whoever wrote them."""
    later = lines.parse("driver", MILLISECONDS + 1, "b")
    earlier = lines.parse("sweep", MILLISECONDS, "a")
    assert later is not None
    assert earlier is not None
    assert sorted([later, earlier]) == [earlier, later]


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200), ("1d", 86400)])
def test_since_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    """Seconds, minutes, hours, days."""
    assert lines.parse_since(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["15", "m", "15 m", "-5m", "0m", "100000d", "1w", ""])
def test_rejects_since_without_number_or_unit(text: str) -> None:
    """The message shows what it should look like."""
    with pytest.raises(UsageError, match="--since must be a number from 1 to 99999 and one of s, m, h, d, such as 15m"):
        lines.parse_since(text)


def test_reads_from_1970_when_since_lies_before_it() -> None:
    """CloudWatch Logs refuses a negative start; `--since 30000d` means everything."""
    client = boto3.client("logs", region_name="us-west-2", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stubber:
        stubber.add_response("filter_log_events", {"events": []}, {"logGroupName": "group", "startTime": 0})
        assert lines.read(client, LogGroup("driver", "group"), AT - timedelta(days=30_000)) == []


def test_story_counts_repeats_and_leaves_out_what_stands_between() -> None:
    """Decide and WhatNext come before everything and would drown it."""
    history = entered("Decide", "WhatNext", "AwaitCustomizationJob", "Decide", "AwaitChange", "Decide", "AwaitChange")
    told = executions.execution("driver", "faq-1", "SUCCEEDED", AT, AT + timedelta(seconds=9), history)
    assert executions.story(told.states) == "AwaitCustomizationJob → AwaitChange ×2"
    assert "SUCCEEDED after 9 s, 7 transitions" in shown(executions.render(told))


def test_failed_execution_tells_its_cause() -> None:
    """Error and cause of the state machine are part of the story."""
    failed = {"timestamp": AT, "executionFailedEventDetails": {"error": "NotSettled", "cause": "The registry has it"}}
    told = executions.execution("driver", "faq-1", "FAILED", AT, AT, [*entered("Decide"), failed])
    assert "NotSettled: The registry has it" in shown(executions.render(told))


def test_log_groups_are_known_by_their_logical_ids() -> None:
    """Each function of the Control stack has one; other log groups are not asked."""
    names = {"DriverFunctionLogs1A2B3C4D": "one", "DriverLogs99": "two", "JobStateFunctionLogsAA": "three"}
    assert groups.of_functions(names) == [LogGroup("driver", "one"), LogGroup("job_event", "three")]


def test_function_may_be_spelt_with_hyphens() -> None:
    """People type both."""
    known = [LogGroup("model_endpoint", "one"), LogGroup("driver", "two")]
    assert groups.choose(known, "Model-Endpoint") == [LogGroup("model_endpoint", "one")]


def test_rejects_an_unknown_function() -> None:
    """The known ones are listed."""
    with pytest.raises(UsageError, match=r"unknown function 'drivr'; known: driver; did you mean 'driver'\?"):
        groups.choose([LogGroup("driver", "two")], "drivr")
