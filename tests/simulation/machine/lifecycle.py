"""One environment in which anything may happen at any time; in the end it rests, and all invariants hold."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.simulation.aws.bus import a_job_event
from tests.simulation.aws.things import Job
from tests.simulation.environment import Environment
from tests.simulation.faults import FaultAt
from tests.simulation.lambda_service import DeliveryRates
from tests.simulation.machine import choices
from tests.simulation.oracle import Violation, check, one_answer
from tests.simulation.ownership import at_most_once, commitments
from tests.simulation.plans import Step
from tests.simulation.running import Life
from tests.simulation.view import View
from tests.simulation.wanted import MODEL, Wanted

_SWEEP = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
#: Nobody does two things at the same instant: what came first must show in the times.
APART_SECONDS = 0.01
#: Longer than any call of a command may take to arrive.
COMMAND_SECONDS = 120.0


class ViolatedError(AssertionError):
    """An invariant does not hold."""


class Lifecycle(RuleBasedStateMachine):
    """The rules; Hypothesis chooses which, when and how.

    Attributes:
        last: how many rules the life that ended last has followed: the smallest failing one, after shrinking.
        lives: how many there were.
        followed: how many rules were followed in all of them.
    """

    last = lives = followed = 0

    @initialize(world=choices.worlds())
    def begin(self, world: choices.Choice) -> None:
        """An empty account in one of the possible worlds."""
        self._strikes: dict[int, str] = {}
        self.environment = Environment(
            world.seed,
            variants=world.variants,
            stack_variants=world.stack_variants,
            faults=FaultAt(self._strikes),
        )
        self._life, self._followed, self._failed = Life(self.environment), 0, False
        self._wanted: Wanted | None = None

    @rule(wanted=choices.configurations())
    def deploy(self, wanted: Wanted) -> None:
        """A user deploys; an operation under way is waited for."""
        self._do(Step("deploy", 0, wanted=wanted))
        self._wanted = replace(wanted, other="", other_fails=False)

    @precondition(lambda self: self._wanted is not None)
    @rule()
    def deploy_the_same(self) -> None:
        """A user deploys what is wanted already, or what failed for another reason."""
        self._do(Step("deploy", 0, wanted=self._wanted))

    @precondition(lambda self: self._wanted is not None)
    @rule(what=st.sampled_from(["cancel", "destroy"]))
    def stop(self, what: str) -> None:
        """A user cancels the update under way, or deletes the stack."""
        self._do(Step(what, 0))

    @rule(seconds=choices.pauses())
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self._follow(lambda: self.environment.run(seconds))

    @precondition(lambda self: bool(self._jobs))
    @rule(failure=st.sampled_from([None, "no more luck"]))
    def end_job(self, failure: str | None) -> None:
        """The oldest job ends, well or badly."""
        job, jobs = self._jobs[0], self.environment.account.bedrock.site.jobs
        jobs.change(job.arn, will_fail=failure)
        self._follow(lambda: self.environment.run(max(0.0, job.ends_at - self.environment.world.now) + 1.0))

    @rule(drop=st.sampled_from([0.0, 1.0]), duplicate=st.sampled_from([0.0, 1.0]), late=st.sampled_from([0.0, 1.0]))
    def spoil_events(self, drop: float, duplicate: float, late: float) -> None:
        """From now on, events of jobs are lost, doubled or late."""
        rates = self.environment.account.bus.rates
        rates.drop, rates.duplicate, rates.late = drop, duplicate, late
        self._follow(lambda: None)

    @precondition(lambda self: bool(self._jobs))
    @rule(status=st.sampled_from(["Completed", "Failed", "Stopped"]))
    def tell_a_lie(self, status: str) -> None:
        """An event says of a running job that it ended: it is a hint, no more."""
        job = self._jobs[0]
        event = a_job_event(job.name, job.arn, status)
        self._follow(lambda: self.environment.account.bus.target(event))

    @rule(rates=choices.deliveries())
    def spoil_deliveries(self, rates: DeliveryRates) -> None:
        """From now on, functions are called twice, late, killed, or not at all."""
        self.environment.lambdas.rates = rates
        self._follow(lambda: None)

    @rule(ahead=st.integers(0, 30), kind=choices.fault_kinds())
    def strike(self, ahead: int, kind: str) -> None:
        """One of the next calls is struck, or kills the function that makes it."""
        self._strikes[self.environment.world.calls + ahead] = kind
        self._follow(lambda: None)

    @precondition(lambda self: self._wanted is not None)
    @rule(what=st.sampled_from(choices.STEP_KINDS))
    def suffer(self, what: str) -> None:
        """A person, a stranger or the service changes something."""
        self._do(Step(what, 0))

    @rule(what=st.sampled_from(choices.OPERATIONS))
    def operate(self, what: str) -> None:
        """An operator runs a command, and waits for its end: what it consents to is what it has seen."""
        self._do(Step(what, 0))
        self.environment.run(COMMAND_SECONDS)

    @rule()
    def sweep(self) -> None:
        """The sweep runs, out of its turn."""
        self._follow(lambda: self.environment.lambdas.invoke("sweep", _SWEEP))

    @invariant()
    def nothing_is_wrong_already(self) -> None:
        """What must hold at any time: answers agree, nothing is bought twice or without approval (I3, I4, I5)."""
        view = View(self.environment, MODEL)
        self._require([*one_answer(self.environment), *at_most_once(view), *commitments(view)])

    def teardown(self) -> None:
        """Wait for rest; then everything must hold (I1 to I8)."""
        if not hasattr(self, "environment"):
            return
        cls = type(self)
        cls.last, cls.lives, cls.followed = self._followed, cls.lives + 1, cls.followed + self._followed
        try:
            if not self._failed:
                self._life.finish()
                self._require(check(self.environment))
        finally:
            self.environment.close()

    @property
    def _jobs(self) -> list[Job]:
        return [thing for thing in self.environment.things if isinstance(thing, Job)]

    def _do(self, step: Step) -> None:
        self._follow(lambda: self._life.do(step))

    def _follow(self, act: Callable[[], Any]) -> None:
        self._followed += 1
        try:
            act()
            self.environment.run(APART_SECONDS)
        except Exception:
            self._failed = True
            raise

    def _require(self, violations: list[Violation]) -> None:
        if violations:
            self._failed = True
            raise ViolatedError("; ".join(sorted({violation.invariant for violation in violations})))
