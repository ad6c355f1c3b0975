"""What the reference says about a file."""

from dataclasses import dataclass, field
from typing import Literal

#: Code, line from 1 (None: the whole file), path in the record.
Place = tuple[str, int | None, str]


@dataclass(frozen=True)
class Loose:
    """A line that must be refused, though the documents do not say with which findings exactly.

    Attributes:
        places: what must be found, exactly.
        any_of: one or more of these codes must be found, if there are any, at whatever path.
        further: codes that may be found besides.
    """

    places: tuple[tuple[str, str], ...]
    any_of: frozenset[str]
    further: frozenset[str]


@dataclass
class Verdict:
    """Findings and converted lines of one file.

    Attributes:
        findings: of the whole file, and of the lines that are not loose.
        converted: one line per record without an error, with its line feed.
        loose: by line.
        whole_file: whether the file as such is no JSON Lines (DS109, and nothing else about its lines); ``open`` if it
            may be called so, or its lines may be refused one by one.
    """

    findings: list[Place] = field(default_factory=list)
    converted: list[bytes] = field(default_factory=list)
    loose: dict[int, Loose] = field(default_factory=dict)
    whole_file: Literal["yes", "no", "open"] = "no"
