"""What the driver says of a candidate that is given up or rejected, and to whom an old decision does nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import Action, Decision, ModelRecord, Observed, TrainingGeneration
from finetuning.lifecycle.evaluating import asked_again, begun
from lambdas.driver.judging_actions import JudgingActions
from lambdas.registry import Registry
from tests.fakes.clock import EPOCH, FakeClock
from tests.fakes.judging import FakeEvaluations, FakeEvidence
from tests.fakes.table import FakeTable
from tests.unit.lifecycle.candidates import ID, candidate, curved, evaluation, opened, verdict

MODEL = "faq"
Act = Callable[[ModelRecord, Observed, Decision], None]
ACTIONS = ["judge_training", "open_evaluation", "evaluate", "give_up_evaluation", "reject_model"]


class Judging:
    """The actions around one candidate, whose record is this one."""

    def __init__(self, record: ModelRecord | None = None) -> None:
        self.clock, self.evidence, self.evaluations = FakeClock(), FakeEvidence(), FakeEvaluations()
        self.registry = Registry("finetuning", "dev", FakeTable())
        self.actions = JudgingActions(
            registry=self.registry, evidence=self.evidence, evaluations=self.evaluations, clock=self.clock.epoch
        )
        given = record or opened(candidate(evaluation()))
        self.registry.update(MODEL, lambda r: replace(given, version=r.version))

    @property
    def record(self) -> ModelRecord:
        """As it stands."""
        return self.registry.read(MODEL)

    @property
    def generation(self) -> TrainingGeneration:
        """The candidate."""
        [found] = self.record.training.generations
        return found

    def act(self, name: str, generation: str = ID, **seen: Any) -> None:
        """As the driver does."""
        action: Act = getattr(self.actions, name)
        action(self.record, Observed(**seen), Decision(Action.SETTLED, generation))

    def evaluation_endpoint(self, **changes: Any) -> None:
        """Let the endpoint at which it is asked be like this."""
        [found] = [e for e in self.record.endpoint.generations if e.purpose == "evaluation"]
        self.registry.update(MODEL, lambda r: r.with_endpoint(replace(found, **changes)))


@pytest.mark.parametrize("action", ACTIONS)
def test_generation_that_is_not_there_any_more_is_let_be(action: str) -> None:
    """It was forgotten since the look."""
    judging = Judging()
    before = judging.record
    judging.act(action, "bbbbbbbbbb-1", alarms=("errors",))
    assert (judging.record, judging.evaluations.started) == (before, {})


@pytest.mark.parametrize("action", ACTIONS[:-1])
def test_nothing_is_judged_that_nobody_wants_judged_any_more(action: str) -> None:
    """The configuration has no gate by now."""
    judging = Judging(candidate(None))
    before = judging.record
    judging.act(action)
    assert (judging.record, judging.evaluations.started) == (before, {})


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ({"failure": "no capacity"}, "the candidate could not be asked: no capacity"),
        ({"failure": "no capacity", "gone": True, "status": ""}, "the candidate could not be asked: no capacity"),
        (
            {"status": "", "name": "finetuning-dev-faq-1"},
            "the candidate could not be asked: endpoint finetuning-dev-faq-1 was deleted outside this stack",
        ),
        (
            {"status": "InService"},
            "the evaluation did not end within 6 h; look at the executions of the evaluation state machine, then put "
            "the model to the test again with 'python -m ops resume'",
        ),
        (
            {"status": "", "arn": ""},
            "the evaluation did not end within 6 h; look at the executions of the evaluation state machine, then put "
            "the model to the test again with 'python -m ops resume'",
        ),
    ],
    ids=["it failed", "and is gone", "somebody deleted it", "the time is over", "over before it was bought"],
)
def test_candidate_that_is_given_up_says_why(endpoint: dict[str, Any], reason: str) -> None:
    """And what to do, where there is anything."""
    judging = Judging()
    judging.evaluation_endpoint(**endpoint)
    judging.act("give_up_evaluation")
    found = judging.generation.verdict
    assert found is not None
    assert (found.passed, found.mode, found.reasons, found.at) == (False, "enabled", (reason,), EPOCH)


def test_candidate_that_is_asked_where_it_serves_has_its_time_too() -> None:
    """There is no endpoint of its own to blame."""
    judging = Judging(curved(candidate(evaluation(own_endpoint=False), "provisioned")))
    judging.act("give_up_evaluation")
    found = judging.generation.verdict
    assert found is not None
    assert found.said.startswith("the evaluation did not end within 6 h")


def test_attempt_that_was_begun_anew_is_started_noted_and_given_up_as_itself() -> None:
    """The name of the execution before is spent, and its word is not awaited."""
    judging = Judging(asked_again(begun(opened(candidate(evaluation())), ID, "e1", EPOCH), ID))
    judging.clock.sleep(60)
    judging.act("evaluate")
    [(name, event)] = judging.evaluations.started.items()
    assert event == {"model": MODEL, "generation": ID, "evaluation": "e1", "attempt": "2"}
    assert name.endswith("-2")
    assert (judging.generation.evaluating, judging.generation.evaluating_since) == ("e1", EPOCH + 60)
    judging.act("give_up_evaluation")
    assert judging.generation.verdict is not None
    assert judging.generation.verdict.attempt == 2


def test_evaluation_that_was_not_started_is_not_noted_as_begun() -> None:
    """It would be waited for for hours."""
    judging = Judging()

    def refused(execution: str, event: object) -> None:
        raise ConnectionError

    judging.evaluations.start = refused  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        judging.act("evaluate")
    assert judging.generation.evaluating == ""


def test_rejection_says_what_the_gate_said() -> None:
    """Also while an alarm goes off: that is not the candidate's doing."""
    judging = Judging(curved(candidate(evaluation()), "it over-fits"))
    judging.act("reject_model", alarms=("errors",))
    assert judging.generation.rejected == "quality gate: it over-fits"


def test_rejection_by_a_gate_that_was_changed_meanwhile_is_none() -> None:
    """Nobody would take it back: what is deployed now has not judged the model yet."""
    judging = Judging(curved(candidate(evaluation()), "it over-fits"))
    before = judging.record
    other = replace(judging.generation, evaluation=evaluation(id_="e2"))
    judging.registry.update(MODEL, lambda r: r.with_training(other))
    judging.actions.reject_model(before, Observed(), Decision(Action.REJECT_MODEL, ID))
    assert judging.generation.rejected == ""


def test_rejection_names_each_alarm() -> None:
    """Whoever reads it has to find them."""
    [generation] = opened(candidate(evaluation())).training.generations
    served = replace(generation, verdict=verdict(), served=True)
    judging = Judging(candidate(evaluation()).with_training(served))
    judging.act("reject_model", alarms=("errors", "latency"))
    assert judging.generation.rejected == "alarm errors, latency went off after it went into service"
    judging.act("reject_model", alarms=("another",))
    assert "errors, latency" in judging.generation.rejected, "the first reason stays"
