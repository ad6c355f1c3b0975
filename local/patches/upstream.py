"""The seam to MiniStack's private names: every hook states what it expects and fails at start if it is not there."""

import inspect
from collections.abc import Callable, Sequence
from importlib.metadata import version
from types import ModuleType
from typing import Any

MINISTACK_VERSION = "1.5.33"


class UpstreamChangedError(Exception):
    """The installed MiniStack is not the one the patches were written for."""


def require_version() -> None:
    """Refuse any other MiniStack than the pinned one.

    Raises:
        UpstreamChangedError: Another version is installed.
    """
    installed = version("ministack")
    if installed != MINISTACK_VERSION:
        raise UpstreamChangedError(
            f"ministack {installed} is installed, but local/patches is written for {MINISTACK_VERSION}; install the "
            "pinned requirements, or review every patch, run tests/local and change MINISTACK_VERSION"
        )


def function(module: ModuleType, name: str, parameters: Sequence[str]) -> Callable[..., Any]:
    """A private function of MiniStack, with the parameters a patch relies on.

    Raises:
        UpstreamChangedError: It is gone or takes other parameters.
    """
    found: Callable[..., Any] | None = getattr(module, name, None)
    if not callable(found):
        raise UpstreamChangedError(f"{module.__name__}.{name} is gone; {_REVIEW}")
    actual = list(inspect.signature(found).parameters)
    if actual != list(parameters):
        raise UpstreamChangedError(
            f"{module.__name__}.{name} takes ({', '.join(actual)}), expected ({', '.join(parameters)}); {_REVIEW}"
        )
    return found


def replace(
    module: ModuleType,
    name: str,
    parameters: Sequence[str],
    make: Callable[[Callable[..., Any]], Callable[..., Any]],
) -> None:
    """Replace a function of MiniStack by what `make` builds around the original.

    Raises:
        UpstreamChangedError: It is gone or takes other parameters.
    """
    setattr(module, name, make(function(module, name, parameters)))


def entry(table: dict[str, Any], key: str, where: str) -> Any:
    """An entry of one of MiniStack's tables.

    Raises:
        UpstreamChangedError: The table has no such entry.
    """
    if key not in table:
        raise UpstreamChangedError(f"{where} has no {key!r}; {_REVIEW}")
    return table[key]


def attribute(module: ModuleType, name: str) -> Any:
    """A private value of MiniStack.

    Raises:
        UpstreamChangedError: It is gone.
    """
    if not hasattr(module, name):
        raise UpstreamChangedError(f"{module.__name__}.{name} is gone; {_REVIEW}")
    return getattr(module, name)


_REVIEW = f"local/patches is written for ministack {MINISTACK_VERSION} and must be reviewed"
