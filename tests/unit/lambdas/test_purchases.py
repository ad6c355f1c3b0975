"""Buying a job: intent before, outcome after, and names that an earlier life has taken."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.requests import tag_list
from finetuning.lifecycle.training import TrainingWanted, release_training, want_training
from finetuning.names import owner_tags
from lambdas.gateways.jobs import JobQuotaError
from lambdas.purchases import start_or_adopt
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


def _remove(purchase: Purchase) -> None:
    purchase.registry.update("faq", lambda record: release_training(record, CLAIM))
