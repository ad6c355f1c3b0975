"""Random walks through deployments, rollbacks, removals and faults: nothing leaks, and nothing is bought twice."""

from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finetuning.lifecycle.claims import StaleRequestError
from finetuning.lifecycle.outcome import bought
from tests.unit.lambdas.story import MODEL, Story, wanted

DEPLOYMENTS = st.builds(wanted, epochs=st.sampled_from("234"), units=st.sampled_from("12"))
STEPS = st.one_of(
    st.tuples(st.sampled_from(["deploy", "serve", "serve"]), DEPLOYMENTS),
    st.tuples(st.sampled_from(["roll back by delete", "roll back by update"]), DEPLOYMENTS),
    st.tuples(st.just("end"), st.sampled_from(["Completed", "Completed", "Completed", "Failed", "Stopped"])),
    st.tuples(st.just("deliver again"), st.integers(0, 30)),
    st.tuples(st.sampled_from(["run", "sweep", "destroy", "abort", "lose a reply"]), st.none()),
)
BY_HAND = st.tuples(st.just("delete by hand"), st.none())


class Walk:
    """A story that takes one step after the other, as CloudFormation, Bedrock and Lambda might."""

    def __init__(self) -> None:
        self.story = Story()
        self.story.throughput.quota = 10

    def take(self, name: str, argument: object) -> None:
        """Take one step."""
        getattr(self, f"_{name.replace(' ', '_')}")(*([] if argument is None else [argument]))

    def _deploy(self, properties: dict[str, dict[str, str]]) -> None:
        try:
            self.story.stack.deploy(properties)
        except ConnectionError:
            self._fail()

    def _serve(self, properties: dict[str, dict[str, str]]) -> None:
        self._deploy(properties)
        self._run()
        self._end("Completed")
        self._run()

    def _delete_by_hand(self) -> None:
        """A human deletes an endpoint."""
        if self.story.throughput.alive:
            self.story.throughput.alive.popitem()

    def _fail(self) -> None:
        """The Job's request was answered FAILED, and CloudFormation rolls back."""
        stack, failed = self.story.stack, self.story.stack.sent[-1]
        if failed.kind == "Create":
            stack.delete("Job", failed.allocated_id, failed.properties)
        else:
            stack.roll_back_failed_update("Job")

    def _roll_back_by_delete(self, properties: dict[str, dict[str, str]]) -> None:
        self._update_and(properties, self.story.stack.roll_back_by_delete)

    def _roll_back_by_update(self, properties: dict[str, dict[str, str]]) -> None:
        self._update_and(properties, self.story.stack.roll_back_by_update)

    def _update_and(self, properties: dict[str, dict[str, str]], undo: object) -> None:
        if len(self.story.stack.resources) < 2:
            return
        self.story.jobs.lost_replies = 0
        self.story.stack.update(properties)
        assert callable(undo)
        undo()

    def _end(self, status: str) -> None:
        for name in self.story.jobs.running:
            self.story.jobs.end(name, status)
            self.story.events.handle(name, status)

    def _run(self) -> None:
        self.story.machine.run()

    def _sweep(self) -> None:
        self.story.sweep.run()
        self.story.machine.run()

    def _destroy(self) -> None:
        self.story.stack.destroy()

    def _deliver_again(self, number: int) -> None:
        """Lambda delivers any request again, however late."""
        if number < len(self.story.stack.sent):
            request = self.story.stack.sent[number]
            handler = self.story.stack.handlers[request.logical_id]
            with suppress(StaleRequestError):
                handler.delete(request) if request.kind == "Delete" else handler.apply(request)

    def _abort(self) -> None:
        for name, execution in self.story.machine.executions.items():
            if execution.status == "RUNNING":
                self.story.machine.abort(name)

    def _lose_a_reply(self) -> None:
        self.story.jobs.lost_replies = 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS | BY_HAND, max_size=12))
def test_any_walk_that_ends_in_a_removal_leaves_nothing(steps: list[tuple[str, object]]) -> None:
    """No job runs, no model and no endpoint exists, the registry says so (invariants I1, I3, I6 and I8)."""
    walk = Walk()
    for name, argument in steps:
        walk.take(name, argument)
    story = walk.story
    story.jobs.lost_replies = 0
    story.stack.destroy()
    for number in range(2, 2 + len(story.stack.sent), 3):
        walk.take("deliver again", number)
    for _ in range(3):
        walk.take("run", None)
        walk.take("sweep", None)
    assert story.alive == ([], [], [])
    assert story.pointer.parameters == {}
    assert bought(story.record) == ()
    assert MODEL not in story.table.items or story.record.settled
    assert len(set(story.throughput.bought)) == len(story.throughput.bought)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=12), DEPLOYMENTS)
def test_any_walk_that_ends_in_a_deployment_serves_what_is_wanted(
    steps: list[tuple[str, object]], properties: dict[str, dict[str, str]]
) -> None:
    """Exactly one endpoint, serving the wanted training's model, and no job that nobody wants (invariant I1)."""
    walk = Walk()
    for name, argument in steps:
        walk.take(name, argument)
    story = walk.story
    story.jobs.lost_replies = 0
    story.stack.deploy(properties)
    for _ in range(3):
        walk.take("run", None)
        walk.take("end", "Completed")
        walk.take("sweep", None)
    current = story.record.training.current
    assert current is not None
    assert current.settings["hyperParameters"] == properties["Job"]["Hyperparameters"]
    if story.record.problem:
        assert current.status in {"Failed", "Stopped"}
        return
    [endpoint] = story.throughput.alive.values()
    assert (endpoint.model_arn, str(endpoint.order.endpoint.model_units)) == (
        current.model_arn,
        properties["Endpoint"]["ModelUnits"],
    )
    assert list(story.pointer.parameters.values()) == [endpoint.arn]
    assert (story.jobs.running, story.record.settled) == ([], True)
    assert len(story.jobs.models) <= 2
