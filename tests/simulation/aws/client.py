"""A client as boto3 makes them, of a simulated service: what the real gateways are given instead of the network."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.simulation.kernel import World

Parameters = Mapping[str, Any]
Operation = Callable[[Parameters], Any]
#: Wraps the operation of this name (`<service>.<method>`), to hold it to something.
Check = Callable[[str, Operation], Operation]


class Client:
    """Has one method per operation, with keyword arguments; each is one API call of the world."""

    def __init__(
        self, world: World, service: str, operations: Mapping[str, Operation], check: Check | None = None
    ) -> None:
        """Offer these operations, by boto3's names for them."""
        for name, operation in operations.items():
            full_name = f"{service}.{name}"
            setattr(self, name, _method(world, full_name, check(full_name, operation) if check else operation))

    def __getattr__(self, name: str) -> Any:
        """Say what is missing in the simulator rather than fail in the code under test."""
        raise NotImplementedError(f"the simulated service has no {name}")

    def get_paginator(self, name: str) -> "Paginator":
        """Pages of a listing operation."""
        return Paginator(getattr(self, name))


class Paginator:
    """Asks for page after page; each is one API call."""

    def __init__(self, operation: Callable[..., Mapping[str, Any]]) -> None:
        self._operation = operation

    def paginate(self, **parameters: Any) -> Iterator[Mapping[str, Any]]:
        """The pages; a page with `nextToken` or `LastEvaluatedKey` is not the last."""
        while True:
            page = self._operation(**parameters)
            yield page
            if "nextToken" in page:
                parameters["nextToken"] = page["nextToken"]
            elif "LastEvaluatedKey" in page:
                parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]
            else:
                return


def _method(world: World, operation_name: str, operation: Operation) -> Callable[..., Any]:
    def call(**parameters: Any) -> Any:
        return world.call(operation_name, lambda: operation(parameters))

    return call
