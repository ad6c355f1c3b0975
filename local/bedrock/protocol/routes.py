"""Which operation of a service model a method and path mean."""

import re
from dataclasses import dataclass

from botocore.model import OperationModel, ServiceModel

_LABEL = re.compile(r"\{([^}]+)\}")


@dataclass(frozen=True)
class Route:
    """One operation's method and path."""

    method: str
    path: re.Pattern[str]
    labels: tuple[str, ...]
    literals: int
    operation: OperationModel


class Router:
    """Finds the operation of a request.

    Paths are matched after percent-decoding (MiniStack hands them over so), where a label may hold the slashes of an
    ARN. Of the routes that match, the one with the most literal characters is meant.
    """

    def __init__(self, model: ServiceModel) -> None:
        """Read all routes of a service model."""
        routes = [_route(model.operation_model(name)) for name in model.operation_names]
        self._routes = sorted(routes, key=lambda route: -route.literals)

    def find(self, method: str, path: str) -> tuple[OperationModel, dict[str, str]] | None:
        """The operation and its path labels; None where the service model has no such route."""
        for route in self._routes:
            match = route.path.fullmatch(path) if route.method == method else None
            if match:
                return route.operation, dict(zip(route.labels, match.groups(), strict=True))
        return None


def _route(operation: OperationModel) -> Route:
    uri = operation.http["requestUri"].split("?")[0]
    parts = _LABEL.split(uri)
    literals, labels = parts[0::2], parts[1::2]
    pattern = "(.+)".join(re.escape(literal) for literal in literals)
    return Route(
        method=operation.http["method"],
        path=re.compile(f"{pattern}/?"),
        labels=tuple(label.rstrip("+") for label in labels),
        literals=sum(map(len, literals)),
        operation=operation,
    )
