"""What becomes of Bedrock's jobs and endpoints when a fault has decided it."""

from local.bedrock.fates import Fate
from local.faults.faults import Faults


class FaultyFates:
    """Fates as the faults in effect decide them.

    Args:
        faults: The faults in effect.
    """

    def __init__(self, faults: Faults) -> None:
        """Remember the faults."""
        self._faults = faults

    def of(self, kind: str, name: str) -> Fate | None:
        """The fate of a job, throughput or deployment of this name; None for the usual one."""
        rule = self._faults.strike(f"bedrock:{kind}", name)
        return Fate(rule.status, rule.message) if rule else None
