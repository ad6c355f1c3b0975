"""Holds on models of other environments, whose tags take a while to show: none is left behind, none is taken away."""

from dataclasses import replace

from finetuning.lifecycle import Action, Decision, ModelRecord, Observed
from finetuning.lifecycle.training import release_training, want_training
from lambdas.driver.holding_actions import HoldingActions
from lambdas.registry import Registry
from tests.fakes.clock import FakeClock
from tests.fakes.judging import FakeHolds
from tests.fakes.table import FakeTable
from tests.unit.lifecycle.candidates import PROMOTED
from tests.unit.lifecycle.records import A, B, claim, training

MODEL, FIRST, SECOND = "faq", "aaaaaaaaaa-1", "bbbbbbbbbb-1"
HELD = {"model-p": {"staging": "finetuning/faq"}}


class Holding:
    """The actions around a model that was promoted."""

    def __init__(self) -> None:
        self.clock, self.holds = FakeClock(), FakeHolds()
        self.registry = Registry("finetuning", "staging", FakeTable())
        self.actions = HoldingActions(registry=self.registry, holds=self.holds, clock=self.clock.epoch)
        self.want(A, 1)

    @property
    def record(self) -> ModelRecord:
        """As it stands."""
        return self.registry.read(MODEL)

    def want(self, fingerprint: str, number: int) -> None:
        """Promote the model."""
        wanted = training(fingerprint, promoted=PROMOTED)
        self.registry.update(MODEL, lambda r: want_training(r, claim(number, number - 1), wanted))

    def give_up(self) -> None:
        """Take the stack away."""
        self.registry.update(MODEL, lambda r: release_training(r, claim(1)))

    def hold(self, generation: str = FIRST) -> None:
        """As the driver does."""
        self.actions.hold_model(self.record, Observed(), Decision(Action.HOLD_MODEL, generation))

    def release(self, generation: str = FIRST) -> Decision | None:
        """As the driver does."""
        return self.actions.release_model(self.record, Observed(), Decision(Action.RELEASE_MODEL, generation))


def is_gone(holding: Holding, generation: str = FIRST) -> bool:
    """Whether nobody sees to the generation any more."""
    found = holding.record.training.find(generation)
    assert found is not None
    return found.gone


def test_hold_that_does_not_show_yet_is_looked_for_until_it_must() -> None:
    """The stack was rolled back a second after the tag was put on: forgotten, it would keep the model for ever."""
    holding = Holding()
    holding.hold()
    holding.give_up()
    shown_late, holding.holds.held = holding.holds.held, {}
    waits = holding.release()
    assert waits is not None
    assert (waits.action, waits.generation_id) == (Action.AWAIT_CHANGE, FIRST)
    assert not is_gone(holding)
    holding.holds.held = shown_late
    assert holding.release() is None
    assert holding.holds.held["model-p"] == {}
    assert is_gone(holding)


def test_hold_that_never_was_is_not_waited_for_for_ever() -> None:
    """Its tag would have been seen by now."""
    holding = Holding()
    holding.hold()
    holding.give_up()
    holding.holds.held = {}
    holding.clock.sleep(3600)
    assert holding.release() is None
    assert is_gone(holding)


def test_model_that_is_not_wanted_any_more_is_not_held() -> None:
    """A driver that was slow must not tag it after another has let go of it."""
    holding = Holding()
    holding.want(B, 2)
    holding.hold(FIRST)
    assert holding.holds.held == {}


def test_model_that_is_still_needed_by_a_later_promotion_keeps_its_hold() -> None:
    """Both generations stand for one model."""
    holding = Holding()
    holding.hold()
    holding.want(B, 2)
    holding.registry.update(MODEL, lambda r: r.with_training(replace(r.training.generations[0], released=True)))
    assert holding.release() is None
    assert holding.holds.held == HELD
    assert is_gone(holding)


def test_model_that_is_wanted_keeps_its_hold() -> None:
    """The decision is old: somebody has promoted it again."""
    holding = Holding()
    holding.hold()
    assert holding.release() is None
    assert holding.holds.held == HELD
    assert not is_gone(holding)
