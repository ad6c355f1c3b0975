"""Buying a job: intent before, outcome after, and once."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import TrainingGeneration
from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.training import TrainingWanted, want_training
from lambdas.purchases import start_or_adopt
from tests.unit.lambdas.purchase import NAME, Purchase, remove


def test_intent_is_written_before_the_purchase_and_the_outcome_after() -> None:
    """A crash in between is found again by name."""
    purchase = Purchase()
    seen = []
    purchase.jobs.in_flight = lambda: seen.append(purchase.registry.read("faq").training.current)
    purchase.start()
    current = purchase.registry.read("faq").training.current
    assert current is not None
    assert seen == [replace(current, job_arn="")]
    assert (current.intended, current.job_arn) == (True, purchase.jobs.jobs[NAME.format(1)].arn)


def test_nothing_is_bought_after_the_tombstone() -> None:
    """The tombstone is read again with the intent."""
    purchase = Purchase()
    purchase.table.interruptions = [lambda: remove(purchase)]
    assert purchase.start() == ""
    assert purchase.jobs.jobs == {}


def test_purchase_noted_after_the_tombstone_is_handed_to_a_driver() -> None:
    """The Delete came while the job was being created: it is unwanted, and somebody is in charge of it (fault A21)."""
    purchase = Purchase()
    purchase.jobs.in_flight = lambda: remove(purchase)
    purchase.start()
    record = purchase.registry.read("faq")
    [generation] = record.training.generations
    assert record.training.unwanted(generation)
    assert (generation.intended, generation.gone, generation.job_arn != "") == (True, False, True)
    assert (record.settled, record.in_charge) == (False, "faq-ababababab-1-3")


def test_starting_twice_starts_one_job() -> None:
    """The second start finds the first one's job by name."""
    purchase = Purchase()
    assert purchase.start() == purchase.start()
    assert len(purchase.jobs.jobs) == 1


def test_nothing_wanted_is_nothing_to_start() -> None:
    """The tombstone is written already."""
    purchase = Purchase()
    remove(purchase)
    assert purchase.start() == ""
    assert purchase.jobs.jobs == {}


def test_intent_has_the_time_of_its_try() -> None:
    """From then on the job may show up."""
    purchase = Purchase()
    purchase.clock.sleep(77)
    purchase.start()
    current = purchase.registry.read("faq").training.current
    assert current is not None
    assert current.intended_at == purchase.clock.epoch()


def wanted_meanwhile(purchase: Purchase, *, intended: bool) -> TrainingGeneration:
    """What becomes of another training that is wanted just before the intent is written."""
    other = TrainingWanted("cd" * 32, {"baseModelIdentifier": "base"}, {}, keep_previous=1)
    claim = Claim("stack", "Job", "Job-2", replaces="Job-1")

    def want() -> None:
        record = want_training(purchase.registry.read("faq"), claim, other)
        assert record.training.current is not None
        record = record.with_training(replace(record.training.current, intended=intended))
        purchase.registry.update("faq", lambda _: record)

    purchase.table.interruptions = [want]
    assert purchase.start() == "finetuning-dev-faq-cdcdcdcdcd-1"
    current = purchase.registry.read("faq").training.current
    assert current is not None
    return current


@pytest.mark.parametrize("intended", [False, True])
def test_training_that_is_wanted_meanwhile_is_neither_bought_nor_intended(intended: bool) -> None:
    """Whoever wants it buys it."""
    purchase = Purchase()
    current = wanted_meanwhile(purchase, intended=intended)
    assert (purchase.jobs.jobs, current.intended, current.intended_at) == ({}, intended, 0.0)


def test_job_that_is_known_and_does_not_show_is_left_as_it_is() -> None:
    """The record is returned as it was."""
    purchase = Purchase()
    purchase.jobs.lag_seconds = 1e9
    purchase.start()
    before = purchase.registry.read("faq")
    assert start_or_adopt(purchase.registry, purchase.jobs, "faq", "output", purchase.clock.epoch) == before


def test_purchase_that_two_deliveries_note_after_the_tombstone_is_handed_over_once() -> None:
    """The second one finds it noted."""
    purchase = Purchase()

    def the_other_delivery() -> None:
        purchase.start()
        remove(purchase)

    purchase.jobs.in_flight = the_other_delivery
    purchase.start()
    assert purchase.registry.read("faq").driver_attempt == 2
