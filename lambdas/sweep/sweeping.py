"""The backstop: with it, everything converges within one period even if no event ever arrives (fault D01)."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

from finetuning.errors import FineTuningError
from finetuning.lifecycle import ModelRecord
from lambdas import log
from lambdas.registry import Registry
from lambdas.settings import SweepSettings
from lambdas.sweep.idleness import Idleness
from lambdas.sweep.models import Models
from lambdas.sweep.strays import Strays


class SweepError(FineTuningError):
    """Some of it could not be swept."""


class Sweep:
    """Looks at every model, and at everything in Bedrock that carries our owner tags."""

    def __init__(
        self,
        settings: SweepSettings,
        *,
        registry: Registry,
        models: Models,
        strays: Strays,
        idleness: Idleness,
        clock: Callable[[], float],
    ) -> None:
        """Keep what is swept with; the clock gives epoch seconds."""
        self._settings, self._registry, self._clock = settings, registry, clock
        self._models, self._strays, self._idleness = models, strays, idleness

    def run(self) -> dict[str, str]:
        """Sweep once and return what was done, by model: what `Models.sweep` and `Idleness.sweep` say.

        Raises:
            SweepError: for some models nothing could be done; the others have been swept.
        """
        done, failed, now = {}, [], self._clock()
        records = list(self._registry.all())
        if self._try("strays", lambda: self._strays.sweep(records, now)) is None:
            failed.append("strays")
        for record in records:
            for sweep in (self._idleness.sweep, self._of_its_name):
                outcome = self._try(record.model, partial(sweep, record, now))
                if outcome is None:
                    failed.append(record.model)
                elif outcome:
                    done[record.model] = outcome
        log.info("swept", **done)
        self._measure(records)
        if failed:
            raise SweepError(f"could not sweep {', '.join(failed)}; the log has the reasons")
        return done

    def _of_its_name(self, record: ModelRecord, now: float) -> str:
        """What is read is what `strays` and `idleness` left."""
        return self._models.sweep(record.model, now)

    def _try(self, what: str, sweep: Callable[[], str]) -> str | None:
        """What a sweep answers, or None if it failed: one that fails must not keep the others from being swept."""
        try:
            return sweep()
        except Exception as error:
            log.error("not swept", what=what, error_type=type(error).__name__, error=str(error))
            return None

    def _measure(self, records: Iterable[ModelRecord]) -> None:
        """How many troubles of each kind there were when the sweep began; the alarms take silence for none."""
        kinds = Counter(key.partition(":")[0] for record in records for key in record.notified)
        owner = {"Project": self._settings.project, "Environment": self._settings.environment}
        for kind, count in sorted(kinds.items()):
            log.metric("Troubles", count, **owner, Kind=kind)
