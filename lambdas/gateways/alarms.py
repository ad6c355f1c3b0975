"""CloudWatch alarms that say whether a model does well for its applications."""

from collections.abc import Mapping, Sequence
from typing import Any

from finetuning.preflight.finding import Unreadable
from lambdas.gateways.clients import client
from lambdas.gateways.reading import read


class AlarmsGateway:
    """Reads the states of alarms."""

    def __init__(self, cloudwatch: Any = None) -> None:
        """Keep the client; without one it is made at the first question, which few models have."""
        self._client = cloudwatch

    def going_off(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of these alarms that are going off; one that does not exist goes off, because nobody watches then."""
        states = self._states(names)
        missing = tuple(f"{name} (no such alarm)" for name in names if name not in states)
        return (*(name for name in names if states.get(name) == "ALARM"), *missing)

    def states(self, names: Sequence[str]) -> Mapping[str, str] | Unreadable:
        """The states of those of these alarms that exist, in CloudWatch's words."""
        return read("cloudwatch:DescribeAlarms", lambda: self._states(names)) or {}

    def _states(self, names: Sequence[str]) -> Mapping[str, str]:
        if not names:
            return {}
        if self._client is None:
            self._client = client("cloudwatch")
        found = self._client.describe_alarms(AlarmNames=list(names), AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        listed = (*found.get("MetricAlarms", ()), *found.get("CompositeAlarms", ()))
        return {str(alarm["AlarmName"]): str(alarm["StateValue"]) for alarm in listed}
