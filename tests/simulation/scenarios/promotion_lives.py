"""Lives of promoted models with mixed faults: what the catalogue tells one by one happens at any time, all at once."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.aws.things import Model
from tests.simulation.faults import RandomFaults, chance
from tests.simulation.lambda_service import DeliveryRates
from tests.simulation.promoting import judged, manifest_of, promotion, rest_problems, served
from tests.simulation.scenarios.life import DAY, HOUR, MINUTE, TRIES, Life
from tests.simulation.scenarios.running import Part, Played
from tests.simulation.template import Template
from tests.simulation.view import Violation
from tests.simulation.wanted import MODEL

NAME, SEEDS = "promotion", 600
ALARM = "endpoint-errors"
#: Shorter than the sweeps that must change nothing until a world counts as quiet.
_WATCH = {"Alarms": [ALARM], "WatchSeconds": str(int(HOUR))}
_STEPS = (
    "good", "good", "again", "watched", "mute", "mute again", "tampered", "fails beside", "destroyed", "cancelled",
)  # fmt: skip
_KINDS = ("refused", "lost", "reply lost", "crash before", "crash after", "late", "late after crash", "slow")
#: Whether what was promoted must serve in the end: not if it does not answer or an alarm went off in its first hours.
_Wanted = tuple[Template, str, bool]


class PromotedLife(Life):
    """One promoted model in one environment."""

    def __init__(self, seed: int) -> None:
        """Draw a world and how it goes wrong."""
        super().__init__(seed, NAME)
        self._seed, self._models, self._is_calm = seed, list[Model](), False
        self._stands: _Wanted | None = None
        self.environment.account.alarms.states[ALARM] = "OK"

    def live(self) -> None:
        """Some promotions under faults, then one in a calm world, which must come to serve."""
        self._is_calm = self.one_of(True, False, False, False)
        if not self._is_calm:
            self._trouble()
        for _ in range(self.one_of(1, 2, 3, 4)):
            self._step()
            self.run(
                self.one_of(0.0, self.between(0, 10 * MINUTE), self.between(0, 3 * HOUR), self.between(0, 2 * DAY))
            )
        self.calm()
        self.environment.account.alarms.states[ALARM] = "OK"
        self.mend()
        self._rest()
        self._promote(self._next())
        self._rest()
        self.failures.extend(self._end())
        self.finished = True

    def _trouble(self) -> None:
        """From now on calls are struck and deliveries go wrong."""
        rates = {kind: self.one_of(0.0, 0.0, 0.01, 0.03) for kind in _KINDS}
        self.strike(RandomFaults(chance(f"{self._seed} {NAME} faults"), rates))
        late, twice, lost, killed = (self.one_of(0.0, 0.0, 0.05, 0.2) for _ in range(4))
        self.environment.lambdas.rates = DeliveryRates(slow=late, twice=twice, lost=lost, killed=killed)

    def _rest(self) -> None:
        """Wait for rest, also of a model that is asked again and again before it counts as one that does not answer."""
        self.until(lambda: self.record.settled, most=DAY)
        self.environment.run_until_quiet()
        self.failures.extend(rest_problems(self.environment))

    def _next(self, flaw: str = "") -> Model:
        self._models.append(judged(self.environment, self.wanted, len(self._models) + 1, flaw=flaw))
        return self._models[-1]

    def _step(self) -> None:
        match self.one_of(*_STEPS):
            case "good":
                self._promote(self._next())
            case "again":
                self._promote(self._models[-1] if self._models else self._next())
            case "watched":
                self._watch()
            case "mute":
                self._promote(self._next(flaw="model error"))
            case "mute again":
                self._promote(mute := self._next(flaw="model error"))
                self.destroy()
                self._promote(mute)
            case "tampered":
                self._deploy(self._template(self._next(), ManifestSha256="0" * 64))
            case "fails beside":
                other = {"Seconds": str(self.one_of(1.0, 5.0, 600.0)), "Fails": True}
                self._deploy({**self._template(self._next()), "Other": other})
            case "destroyed":
                self.destroy()
                self._stands = None
            case "cancelled":
                self._deploy(self._template(self._next()), settle=False)
                self.run(self.between(0, 30))
                self.cancel()

    def _watch(self) -> None:
        """An alarm goes off soon after another model went into service, or says that it knows nothing."""
        before, model = served(self.environment, MODEL), self._next()
        self._promote(model)
        if self._is_calm:
            self.until(lambda: served(self.environment, MODEL) == model.arn, most=DAY)
        self.run(self.between(0, 0.9 * HOUR) if self._is_calm else self.between(0, 2 * HOUR))
        state = self.one_of("ALARM", "INSUFFICIENT_DATA")
        self.environment.account.alarms.states[ALARM] = state
        self.run(HOUR)
        self.environment.account.alarms.states[ALARM] = "OK"
        if self._is_calm and before and served(self.environment, MODEL) == model.arn and state == "ALARM":
            self.expect(False, f"{model.arn} serves although {ALARM} went off, and {before} served before")

    def _promote(self, model: Model) -> None:
        template = self._template(model)
        if self._deploy(template):
            self._stands = (template, model.arn, not model.flaw)

    def _template(self, model: Model, **properties: Any) -> Template:
        template = promotion(self.wanted, manifest_of(model, MODEL), **properties)
        return {**template, "Endpoint": {**template["Endpoint"], **_WATCH}}

    def _deploy(self, template: Template, *, settle: bool = True) -> bool:
        """Deploy, and again what failed by a fault, as a user does."""
        for _ in range(TRIES):
            self.mend()
            if self.status.endswith("_FAILED"):
                continue
            if self.deploy_template(template, settle=settle):
                return True
        return False

    def _end(self) -> Iterator[Violation]:
        """The last promotion met no fault: it serves."""
        if self._stands is None or served(self.environment, MODEL) != self._stands[1]:
            wanted = self._stands and self._stands[1]
            yield Violation("I6", f"{served(self.environment, MODEL)!r} serves in the end, promoted was {wanted!r}")


def parts(seeds: int, *, first_seed: int = 0) -> Iterator[Part]:
    """So many lives."""
    for seed in range(first_seed, first_seed + seeds):
        yield NAME, str(seed)


def play_promotion(name: str, which: str) -> Played:
    """Play one: `which` is the seed."""
    life = PromotedLife(int(which))
    try:
        try:
            life.live()
        except Exception as error:
            life.failures.append(Violation("I8", f"{type(error).__name__}: {error}"))
        return Played.of(life)
    finally:
        life.environment.close()
