"""Lives a plan: does its steps in an environment, then waits until everything is at rest."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from finetuning.lifecycle.retrying import resume, retry, stop_billing
from tests.simulation.cloudformation import Stack, StackBusyError
from tests.simulation.environment import DAY, Change, Environment
from tests.simulation.faults import FaultAt, RandomFaults, chance
from tests.simulation.judgements import approving, rolling_back
from tests.simulation.mishaps import Mishaps
from tests.simulation.oracle import Violation, check
from tests.simulation.plans import Plan, Step
from tests.simulation.wanted import ENVIRONMENT, PROJECT, Wanted

#: How often a user tries again what failed by a fault before it is a failure of ours.
TRIES = 4
CONTROL = f"{PROJECT}-{ENVIRONMENT}-Control"
_MARKS = ("intended", "released", "condemned", "gone")
#: Faults go on for so long after the last step, so that also the end of a life is struck; then the world is calm.
LAST_FAULTS_SECONDS = 2 * 3600.0
_OPERATIONS: Mapping[str, Callable[[], Change]] = {
    "retry": lambda: retry,
    "resume": lambda: resume,
    "stop billing": lambda: lambda record, seen: stop_billing(record),
    "approve": approving,
    "roll back": rolling_back,
}


@dataclass(frozen=True)
class Result:
    """What came of a plan.

    Attributes:
        left: what was there in the end: stacks, things, and what the registry says.
        struck: number and kind of the calls that were struck, for an exact replay.
        days: virtual time.
    """

    plan: Plan
    violations: tuple[Violation, ...]
    trace: tuple[tuple[float, str, str], ...]
    left: tuple[str, ...]
    struck: tuple[tuple[int, str], ...]
    calls: int
    days: float


def run(plan: Plan, *, traced: bool = True) -> Result:
    """Live a plan and judge what is left."""
    drawn = RandomFaults(chance(f"{plan.seed} faults"), plan.faults)
    faults = drawn if plan.struck is None else FaultAt(plan.struck)
    environment = Environment(
        plan.seed,
        variants=plan.variants,
        stack_variants=plan.stack_variants,
        faults=faults,
        delivery=plan.delivery,
    )
    try:
        violations = _live(plan, environment)
        trace = tuple(environment.world.trace) if traced and violations else ()
        left = tuple(_left(environment)) if traced and violations else ()
        struck = tuple((struck.call.number, struck.kind) for struck in faults.struck)
        return Result(plan, violations, trace, left, struck, environment.world.calls, environment.world.now / DAY)
    finally:
        environment.close()


def _live(plan: Plan, environment: Environment) -> tuple[Violation, ...]:
    for name, rate in plan.bus.items():
        setattr(environment.account.bus.rates, name, rate)
    odds = environment.account.bedrock.odds
    odds.job_fails, odds.endpoint_fails = plan.odds.get("job", 0.0), plan.odds.get("endpoint", 0.0)
    odds.update_fails, odds.model_is_mute = plan.odds.get("update", 0.0), plan.odds.get("mute", 0.0)
    odds.model_is_bad, environment.account.evaluations.hang = plan.odds.get("bad", 0.0), plan.odds.get("hang", 0.0)
    life = Life(environment)
    try:
        for step in plan.steps:
            life.do(step)
            environment.run(step.pause)
        life.finish()
        if plan.control:
            life.remove_control()
    except Exception as error:
        return (Violation("I8", f"{type(error).__name__}: {error}"),)
    return tuple(check(environment))


class Life:
    """Does steps as a patient user would: waits while a stack is busy, mends one that is stuck."""

    def __init__(self, environment: Environment) -> None:
        self._environment, self._mishaps = environment, Mishaps(environment)

    def do(self, step: Step) -> None:
        """Do one step; what is not possible at the time is left out."""
        environment = self._environment
        environment.world.note(f"USER {step.what} {step.model} {step.wanted or ''}")
        if step.what == "deploy":
            assert step.wanted is not None
            self._deploy(step.wanted)
        elif step.what == "cancel":
            self._perhaps(lambda stack: stack.cancel(), step.model)
        elif step.what == "destroy":
            self._perhaps(lambda stack: stack.delete(), step.model)
        elif step.what in _OPERATIONS:
            if any(record.model == step.model for record in environment.records):
                environment.operate(step.what, _OPERATIONS[step.what](), model=step.model)
        else:
            self._mishaps.happen(step)

    def finish(self) -> None:
        """Bring every stack to an end that AWS does not leave half done, and wait."""
        for name in self._names():
            self._mend(name)
        self._mishaps.end()
        self._environment.run(LAST_FAULTS_SECONDS)
        self._environment.calm()
        for name in self._names():
            self._mend(name)
        self._environment.run_until_quiet()

    def remove_control(self) -> None:
        """Delete the Control stack; its guard waits, and refuses while something that was bought is there."""
        self._environment.deploy({"Guard": {}}, stack=CONTROL)
        self._environment.run_while_busy()
        self._environment.destroy(stack=CONTROL)
        self._environment.run_while_busy()
        self._environment.run_until_quiet()

    def _deploy(self, wanted: Wanted) -> None:
        self._mend(wanted.stack)
        stack = self._environment.cloudformation.named(wanted.stack)
        if stack is not None and stack.status in {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"}:
            self._remove(stack)
        try:
            self._environment.deploy(wanted.template, stack=wanted.stack)
        except StackBusyError as error:
            self._environment.world.note(f"USER cannot deploy: {error}")

    def _mend(self, name: str) -> None:
        """Wait for an operation under way, and continue or repeat one that failed."""
        environment = self._environment
        environment.run_while_busy()
        for _ in range(TRIES):
            stack = environment.cloudformation.named(name)
            if stack is None or stack.status not in {"UPDATE_ROLLBACK_FAILED", "DELETE_FAILED", "ROLLBACK_FAILED"}:
                return
            if stack.status == "UPDATE_ROLLBACK_FAILED":
                stack.continue_rollback()
            else:
                stack.delete()
            environment.run_while_busy()

    def _remove(self, stack: Stack) -> None:
        stack.delete()
        self._environment.run_while_busy()
        self._mend(stack.name)

    def _perhaps(self, act: object, model: str) -> None:
        stack = self._environment.cloudformation.named(f"{PROJECT}-{ENVIRONMENT}-Model-{model}")
        if stack is None:
            return
        try:
            act(stack)  # type: ignore[operator]
        except StackBusyError:
            self._environment.world.note(f"USER cannot: {stack.status}")

    def _names(self) -> list[str]:
        return sorted({stack.name for stack in self._environment.cloudformation.stacks.values()})


def _left(environment: Environment) -> Iterator[str]:
    """What is there, a line each."""
    for stack in environment.cloudformation.stacks.values():
        yield f"stack {stack.stack_id.rpartition('/')[2][:8]} {stack.name} {stack.status}"
    for thing in environment.things:
        yield f"{type(thing).__name__} {thing.name} {thing.status} {thing.arn}"
    for record in environment.records:
        yield f"record {record.model}: settled {record.settled}, {record.doing!r}, problem {record.problem!r}"
        for slot in (record.training, record.endpoint):
            yield f"  removed {slot.removed}, {slot.physical_id}, current {slot.current_id}"
            for generation in slot.generations:
                said = [name for name in _MARKS if getattr(generation, name, False)]
                yield f"  {generation.id} {generation.physical_id} {generation.status!r} {said} {generation.failure}"
