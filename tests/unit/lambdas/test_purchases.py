"""Buying a job: intent before, outcome after, and names that an earlier life has taken."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import TrainingGeneration
from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.requests import tag_list
from finetuning.lifecycle.training import TrainingWanted, release_training, want_training
from finetuning.names import owner_tags
from lambdas.gateways.jobs import JobQuotaError
from lambdas.purchases import NotVisibleYetError, start_or_adopt
from lambdas.purchases.training import NoNameLeftError
from lambdas.registry import Registry
from tests.fakes.bedrock import FakeJobs
from tests.fakes.clock import FakeClock
from tests.fakes.table import FakeTable

CLAIM = Claim("stack", "Job", "Job-1")
WANTED = TrainingWanted("ab" * 32, {"baseModelIdentifier": "base"}, {}, keep_previous=1)
NAME = "finetuning-dev-faq-ababababab-{}"


class Purchase:
    """A wanted job that has not been bought."""

    def __init__(self) -> None:
        self.clock, self.table = FakeClock(), FakeTable()
        self.jobs = FakeJobs(self.clock)
        self.registry = Registry("finetuning", "dev", self.table)
        self.registry.update("faq", lambda record: want_training(record, CLAIM, WANTED))

    def start(self) -> str:
        """Buy it; return the name of the job that is wanted by then."""
        record = start_or_adopt(self.registry, self.jobs, "faq", "output", self.clock.epoch)
        return record.training.current.job_name if record.training.current else ""

    def earlier_life(self, attempt: int, status: str, *, ours: bool = True) -> str:
        """A job of this attempt's name that the registry knows nothing of; return its ARN."""
        name = NAME.format(attempt)
        tags = tag_list(owner_tags("finetuning", "dev", "faq", f"ababababab-{attempt}") if ours else {})
        request: Mapping[str, Any] = {
            "jobName": name,
            "customModelName": name,
            "earlier": "life",
            "jobTags": tags,
            "customModelTags": tags,
        }
        arn = self.jobs.create(request)
        if status != "InProgress":
            self.jobs.end(name, status)
        return arn


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


@pytest.mark.parametrize("status", ["InProgress", "Completed"])
def test_job_of_an_earlier_life_that_can_give_a_model_is_adopted(status: str) -> None:
    """The registry was lost, the job was not (faults B08, B09)."""
    purchase = Purchase()
    arn = purchase.earlier_life(1, status)
    assert purchase.start() == NAME.format(1)
    current = purchase.registry.read("faq").training.current
    assert current is not None
    assert (current.job_arn, list(purchase.jobs.jobs)) == (arn, [NAME.format(1)])
    # It counts in the month in which it was found.
    assert (current.intended, current.intended_at) == (True, purchase.clock.epoch())


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_job_of_an_earlier_life_that_cannot_give_a_model_is_passed_by(status: str) -> None:
    """Its name is taken for ever, so the next attempt's is used (fault B10)."""
    purchase = Purchase()
    purchase.earlier_life(1, status)
    purchase.earlier_life(2, status)
    assert purchase.start() == NAME.format(3)
    assert purchase.jobs.running == [NAME.format(3)]


def test_completed_job_whose_model_was_deleted_is_passed_by() -> None:
    """A completed job without its model gives no model."""
    purchase = Purchase()
    purchase.earlier_life(1, "Completed")
    purchase.jobs.models.clear()
    assert purchase.start() == NAME.format(2)


def test_model_name_that_is_taken_without_a_job_is_passed_by() -> None:
    """An imported or copied model may have the name (fault B10)."""
    purchase = Purchase()
    purchase.jobs.taken_models = {NAME.format(1)}
    assert purchase.start() == NAME.format(2)


def test_names_that_are_all_taken_end_in_an_error() -> None:
    """The search for a name is bounded."""
    purchase = Purchase()
    purchase.jobs.taken_models = {NAME.format(attempt) for attempt in range(1, 30)}
    with pytest.raises(NoNameLeftError, match="model 'faq' has 20 job names in a row that are taken"):
        purchase.start()


def test_job_of_our_name_that_is_not_ours_is_passed_by() -> None:
    """Only the owner tags say whose a job is (fault A24, invariant I2)."""
    purchase = Purchase()
    purchase.earlier_life(1, "InProgress", ours=False)
    assert purchase.start() == NAME.format(2)


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


def test_nothing_is_bought_after_the_tombstone() -> None:
    """The tombstone is read again with the intent."""
    purchase = Purchase()
    purchase.table.interruptions = [lambda: _remove(purchase)]
    assert purchase.start() == ""
    assert purchase.jobs.jobs == {}


def test_purchase_noted_after_the_tombstone_is_handed_to_a_driver() -> None:
    """The Delete came while the job was being created: it is unwanted, and somebody is in charge of it (fault A21)."""
    purchase = Purchase()
    purchase.jobs.in_flight = lambda: _remove(purchase)
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
    _remove(purchase)
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
    generation = refused_by_quota(purchase, lambda: _remove(purchase))
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
    purchase.jobs.in_flight = lambda: _remove(purchase)
    with pytest.raises(NotVisibleYetError):
        purchase.start()
    [generation] = purchase.registry.read("faq").training.generations
    assert (generation.intended, generation.intended_at, generation.gone) == (True, earlier, False)


def test_job_whose_arn_is_noted_is_adopted_without_its_tags() -> None:
    """Another one of its name is not, and none is bought in its place: it was bought."""
    purchase = Purchase()
    purchase.start()
    purchase.jobs.tagged.clear()
    purchase.start()
    assert list(purchase.jobs.jobs) == [NAME.format(1)]
    purchase.jobs.jobs[NAME.format(1)].arn = "another"
    purchase.clock.sleep(1e6)
    with pytest.raises(NotVisibleYetError, match="customization job finetuning-dev-faq-ababababab-1 does not show yet"):
        purchase.start()
    assert list(purchase.jobs.jobs) == [NAME.format(1)]


def test_job_that_was_intended_is_adopted_however_it_ended() -> None:
    """It is this registry's own: its failure is what is told, and no second one is bought."""
    purchase = Purchase()
    purchase.jobs.lost_replies = 1
    with pytest.raises(ConnectionError):
        purchase.start()
    purchase.jobs.end(NAME.format(1), "Failed")
    assert purchase.start() == NAME.format(1)
    current = purchase.registry.read("faq").training.current
    assert current is not None
    assert current.job_arn == purchase.jobs.jobs[NAME.format(1)].arn


def test_name_is_passed_by_only_for_the_generation_that_it_was_tried_for() -> None:
    """A deployment may have asked for another training meanwhile, which has its own name."""
    purchase = Purchase()
    other = TrainingWanted("cd" * 32, {"baseModelIdentifier": "base"}, {}, keep_previous=1)
    purchase.jobs.taken_models = {NAME.format(1)}
    claim = Claim("stack", "Job", "Job-2", replaces="Job-1")
    purchase.jobs.in_flight = lambda: purchase.registry.update("faq", lambda r: want_training(r, claim, other))
    assert purchase.start() == "finetuning-dev-faq-cdcdcdcdcd-1"
    assert [g.attempt for g in purchase.registry.read("faq").training.generations] == [1, 1]


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


def test_job_that_is_bought_or_adopted_is_not_gone() -> None:
    """Whatever was believed before."""
    for lost in (0, 1):
        purchase = Purchase()
        purchase.registry.update("faq", lambda r: r.with_training(replace(r.training.generations[0], gone=True)))
        if lost:
            purchase.earlier_life(1, "InProgress")
        gone: list[bool] = []
        purchase.jobs.in_flight = lambda: gone.append(purchase.registry.read("faq").training.generations[0].gone)  # noqa: B023
        purchase.start()
        [generation] = purchase.registry.read("faq").training.generations
        assert (generation.gone, generation.intended, gone) == (False, True, [] if lost else [False])


def test_stopped_job_of_an_earlier_life_is_passed_by_although_it_has_a_model() -> None:
    """Nobody knows how far it was trained."""
    purchase = Purchase()
    purchase.earlier_life(1, "Completed")
    purchase.jobs.jobs[NAME.format(1)].status = "Stopped"
    assert purchase.start() == NAME.format(2)


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
        _remove(purchase)

    purchase.jobs.in_flight = the_other_delivery
    purchase.start()
    assert purchase.registry.read("faq").driver_attempt == 2


def _remove(purchase: Purchase) -> None:
    purchase.registry.update("faq", lambda record: release_training(record, CLAIM))
