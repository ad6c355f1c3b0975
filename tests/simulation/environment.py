"""One environment on a simulated AWS: the real handler and driver code, its stacks, its schedule and its operators."""

import contextlib
from collections.abc import Callable, Iterator

from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.candidate import evaluating_since
from finetuning.lifecycle.judging import JudgementRefusedError
from finetuning.lifecycle.learning import learn
from finetuning.names import ENVIRONMENT_TAG, PROJECT_TAG
from tests.simulation.aws.account import Account
from tests.simulation.aws.bus import Event
from tests.simulation.aws.things import Endpoint, Job, Model, Thing
from tests.simulation.aws.variants import Variants
from tests.simulation.cloudformation import CloudFormation, StackVariants
from tests.simulation.faults import chance
from tests.simulation.functions import Functions
from tests.simulation.kernel import Faults, World
from tests.simulation.lambda_service import DeliveryRates, LambdaService
from tests.simulation.template import Template
from tests.simulation.wanted import ENVIRONMENT, EVALUATION_HOURS, MODEL, PROJECT
from tests.simulation.witness import Act, Judged, Output, Pointed

SWEEP_SECONDS, SWEEP_TIMEOUT_SECONDS = 900.0, 300.0
DAY = 86_400.0
UNCHANGED_SWEEPS = 6
#: With a sweep more, by which the driver has given it up.
EVALUATION_SECONDS = EVALUATION_HOURS * 3600 + SWEEP_SECONDS
#: After a change by hand, until the daily look has been and what it began is done.
LOOK_SECONDS = DAY + 2 * SWEEP_SECONDS
STACK = f"{PROJECT}-{ENVIRONMENT}-Model-{MODEL}"


Change = Callable[[ModelRecord, Observed], ModelRecord]


class Environment:
    """A world with everything in it.

    Attributes:
        world: clock and processes.
        account: the simulated AWS.
        cloudformation: its stacks.
        lambdas: its functions.
        functions: the real code.
        output: everything that was logged.
        acts: what people did.
        pointed: every value that a pointer was given.
        judged: what operators decided, and was taken.
        sweeps: how many sweeps were run.
    """

    def __init__(
        self,
        seed: object,
        *,
        variants: Variants | None = None,
        stack_variants: StackVariants | None = None,
        faults: Faults | None = None,
        delivery: DeliveryRates | None = None,
    ) -> None:
        """Make an empty account; without variants and faults nothing goes wrong."""
        self.world = World(seed, faults=faults)  # type: ignore[arg-type]  # anything that seeds
        self.account = Account(self.world, variants=variants or Variants())
        self.lambdas = LambdaService(self.world, chance(f"{seed} delivery"), delivery or DeliveryRates())
        self.cloudformation = CloudFormation(self.world, self.lambdas.invoke, stack_variants or StackVariants())
        self.functions = functions = Functions(self.world, self.account, self.cloudformation)
        self.output, self.sweeps = Output(), 0
        self.acts, self.pointed, self.judged = list[Act](), list[Pointed](), list[Judged]()
        self.sweeping, self._sweep_number = True, 0
        add = self.lambdas.add
        add("customization_job", functions.custom(functions.job), timeout=120, maximum_event_age=240)
        add("model_endpoint", functions.custom(functions.endpoint), timeout=120, maximum_event_age=240)
        add("promoted_model", functions.custom(functions.promoted), timeout=120, maximum_event_age=240)
        add("training_dataset", functions.custom(functions.dataset), timeout=900, maximum_event_age=240)
        add("guard", functions.custom(functions.guard), timeout=650, maximum_event_age=240)
        add("job_event", functions.run_job_event, timeout=60, maximum_event_age=240)
        add("sweep", lambda event: functions.sweep.run(), timeout=SWEEP_TIMEOUT_SECONDS, maximum_event_age=240)
        # As long as its steps may take, and as often as its state machine tries them.
        add("evaluation", functions.run_evaluation, timeout=900, maximum_event_age=3600)
        self.account.evaluations.judge = lambda event: self.lambdas.invoke("evaluation", event)
        self.lambdas.dead_letters = functions.run_undelivered
        self.account.bus.target = self._tell
        self.account.parameters.written = self._note_pointer
        self.account.states.invoke = functions.run_step
        self._schedule_sweep()

    @property
    def busy(self) -> bool:
        """Whether a stack operation or an asynchronous invocation is under way."""
        return self.cloudformation.busy or self.lambdas.under_way > 0

    @property
    def records(self) -> list[ModelRecord]:
        """What the registry knows, by model."""
        return list(self.functions.registry.all())

    def deploy(self, template: Template, *, stack: str = STACK) -> None:
        """Begin to create or update a stack; raises StackBusyError."""
        self.cloudformation.deploy(stack, template)
        self.stir()

    def cancel(self, *, stack: str = STACK) -> None:
        """Cancel its update; raises StackBusyError."""
        found = self.cloudformation.named(stack)
        if found is not None:
            found.cancel()
            self.stir()

    def destroy(self, *, stack: str = STACK) -> None:
        """Begin to delete it; raises StackBusyError."""
        self.cloudformation.destroy(stack)
        self.stir()

    def operate(self, what: str, change: Change, *, model: str = MODEL) -> None:
        """Let an operator change a record, as `ops` does: look, write, then start the driver."""
        self.acts.append(Act(self.world.now, what, model))
        functions = self.functions

        def run() -> None:
            seen = functions.looking.look(functions.registry.read(model))
            try:
                record = functions.registry.update(model, lambda record: change(learn(record, seen), seen))
            except JudgementRefusedError as error:
                self.world.note(f"refused: {error}")
                return
            current = record.training.current
            self.judged.append(Judged(self.world.now, what, model, current.model_arn if current else ""))
            functions.driver_gateway.start(model, record.in_charge)

        self.world.spawn(f"operator {what}", run)
        self.stir()

    def _note_pointer(self, name: str, arn: str) -> None:
        if arn:
            found = self.account.bedrock.find(arn)
            model_arn = found.model_arn if isinstance(found, Endpoint) else ""
            model = self.account.bedrock.find(model_arn)
            flaw, is_bad = (model.flaw, model.is_bad) if isinstance(model, Model) else ("", False)
            status = found.status if found else ""
            self.pointed.append(Pointed(self.world.now, name, arn, status, model_arn, flaw, is_bad))

    def _tell(self, event: Event) -> None:
        """The rule's pattern (stacks/constructs/job_state_rule.py), and its target."""
        detail = event["detail"]
        ours = str(detail["jobName"]).startswith(f"{PROJECT}-{ENVIRONMENT}-")
        if ours and detail["jobStatus"] in {"Completed", "Failed", "Stopped"}:
            self.lambdas.invoke("job_event", event)

    def by_hand(self, what: str, model: str, act: Callable[[], object]) -> None:
        """Let a person change something in the console; the daily look comes by within a day."""
        self.acts.append(Act(self.world.now, what, model))
        act()
        self.stir()
        self.world.after(DAY + 1.0, lambda: None)

    def stir(self) -> None:
        """Let the next sweep come by soon: something begins of which the queue knew nothing."""
        self._schedule_sweep()

    def calm(self) -> None:
        """From now on nothing goes wrong any more, but for lost events: what was broken must mend by itself."""
        self.world.faults, self.lambdas.rates = None, DeliveryRates()

    def run(self, seconds: float) -> None:
        """Let time pass."""
        with self.listening():
            self.world.run(until=self.world.now + seconds)

    def run_while_busy(self, *, most: float = DAY) -> None:
        """Let time pass until no operation and no invocation is under way."""
        with self.listening():
            until = self.world.now + most
            while self.busy and self.world.now < until:
                self.world.run(until=min(until, self._next_at() + 0.001))

    def run_until_quiet(self, *, most: float = 40 * DAY) -> None:
        """Let time pass until everything is at rest and a sweep has changed nothing.

        What waits for a person may poll for ever: after some more sweeps without any change this counts as quiet too.
        """
        until, unchanged = self.world.now + most, 0
        with self.listening():
            while self.world.now < until:
                before, sweeps = self._evidence(), self.sweeps
                while self.sweeps == sweeps:
                    self.world.run(until=self._next_at() + 0.001)
                self.world.run(until=self.world.now + SWEEP_TIMEOUT_SECONDS)
                comes = self._evidence() != before or any(map(_is_changing, self.things))
                comes = comes or self._is_to_be_looked_at or self._is_evaluating
                unchanged = 0 if comes else unchanged + 1
                if unchanged >= (1 if self.at_rest else UNCHANGED_SWEEPS):
                    return

    @property
    def _is_to_be_looked_at(self) -> bool:
        """Whether a person has changed something since the daily look."""
        return any("by hand" in act.what and self.world.now < act.at + LOOK_SECONDS for act in self.acts)

    @property
    def _is_evaluating(self) -> bool:
        """Whether an evaluation has begun whose time is not over: it may hang, and is given up then."""
        begun = (evaluating_since(g) for r in self.records if not r.settled and (g := r.training.current) is not None)
        return any(since and self.account.clock() < since + EVALUATION_SECONDS for since in begun)

    @property
    def at_rest(self) -> bool:
        """Whether nothing of ours is going on that will change something by itself."""
        return not self.busy and not self.running and not any(map(_is_changing, self.things))

    @property
    def running(self) -> list[str]:
        """Names of the driver's executions that run."""
        return [execution.name for execution in self.account.states.running]

    @property
    def things(self) -> list[Thing]:
        """What is alive of ours, as the owner tags say."""
        owner = (PROJECT, ENVIRONMENT)
        alive = (thing for _, thing in self.account.bedrock.alive())
        return [t for t in alive if (t.tags.get(PROJECT_TAG), t.tags.get(ENVIRONMENT_TAG)) == owner]

    def close(self) -> None:
        """Drop the world."""
        self.world.close()

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Keep what is printed."""
        with contextlib.redirect_stdout(self.output):
            yield

    def _evidence(self) -> tuple[object, ...]:
        """What is different when something has happened."""
        ledger = self.account.bedrock.ledger
        stacks = tuple((stack.stack_id, stack.status) for stack in self.cloudformation.stacks.values())
        things = tuple((thing.arn, thing.status) for thing in self.things)
        return len(ledger.purchases), len(ledger.changes), things, stacks, self.busy

    def _next_at(self) -> float:
        """Time of the next happening."""
        return self.world.next_at if self.world.next_at is not None else self.world.now + DAY

    def _schedule_sweep(self, soonest: float | None = None) -> None:
        """At the next multiple of the period at which something may have changed: a sweep that sees what the one
        before it saw does what that did, so sweeps in between would change nothing but the time that a run takes.

        Args:
            soonest: when something happened that the sweep before may not have seen.
        """
        now = self.world.now
        at_once = now if self.lambdas.under_way else min(self._next_at(), now + DAY)
        at = (int(min(at_once, soonest or at_once) / SWEEP_SECONDS) + 1) * SWEEP_SECONDS
        self._sweep_number = number = self._sweep_number + 1
        self.world.after(max(at - now, 0.0), lambda: self._sweep(number))

    def _sweep(self, number: int) -> None:
        """Sweep, unless it was put off or brought forward since."""
        if number != self._sweep_number:
            return
        following = self._next_at()
        if self.sweeping:
            self.sweeps += 1
            self.lambdas.invoke("sweep", {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}})
        # By then it has ended, and what it started is in the queue.
        self.world.after(SWEEP_TIMEOUT_SECONDS + 1.0, lambda: self._after_sweep(number, following))

    def _after_sweep(self, number: int, following: float) -> None:
        if number == self._sweep_number:
            self._schedule_sweep(following)


def _is_changing(thing: Thing) -> bool:
    return isinstance(thing, Job) or (isinstance(thing, Endpoint) and thing.is_busy) or thing.status == "Creating"
