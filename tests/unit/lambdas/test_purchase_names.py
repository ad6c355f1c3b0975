"""Names of jobs that are taken: what is ours is adopted, and the rest is passed by."""

from dataclasses import replace

import pytest

from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.training import TrainingWanted, want_training
from lambdas.purchases import NotVisibleYetError
from lambdas.purchases.training import NoNameLeftError
from tests.unit.lambdas.purchase import NAME, Purchase


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
