"""Who still needs the hold on a model that was promoted more than once, and from when on it is looked for."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import TrainingSlot
from finetuning.lifecycle.learning import SETTLE_SECONDS
from finetuning.lifecycle.training import release_training
from tests.fakes.clock import EPOCH
from tests.unit.lambdas.test_holding import FIRST, HELD, MODEL, SECOND, Holding, is_gone
from tests.unit.lifecycle.records import B, claim


def promoted_twice() -> Holding:
    """The model was promoted, and again: both generations stand for it, and it is held for the later one."""
    holding = Holding()
    holding.hold()
    holding.want(B, 2)
    holding.hold(SECOND)
    return holding


def test_generation_that_is_gone_needs_no_hold() -> None:
    """The first was let go of when the second came; on removal, the second takes the hold off."""
    holding = promoted_twice()
    holding.registry.update(
        MODEL, lambda r: r.with_training(replace(r.training.generations[0], released=True, gone=True))
    )
    holding.registry.update(MODEL, lambda r: release_training(r, claim(2)))
    assert holding.release(SECOND) is None
    assert holding.holds.held == {"model-p": {}}
    assert is_gone(holding, SECOND)


def test_another_model_of_the_same_use_case_keeps_no_hold_for_this_one() -> None:
    """Each model has its own tag."""
    holding = promoted_twice()
    second = holding.record.training.generations[1]
    holding.registry.update(MODEL, lambda r: r.with_training(replace(second, model_arn="model-q")))
    holding.registry.update(MODEL, lambda r: r.with_training(replace(r.training.generations[0], released=True)))
    assert holding.release() is None
    assert holding.holds.held == {"model-p": {}}


def test_intent_is_noted_before_the_tag_is_put_on() -> None:
    """A driver that dies in between leaves a hold that is looked for, and taken off."""
    holding = Holding()

    def dies(model_arn: str, environment: str, value: str) -> None:
        raise ConnectionError

    holding.holds.hold = dies  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        holding.hold()
    [generation] = holding.record.training.generations
    assert generation.intended_at == EPOCH


def test_generation_that_is_let_go_of_is_condemned_before_the_tag_goes() -> None:
    """Whoever promotes it again at this moment makes another generation, which puts the hold on anew."""
    holding = Holding()
    holding.hold()
    holding.give_up()

    def looks(model_arn: str, environment: str, value: str) -> bool:
        [generation] = holding.record.training.generations
        assert generation.condemned
        assert not generation.gone
        return True

    holding.holds.release = looks  # type: ignore[method-assign]
    assert holding.release() is None
    assert is_gone(holding)


@pytest.mark.parametrize(("later", "is_waited_for"), [(SETTLE_SECONDS - 1, True), (SETTLE_SECONDS, False)])
def test_hold_that_does_not_show_is_looked_for_as_long_as_it_may_show(later: int, is_waited_for: bool) -> None:
    """Counted from the intent."""
    holding = Holding()
    holding.clock.sleep(1000)
    holding.hold()
    holding.give_up()
    holding.holds.held = {}
    holding.clock.sleep(later)
    assert (holding.release() is not None) == is_waited_for


def test_generation_that_is_not_there_any_more_is_let_be() -> None:
    """It was forgotten since the look; its tag is the sweep's to find."""
    holding = Holding()
    holding.hold()
    holding.registry.update(MODEL, lambda r: replace(r, training=TrainingSlot()))
    assert holding.release(FIRST) is None
    holding.hold(FIRST)
    assert holding.holds.held == HELD


def test_generation_that_is_forgotten_while_its_tag_is_taken_off_is_let_be() -> None:
    """There is nothing left to note it on."""
    holding = Holding()
    holding.hold()
    holding.give_up()

    def forgets(model_arn: str, environment: str, value: str) -> bool:
        holding.registry.update(MODEL, lambda r: replace(r, training=TrainingSlot()))
        return True

    holding.holds.release = forgets  # type: ignore[method-assign]
    assert holding.release() is None
    assert holding.record.training == TrainingSlot()


def test_intent_of_an_old_decision_is_noted_on_nobody() -> None:
    """The tag of the wanted generation was not put on by it: it would not be looked for."""
    holding = Holding()
    holding.want(B, 2)
    holding.hold(FIRST)
    assert [generation.intended_at for generation in holding.record.training.generations] == [0.0, 0.0]
