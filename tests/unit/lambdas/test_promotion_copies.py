"""A model of another account or Region is copied: the copy is this environment's own, and lives as one trained here."""

import pytest

from finetuning.manifest import read
from lambdas.promoted_model.verification import PromotionRefusedError
from tests.fakes.cloudformation import a_request
from tests.unit.lambdas.promoting import OWN_KEY, Source, Target, changed, pinned, promotion

COPY = {"Method": "copy"}


@pytest.fixture
def manifest() -> bytes:
    """Of a model in another Region."""
    known = Source().judge()
    arn = read(known).custom_model_arn.replace("us-west-2", "us-east-1")
    return changed(known, region="us-east-1", custom_model_arn=arn)


@pytest.fixture
def target(manifest: bytes) -> Target:
    """An environment that the model is shared with."""
    made = Target(Source())
    made.jobs.copies.shared.add(read(manifest).custom_model_arn)
    return made


def copied(target: Target, manifest: bytes) -> str:
    """Deploy, let the copy end and the driver look again; returns the ARN of the copy."""
    target.stack.deploy(promotion(manifest, **COPY))
    target.machine.run(until=lambda: bool(target.jobs.copies.copies))
    arn = target.jobs.copies.end()
    target.machine.run()
    return arn


def test_copy_is_made_with_the_environments_key_and_serves(target: Target, manifest: bytes) -> None:
    """It carries the owner tags, and nothing is held elsewhere."""
    arn = copied(target, manifest)
    assert target.serves == arn
    [(name, copy)] = target.jobs.copies.copies.items()
    assert copy.request["sourceModelArn"] == read(manifest).custom_model_arn
    assert copy.request["targetModelName"] == name == f"finetuning-staging-faq-{target.record.training.current_id}"
    assert copy.request["modelKmsKeyId"] == OWN_KEY
    assert target.jobs.copies.tags(copy.arn)["finetuning:environment"] == "staging"
    assert (target.held, target.jobs.jobs) == ([], {})
    assert target.record.settled


def test_reply_that_is_lost_makes_one_copy(target: Target, manifest: bytes) -> None:
    """The same request has the same token, and the copy is found by its name (fault E04)."""
    target.jobs.copies.lost_replies = 1
    copied(target, manifest)
    assert len(target.jobs.copies.copies) == 1
    assert target.record.settled


def test_share_that_does_not_show_yet_is_waited_for(target: Target, manifest: bytes) -> None:
    """It is asked for again, and nothing is refused for good (fault E01)."""
    source = read(manifest).custom_model_arn
    target.jobs.copies.shared.clear()
    target.stack.deploy(promotion(manifest, **COPY))
    target.machine.run(until=lambda: "not found" in target.record.problem)
    assert target.record.problem.startswith("copy queued: ")
    assert target.jobs.copies.copies == {}
    target.jobs.copies.shared.add(source)
    target.machine.run(until=lambda: bool(target.jobs.copies.copies))
    target.jobs.copies.end()
    target.machine.run()
    assert target.serves
    assert target.record.problem == ""


def test_copy_that_fails_leaves_what_served_serving(target: Target, manifest: bytes) -> None:
    """With the reason (faults E02, E07)."""
    first = copied(target, manifest)
    second = changed(manifest, approved_by="somebody else")
    target.stack.deploy(promotion(second, **COPY))
    target.machine.run(until=lambda: len(target.jobs.copies.copies) == 2)
    target.jobs.copies.end("Failed", "kms:Decrypt is denied")
    target.machine.run()
    assert target.serves == first
    name = f"finetuning-staging-faq-{target.record.training.current_id}"
    assert target.record.problem == f"copy {name} failed: kms:Decrypt is denied"
    assert target.record.settled


def test_copy_is_deleted_with_the_stack(target: Target, manifest: bytes) -> None:
    """It is ours; one that is under way is waited for, because it cannot be stopped."""
    target.stack.deploy(promotion(manifest, **COPY))
    target.machine.run(until=lambda: bool(target.jobs.copies.copies))
    target.stack.destroy()
    target.machine.run(until=lambda: target.record.training.removed)
    arn = target.jobs.copies.end()
    target.machine.run()
    assert target.jobs.deleted == [arn]
    assert target.alive == ([], [], [])
    assert target.record.settled


def test_tags_are_changed_on_the_copy_alone(target: Target, manifest: bytes) -> None:
    """A copy job has none."""
    arn = copied(target, manifest)
    target.promote(manifest, **COPY, Tags={"team": "sales"})
    assert target.jobs.tagged[arn]["team"] == "sales"
    assert list(target.jobs.tagged) == [arn]
    assert target.record.settled


def test_model_that_is_here_already_is_not_copied(target: Target) -> None:
    """It is served as it is."""
    request = a_request(properties=pinned(Source().judge(), **COPY), logical_id="PromotedModel")
    with pytest.raises(PromotionRefusedError, match=r"Region already; set promotion\.method to swap"):
        target.promoted.apply(request)
