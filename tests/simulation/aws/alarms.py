"""CloudWatch's alarms: they are in the state that a story puts them into."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.simulation.aws.client import Operation, Parameters


class Alarms:
    """The alarms of an account.

    Attributes:
        states: `OK`, `ALARM` or `INSUFFICIENT_DATA`, by name; an alarm that is not here does not exist.
        composite: names of those that are made of other alarms.
    """

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.composite: set[str] = set()

    def operations(self) -> Mapping[str, Operation]:
        """What a client can do."""
        return {"describe_alarms": self._describe}

    def _describe(self, parameters: Parameters) -> Mapping[str, Any]:
        """Names that are not known are left out; without `AlarmTypes` only metric alarms are shown.

        Source: CloudWatch API Reference, DescribeAlarms.
        """
        kinds = parameters.get("AlarmTypes", ["MetricAlarm"])
        return {
            "MetricAlarms": list(self._shown(parameters, composite=False)) if "MetricAlarm" in kinds else [],
            "CompositeAlarms": list(self._shown(parameters, composite=True)) if "CompositeAlarm" in kinds else [],
        }

    def _shown(self, parameters: Parameters, *, composite: bool) -> Iterator[Mapping[str, str]]:
        for name in parameters["AlarmNames"]:
            if name in self.states and (name in self.composite) == composite:
                yield {"AlarmName": name, "StateValue": self.states[name]}
