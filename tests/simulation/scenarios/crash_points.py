"""Every call of every operation, struck in every way: the end must be that of the run in which nothing was."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from tests.simulation.aws.things import Endpoint, Model, Thing
from tests.simulation.aws.variants import Variants
from tests.simulation.cloudformation import StackVariants
from tests.simulation.fault import Call, Fault
from tests.simulation.faults import FaultAt
from tests.simulation.oracle import Violation
from tests.simulation.promoting import held
from tests.simulation.scenarios.life import TRIES, Life
from tests.simulation.scenarios.operations import OPERATIONS, Operation
from tests.simulation.scenarios.running import Part, Played
from tests.simulation.wanted import Wanted

#: The request is refused before its effect; its reply is lost; its sender dies before, dies after; it arrives when its
#: sender is dead.
KINDS = ("refused", "reply lost", "crash before", "crash after", "late after crash")
#: A call that only reads leaves the same behind whenever its sender dies, so these are struck once, as "crash after".
SAME_FOR_A_READ = frozenset({"crash before", "late after crash"})
_READS = ("get_", "list_", "describe_", "head_", "scan")
#: The end of a name of ours, in a sentence.
_ATTEMPT = re.compile(r"(?<=[0-9a-f]{10})-\d+\b")
JOB_SECONDS = 3 * 3600.0
#: Two worlds: what a call changes shows at once, or it shows late and not everywhere at the same time.
WORLDS = {"": Variants(), " while reads lag": Variants(lag_seconds=20.0, fickle=True)}


@dataclass(frozen=True)
class Run:
    """One run of an operation.

    Attributes:
        calls: the numbers of the operation's first call and of the first one after it.
        asked: what these calls were, `<service>.<method>` each.
        end: what there was in the end.
        struck: what the struck call was; "" for none.
    """

    calls: range
    asked: tuple[str, ...]
    end: frozenset[str]
    violations: tuple[Violation, ...]
    struck: str = ""
    trace: tuple[tuple[float, str, str], ...] = ()


class Watched:
    """Faults that also note what every call was."""

    def __init__(self, faults: FaultAt) -> None:
        self._faults = faults
        self.asked: list[str] = []

    def strike(self, call: Call) -> Fault | None:
        """The fault of this call, or None."""
        self.asked.append(call.operation)
        return self._faults.strike(call)


@cache
def without_faults(name: str) -> Run:
    """The run that all others must end like; the name is an operation's, with one of `WORLDS` behind it."""
    return run(name, None)


def parts(names: Iterable[str] = tuple(OPERATIONS), kinds: Iterable[str] = KINDS) -> Iterator[Part]:
    """Every crash point: the operation, and which call of it is struck in which way."""
    for name in names:
        for number, asked in enumerate(without_faults(name).asked):
            for kind in kinds:
                if kind not in SAME_FOR_A_READ or not is_read(asked):
                    yield name, f"{number} {kind}"


def is_read(operation: str) -> bool:
    """Whether a call of this operation changes nothing."""
    return operation.partition(".")[2].startswith(_READS)


def play_point(name: str, which: str) -> Played:
    """Strike one point, and compare: `which` is the number of the operation's call and the kind of fault."""
    number, _, kind = which.partition(" ")
    expected = without_faults(name)
    struck = run(name, (expected.calls.start + int(number), kind))
    violations = (*struck.violations, *differences(expected, struck))
    return Played(violations, struck.calls.stop, struck.trace if violations else ())


def run(name: str, point: tuple[int, str] | None) -> Run:
    """Run an operation; with a point, that call of the world is struck."""
    operation, world_name = next(
        (OPERATIONS[name.removesuffix(w)], w) for w in WORLDS if name.removesuffix(w) in OPERATIONS
    )
    variants, stack_variants = vars(WORLDS[world_name]), vars(StackVariants())
    life = Life(0, f"crash points of {operation.name}", variants=variants, stack_variants=stack_variants)
    life.wanted, world = Wanted(serving="provisioned", keep_previous="1"), life.environment.world
    faults = FaultAt(dict([point]) if point else {})
    try:
        operation.prepare(life)
        first = world.calls
        watched = Watched(faults)
        life.strike(watched)
        try:
            _act(life, operation)
        except Exception as error:
            life.failures.append(Violation("I8", f"{type(error).__name__}: {error}"))
        struck = " ".join(f"{s.call.process} {s.call.operation}" for s in faults.struck)
        if point and not struck:
            life.failures.append(Violation("crash points", "nothing was struck"))
        trace = tuple(world.trace) if point else ()
        asked = tuple(watched.asked)
        return Run(range(first, world.calls), asked, frozenset(_end(life)), tuple(life.failures), struck, trace)
    finally:
        life.environment.close()


def _act(life: Life, operation: Operation) -> None:
    """Do it until it is done, as people do, wait for rest, and judge."""
    for _ in range(TRIES):
        # Shorter than what CloudFormation waits for, however the dice fall after a fault.
        life.environment.account.bedrock.jobs.next_duration = JOB_SECONDS
        operation.act(life)
        if operation.done(life):
            break
    life.environment.run_until_quiet()
    operation.judge(life)


def _end(life: Life) -> Iterator[str]:
    """What there is, without what may differ: attempts, ARNs and times."""
    yield f"stack {'is gone' if life.status == 'DELETE_COMPLETE' else 'stands'}"
    for thing in life.environment.things:
        yield _described(life, thing)
    for arn, value in held(life.environment).items():
        model = life.environment.account.bedrock.find(arn)
        yield f"{model.name if model else arn} is held for {value}"
    found = life.environment.account.bedrock.find(life.pointer) if life.pointer else None
    yield f"pointer to {_described(life, found) if found else life.pointer or 'nothing'}"
    for record in life.environment.records:
        problem = _ATTEMPT.sub("", record.problem) or "no problem"
        yield f"{record.model}: {'settled' if record.settled else record.doing}, {problem}"


def _described(life: Life, thing: Thing) -> str:
    name, _, attempt = thing.name.rpartition("-")
    tags = {key: value for key, value in thing.tags.items() if not key.startswith("finetuning:")}
    serves = ""
    if isinstance(thing, Endpoint):
        model = life.environment.account.bedrock.find(thing.model_arn)
        serves = f" with {model.name.rpartition('-')[0] if isinstance(model, Model) else thing.model_arn}"
    return f"{type(thing).__name__} {name} {thing.status}{serves} {sorted(tags.items())}" if attempt else thing.name


def differences(expected: Run, received: Run) -> Iterator[Violation]:
    missing, more = sorted(expected.end - received.end), sorted(received.end - expected.end)
    if missing or more:
        text = f"[{received.struck}] missing {missing}, unexpected {more}"
        yield Violation("final state", text)
