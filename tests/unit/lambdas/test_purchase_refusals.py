"""A job that Bedrock refuses for its quota: what becomes of the intent."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from finetuning.lifecycle import TrainingGeneration
from lambdas.gateways.jobs import JobQuotaError
from lambdas.purchases import NotVisibleYetError
from tests.unit.lambdas.purchase import NAME, Purchase, remove


def test_refusal_by_quota_leaves_no_intent() -> None:
    """Nothing was started; the driver tries the same generation again when there is room (fault B11)."""
    purchase = Purchase()
    purchase.jobs.quota = 0
    with pytest.raises(JobQuotaError):
        purchase.start()
    current = purchase.registry.read("faq").training.current
    assert current is not None
    assert not current.intended
    purchase.jobs.quota = 1
    assert purchase.start() == NAME.format(1)


def refused_by_quota(purchase: Purchase, meanwhile: Callable[[], object]) -> TrainingGeneration:
    """The one generation after a refusal while this happened."""
    purchase.jobs.quota = 0
    purchase.jobs.in_flight = meanwhile
    with pytest.raises(JobQuotaError):
        purchase.start()
    [generation] = purchase.registry.read("faq").training.generations
    return generation


def test_refusal_after_the_removal_leaves_nothing_to_look_for() -> None:
    """Nothing was started, and nobody wants it."""
    purchase = Purchase()
    generation = refused_by_quota(purchase, lambda: remove(purchase))
    assert (generation.intended, generation.gone, generation.released) == (False, True, True)


def test_refusal_of_one_try_leaves_the_intent_of_another() -> None:
    """A second delivery tries at the same time; each answers for itself alone (fault A06)."""
    purchase = Purchase()

    def try_too() -> None:
        purchase.clock.sleep(5)
        record = purchase.registry.read("faq")
        later = replace(record.training.generations[0], intended=True, intended_at=purchase.clock.epoch())
        purchase.registry.update("faq", lambda r: r.with_training(later))

    generation = refused_by_quota(purchase, try_too)
    assert (generation.intended, generation.intended_at) == (True, purchase.clock.epoch())


def test_refusal_of_a_job_that_was_noted_meanwhile_changes_nothing() -> None:
    """The other delivery started it."""
    purchase = Purchase()

    def note() -> None:
        noted = replace(purchase.registry.read("faq").training.generations[0], job_arn="arn")
        purchase.registry.update("faq", lambda r: r.with_training(noted))

    generation = refused_by_quota(purchase, note)
    assert (generation.intended, generation.job_arn) == (True, "arn")


def test_refusal_after_a_lost_reply_keeps_the_earlier_intent() -> None:
    """It may have taken effect, so it is looked for, also after the removal (fault B06)."""
    purchase = Purchase()
    purchase.jobs.lost_replies, purchase.jobs.lag_seconds, purchase.jobs.forgets_tokens = 1, 60, True
    with pytest.raises(ConnectionError):
        purchase.start()
    earlier = purchase.clock.epoch()
    purchase.clock.sleep(10)
    purchase.jobs.in_flight = lambda: remove(purchase)
    with pytest.raises(NotVisibleYetError):
        purchase.start()
    [generation] = purchase.registry.read("faq").training.generations
    assert (generation.intended, generation.intended_at, generation.gone) == (True, earlier, False)
