"""A planted flaw: which names of the real code are replaced, by what, and for how long."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from tests.simulation.plans import Plan, draw


@dataclass(frozen=True)
class Replacement:
    """One name of the real code that means something else.

    Attributes:
        where: the module or class in which it is looked up when it is used.
        make: makes the other meaning out of the real one, anew for each life, so that it may count.
    """

    where: Any
    name: str
    make: Callable[[Any], Any]

    @property
    def real(self) -> Any:
        """What the name means; a KeyError says that the code has changed and the variant has to follow."""
        return vars(self.where)[self.name]


@dataclass(frozen=True)
class Variant:
    """The real code with a flaw.

    Attributes:
        name: on the command line.
        flaw: what is wrong with it. Where several protections overlap, it names all that are taken out.
        faults: of the catalogue, what it is not up to; none where only an invariant speaks of it.
        draw: the life of a seed in which the flaw shows.
        scenario: instead, the fault whose scenario shows it, or `promotion` for the lives of promoted models.
    """

    name: str
    flaw: str
    faults: tuple[str, ...]
    replacements: tuple[Replacement, ...]
    draw: Callable[[int], Plan] = draw
    scenario: str = ""

    @property
    def lives(self) -> str:
        """Name of the family of lives that it lives."""
        return self.scenario or ("mixed" if self.draw is draw else self.draw.__name__)


@contextmanager
def planted(variant: Variant) -> Iterator[None]:
    """The flaw is in the code; afterwards the code is as it was."""
    with ExitStack() as stack:
        for replacement in variant.replacements:
            planted_one = replacement.make(replacement.real)
            stack.enter_context(mock.patch.object(replacement.where, replacement.name, planted_one))
        yield


def always(value: Any) -> Callable[[Any], Any]:
    """A function that does nothing but return this, whatever it is given."""
    return lambda real: lambda *arguments, **keywords: value
