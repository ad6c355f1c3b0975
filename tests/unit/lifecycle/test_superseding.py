"""Which custom models are not needed any more."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import EndpointObservation, JobObservation, ModelRecord, Observed
from finetuning.lifecycle.superseding import deletable, is_free, superseded
from finetuning.lifecycle.training import release_training, want_training
from tests.unit.lifecycle.records import BLANK, A, B, C, an_endpoint, claim, intended, training, wanted

IDS = ["aaaaaaaaaa-1", "bbbbbbbbbb-1", "cccccccccc-1", "dddddddddd-1"]


def trained(keep_previous: int) -> ModelRecord:
    """Four trainings one after the other, the first three let go of."""
    record = BLANK
    for number, fingerprint in enumerate((A, B, C, "d" * 64), start=1):
        wanted = training(fingerprint, keep_previous=keep_previous)
        record = intended(want_training(record, claim(number, number - 1), wanted))
        record = release_training(record, claim(number - 1)) if number > 1 else record
    return record


def models(*ids: str) -> dict[str, JobObservation | None]:
    """Completed jobs with models of these generations."""
    return {i: JobObservation(f"job-{i}", "Completed", "", f"model-{i}", "Active") for i in ids}


@pytest.mark.parametrize("keep_previous", [0, 1, 2, 3, 4])
def test_models_beyond_those_that_are_kept_are_superseded_latest_first(keep_previous: int) -> None:
    """The current one counts neither way."""
    expected = [IDS[2], IDS[1], IDS[0]][keep_previous:]
    assert [g.id for g, _ in superseded(trained(keep_previous), models(*IDS))] == expected


def test_generation_without_a_model_does_not_count_as_kept() -> None:
    """What failed or is deleted is nothing to roll back to."""
    jobs = {**models(IDS[0], IDS[1], IDS[3]), IDS[2]: JobObservation("job", "Failed")}
    assert [g.id for g, _ in superseded(trained(1), jobs)] == [IDS[0]]
    assert [g.id for g, _ in superseded(trained(1), models(IDS[0], IDS[1], IDS[3]))] == [IDS[0]]


def test_model_that_cloudformation_holds_takes_a_place_and_is_not_superseded() -> None:
    """It may be rolled back to."""
    record = trained(1)
    held = record.training.find(IDS[0])
    assert held is not None
    record = record.with_training(replace(held, released=False))
    assert [g.id for g, _ in superseded(record, models(*IDS))] == [IDS[1]]


def test_models_to_ask_about_are_the_superseded_ones_or_on_removal_all() -> None:
    """Nobody else's holders are looked for: each look costs calls."""
    record = trained(1)
    assert [g.id for g, _ in deletable(record, models(*IDS))] == [IDS[1], IDS[0]]
    removed = release_training(record, claim(4))
    jobs = {**models(*IDS[1:]), IDS[0]: JobObservation("job", "Stopped")}
    assert [(g.id, job.model_arn) for g, job in deletable(removed, jobs)] == [(i, f"model-{i}") for i in IDS[1:]]
    assert list(deletable(removed, {IDS[0]: None})) == []


def test_model_is_free_when_nothing_serves_or_holds_it() -> None:
    """Here or elsewhere (fault C11)."""
    job = JobObservation("job", "Completed", "", "model-a", "Active")
    assert is_free(BLANK, job, Observed())
    assert is_free(BLANK, job, Observed(endpoints={"e": an_endpoint(model="model-b"), "f": None}))
    assert not is_free(BLANK, job, Observed(endpoints={"f": None, "e": an_endpoint(model="model-a")}))
    assert not is_free(BLANK, replace(job, held_by=("finetuning:hold-prod",)), Observed())


def test_endpoint_that_was_bought_and_does_not_show_may_serve_any_model() -> None:
    """Its model must not be deleted behind its back."""
    job = JobObservation("job", "Completed", "", "model-a", "Active")
    record = wanted()
    assert not is_free(record, job, Observed(endpoints={IDS[0]: None}))
    gone = record.with_endpoint(replace(record.endpoint.generations[0], gone=True))
    assert is_free(gone, job, Observed())


def test_model_that_an_endpoint_failed_to_take_on_is_not_free() -> None:
    """The endpoint still names it as the one that it should serve."""
    job = JobObservation("job", "Completed", "", "model-a", "Active")
    refused = replace(an_endpoint(model="model-b"), refused_model_arn="model-a")
    assert not is_free(BLANK, job, Observed(endpoints={"e": refused}))


def test_model_that_is_being_replaced_still_serves() -> None:
    """Until the update is done, and again if it fails: it stays, also when its endpoint is retained in a commitment."""
    updating = EndpointObservation("endpoint", "Updating", "model-b", replaced_model_arn="model-a")
    seen = Observed({}, {"e": updating}, 0.0)
    assert [seen.serves(arn) for arn in ("model-a", "model-b", "model-c")] == [True, True, False]
