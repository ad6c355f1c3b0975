"""Executions of the driver and of evaluations, and the story of the states that each of them passed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from ops.logs.lines import Line

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

SOURCE = "state machine"
#: The functions that are steps of a state machine, and the Control stack's output with its ARN.
MACHINES: Mapping[str, str] = {"driver": "DriverArn", "evaluation": "EvaluationsArn"}
#: States that only look and choose: they stand between all the others and would drown them.
_BETWEEN = frozenset({"Decide", "WhatNext", "WhoGrades", "IsGraded"})
_STYLES = {"SUCCEEDED": "green", "RUNNING": "cyan", "FAILED": "red", "TIMED_OUT": "red", "ABORTED": "yellow"}


@dataclass(frozen=True)
class Entered:
    """A state, and when it was entered."""

    state: str
    at: datetime


@dataclass(frozen=True)
class Execution:
    """One execution of a machine of `MACHINES`, with the states that it passed in order; `cause` says why it failed."""

    machine: str
    name: str
    status: str
    started: datetime
    ended: datetime | None
    states: tuple[Entered, ...]
    transitions: int
    cause: str = ""


def read(states: "SFNClient", machine: str, arn: str, since: datetime) -> list[Execution]:
    """The executions of a state machine that ran at some time since a moment, oldest first."""
    found = []
    for page in states.get_paginator("list_executions").paginate(stateMachineArn=arn):
        for item in page["executions"]:
            ended = item.get("stopDate")
            if ended is None or ended >= since:
                history = states.get_paginator("get_execution_history").paginate(executionArn=item["executionArn"])
                events = [dict(event) for part in history for event in part["events"]]
                found.append(execution(machine, item["name"], item["status"], item["startDate"], ended, events))
    return sorted(found, key=lambda each: each.started)


def execution(
    machine: str, name: str, status: str, started: datetime, ended: datetime | None, events: Iterable[Mapping[str, Any]]
) -> Execution:
    """An execution from its history."""
    entered, cause = [], ""
    for event in events:
        details = event.get("stateEnteredEventDetails")
        if details is not None:
            entered.append(Entered(str(details["name"]), event["timestamp"]))
        failed = event.get("executionFailedEventDetails")
        if failed is not None:
            cause = ": ".join(text for text in (failed.get("error"), failed.get("cause")) if text)
    return Execution(machine, name, status, started, ended, tuple(entered), len(entered), cause)


def story(states: Sequence[Entered]) -> str:
    """The states in a line: without those in between, and repeated ones counted."""
    told: list[tuple[str, int]] = []
    for entered in states:
        if entered.state in _BETWEEN:
            continue
        if told and told[-1][0] == entered.state:
            told[-1] = (entered.state, told[-1][1] + 1)
        else:
            told.append((entered.state, 1))
    return " → ".join(state if times == 1 else f"{state} ×{times}" for state, times in told)


def lines(executions: Iterable[Execution]) -> list[Line]:
    """Each state that was entered as a line, for following along."""
    return [
        Line(entered.at, SOURCE, "INFO", entered.state, {"execution": each.name}, f"{each.name}-{number}")
        for each in executions
        for number, entered in enumerate(each.states)
        if entered.state not in _BETWEEN
    ]


def render(each: Execution) -> Text:
    """An execution and its story."""
    took = "" if each.ended is None else f" after {(each.ended - each.started).total_seconds():.0f} s"
    text = Text.assemble(
        (each.started.strftime("%H:%M:%S"), "dim"), "  ", each.name, "  ", (each.status, _STYLES.get(each.status, ""))
    )
    text.append(f"{took}, {each.transitions} transitions\n          {story(each.states) or 'no state yet'}")
    if each.cause:
        text.append(f"\n          {each.cause}", "red")
    return text
