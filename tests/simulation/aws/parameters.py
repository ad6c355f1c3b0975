"""SSM's Parameter Store."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.simulation.aws import client
from tests.simulation.aws.errors import refusal


class ParameterStore:
    """Parameters by name.

    Attributes:
        values: what is there now.
        history: every name and value that was written, in order; "" for a deletion.
        written: called with each of them, at that moment.
    """

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.history: list[tuple[str, str]] = []
        self.written: Callable[[str, str], None] = lambda name, value: None

    def operations(self) -> Mapping[str, client.Operation]:
        """What a client can do."""
        return {"put_parameter": self._put, "get_parameter": self._get, "delete_parameter": self._delete}

    def _put(self, parameters: client.Parameters) -> Mapping[str, Any]:
        name, value = parameters["Name"], parameters["Value"]
        if name in self.values and not parameters.get("Overwrite"):
            raise refusal("ParameterAlreadyExists", "The parameter already exists.")
        self.values[name] = value
        self._note(name, value)
        return {"Version": len(self.history), "Tier": "Standard"}

    def _get(self, parameters: client.Parameters) -> Mapping[str, Any]:
        return {"Parameter": {"Name": parameters["Name"], "Value": self._existing(parameters)}}

    def _delete(self, parameters: client.Parameters) -> Mapping[str, Any]:
        self._existing(parameters)
        del self.values[parameters["Name"]]
        self._note(parameters["Name"], "")
        return {}

    def _note(self, name: str, value: str) -> None:
        self.history.append((name, value))
        self.written(name, value)

    def _existing(self, parameters: client.Parameters) -> str:
        if parameters["Name"] not in self.values:
            raise refusal("ParameterNotFound", "")
        return self.values[parameters["Name"]]
