"""What was found in one file: all of it counted, the first of each rule kept."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from finetuning.dataset.findings import Finding, Flaw, placed

KEPT_PER_RULE = 20


class Ledger:
    """Takes the flaws of one file as they are found.

    Attributes:
        waivers: code → reason, of the rules that are waived.
    """

    def __init__(self, file: str, waivers: Mapping[str, str] | None) -> None:
        """Begin a file; ``file`` is how findings name it."""
        self.waivers = MappingProxyType(dict(waivers or {}))
        self._file = file
        self._counts: Counter[str] = Counter()
        self._kept: list[Finding] = []

    def add(self, flaws: Iterable[Flaw], line: int | None) -> None:
        """Note flaws of a line; of the whole file if it is None."""
        for flaw in flaws:
            self._counts[flaw.code] += 1
            if self._counts[flaw.code] <= KEPT_PER_RULE:
                self._kept.append(placed(flaw, self._file, line, self.waivers))

    @property
    def counts(self) -> Mapping[str, int]:
        """Code → number of findings, kept or not, in the order of the codes."""
        return MappingProxyType(dict(sorted(self._counts.items())))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The kept findings by line; what is about the whole file comes last."""
        return tuple(sorted(self._kept, key=lambda finding: (finding.line is None, finding.line or 0)))
