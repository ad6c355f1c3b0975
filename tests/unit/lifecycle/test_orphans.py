"""What carries our tags belongs to a record, is a purchase under way, or is an orphan."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning import names
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.observation import OwnedThing
from finetuning.lifecycle.orphans import GRACE_SECONDS, Orphan, orphans, reopen
from tests.unit.lifecycle.records import BLANK, A, wanted

NOW = 1_780_000_000.0
OLD = NOW - GRACE_SECONDS
GENERATION = f"{A[:10]}-1"
JOB = f"finetuning-dev-faq-{GENERATION}"
ENDPOINT = f"finetuning-dev-faq-{A[:8]}-1"


def thing(kind: str = "provisioned", **changes: Any) -> OwnedThing:
    """Something that carries the tags of the generation that `wanted` has."""
    name = JOB if kind in {"job", "model"} else ENDPOINT
    tags = names.owner_tags("finetuning", "dev", "faq", changes.pop("generation", GENERATION))
    return replace(OwnedThing(kind, f"{kind}-arn", name, "", OLD, tags), **changes)


def record(*, released: bool = False, gone: bool = False, **noted: str) -> ModelRecord:
    """A record that bought both, whose generations may be let go of or gone; `noted` are ARNs."""
    known = wanted()
    training = replace(known.training.generations[0], released=released, gone=gone)
    endpoint = replace(known.endpoint.generations[0], released=released, gone=gone)
    training = replace(training, job_arn=noted.get("job_arn", ""), model_arn=noted.get("model_arn", ""))
    endpoint = replace(endpoint, arn=noted.get("arn", ""))
    return known.with_training(training).with_endpoint(endpoint)


def removed(**changes: Any) -> ModelRecord:
    """As `record`, of a model whose stack is gone."""
    known = record(**{"released": True, "gone": True, **changes})
    return replace(
        known, training=replace(known.training, removed=True), endpoint=replace(known.endpoint, removed=True)
    )


def judge(known: ModelRecord | None, found: OwnedThing) -> Orphan | None:
    """The orphan, if it is one."""
    judged = orphans([] if known is None else [known], [found], NOW)
    assert len(judged) <= 1
    return judged[0] if judged else None


KINDS = ("job", "model", "provisioned")


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_record_bought_is_claimed_by_name(kind: str) -> None:
    """Intent is enough: the ARN may not be known yet."""
    assert judge(record(), thing(kind)) is None


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_record_noted_is_claimed_by_arn(kind: str) -> None:
    """An adopted thing has another name."""
    known = record(job_arn="job-arn", model_arn="model-arn", arn="provisioned-arn")
    assert judge(known, thing(kind, name="of-somebody")) is None


@pytest.mark.parametrize("kind", KINDS)
def test_another_thing_of_a_bought_name_is_not_claimed(kind: str) -> None:
    """Somebody deleted what was bought and made one of the same name, with our tags: reported and left alone."""
    known = record(job_arn="x", model_arn="x", arn="x")
    orphan = judge(known, thing(kind))
    assert orphan is not None
    assert not orphan.removable
    assert "is not what generation" in orphan.reason


def test_what_is_let_go_of_and_not_gone_is_still_claimed() -> None:
    """The driver is about to delete it."""
    assert judge(record(released=True), thing()) is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("known", [removed(), record(released=True, gone=True), record(gone=True)])
def test_what_the_record_believes_gone_is_removable(kind: str, known: ModelRecord) -> None:
    """It showed up after the record had seen the end of it."""
    orphan = judge(known, thing(kind))
    assert orphan is not None
    assert orphan.removable
    assert "the sweep has it deleted" in orphan.reason


def test_generation_that_bought_nothing_yet_does_not_claim() -> None:
    """It is reported and left alone: the driver may be about to adopt it."""
    known = record()
    endpoint = replace(known.endpoint.generations[0], intended=False)
    orphan = judge(known.with_endpoint(endpoint), thing())
    assert orphan is not None
    assert not orphan.removable


def test_unknown_generation_is_reported_only() -> None:
    """A record that was restored from a backup does not know its latest purchases."""
    orphan = judge(removed(), thing(generation="9999999999-1"))
    assert orphan is not None
    assert not orphan.removable
    assert "has no generation '9999999999-1'" in orphan.reason
    assert "ops orphans --remove provisioned-arn" in orphan.reason


@pytest.mark.parametrize("kind", KINDS)
def test_record_with_one_slot_is_a_record(kind: str) -> None:
    """A model may be trained and not served, or the other way round after its training was let go of."""
    known = record()
    trained = replace(known, endpoint=BLANK.endpoint)
    served = replace(known, training=BLANK.training)
    for half in (trained, served):
        orphan = judge(half, thing(kind, generation="9999999999-1", name="x"))
        assert orphan is not None
        assert "has no generation" in orphan.reason


@pytest.mark.parametrize("known", [None, BLANK])
def test_without_a_record_nothing_is_removed(known: ModelRecord | None) -> None:
    """That is what a lost registry looks like: all that serves would be deleted."""
    orphan = judge(known, thing())
    assert orphan is not None
    assert not orphan.removable
    assert "python -m ops rebuild --model faq" in orphan.reason


def test_kinds_of_endpoints_are_told_apart() -> None:
    """A deployment is not what a generation of provisioned throughput bought, whatever its name and tags."""
    orphan = judge(record(), thing("on_demand"))
    assert orphan is not None
    assert not orphan.removable


@pytest.mark.parametrize("known", [None, removed()])
def test_young_things_are_not_judged(known: ModelRecord | None) -> None:
    """The grace period of an hour, to the millisecond."""
    assert GRACE_SECONDS == 3600
    assert judge(known, thing(created_at=OLD + 0.001)) is None
    assert judge(known, thing(created_at=OLD)) is not None


def test_records_of_other_models_do_not_claim() -> None:
    """Each thing is judged by the record that its model tag names."""
    assert judge(replace(record(), model="other"), thing()) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_reopening_hands_it_back_to_the_driver(kind: str) -> None:
    """The generation is intended, let go of and not gone: just what the driver deletes."""
    before = removed()
    after = reopen(before, thing(kind))
    reopened = after.training.generations[0] if kind in {"job", "model"} else after.endpoint.generations[0]
    untouched = after.endpoint.generations[0] if kind in {"job", "model"} else after.training.generations[0]
    assert (reopened.intended, reopened.released, reopened.gone) == (True, True, False)
    assert untouched.gone
    assert not after.settled
    assert after.in_charge != before.in_charge
    assert judge(after, thing(kind)) is None


@pytest.mark.parametrize("kind", KINDS)
def test_reopening_lets_go_of_what_is_not_current(kind: str) -> None:
    """A superseded generation goes even if its clean-up was never noted."""
    known = record(gone=True)
    known = replace(
        known,
        training=replace(known.training, current_id="other"),
        endpoint=replace(known.endpoint, current_id="other"),
    )
    after = reopen(known, thing(kind))
    assert after.training.generations[0].released == (kind != "provisioned")
    assert after.endpoint.generations[0].released == (kind == "provisioned")


@pytest.mark.parametrize("kind", KINDS)
def test_reopening_keeps_what_is_wanted(kind: str) -> None:
    """The current generation is not let go of: the decision says what becomes of it."""
    after = reopen(record(gone=True), thing(kind))
    reopened = after.training.generations[0] if kind in {"job", "model"} else after.endpoint.generations[0]
    assert (reopened.intended, reopened.released, reopened.gone) == (True, False, False)


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (BLANK, thing()),
        (removed(), thing(generation="9999999999-1")),
        (removed(arn="x"), thing()),
        (removed(), thing("on_demand")),
    ],
)
def test_reopening_what_is_not_removable_changes_nothing(known: ModelRecord, found: OwnedThing) -> None:
    """Whoever asks: what the record did not buy is never deleted by it."""
    assert reopen(known, found) == known
