"""What is told of a model that another environment trained: where it comes from, and that no job of it ran here."""

from dataclasses import replace

from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.verdict import EvaluationWanted, Promoted
from ops.status.judging import report
from ops.status.rendering import _rows
from tests.unit.ops import looks

PROMOTED = Promoted("swap", "arn:model", "arn:job", looks.JOB, "a" * 64, "ada", "https://example.com/pull/7")


def told(promoted: Promoted) -> dict[str, object]:
    """The rows about the training."""
    known: ModelRecord = looks.record()
    current = known.training.generations[-1]
    record = known.with_training(replace(current, promoted=promoted))
    return dict(_rows(report(looks.look(record, Observed(now=looks.serving().seen.now)))))


def test_approval_and_manifest_are_told() -> None:
    """As the pin says."""
    assert told(PROMOTED)["promoted"] == "swap by manifest aaaaaaaaaaaa…, approved by ada (https://example.com/pull/7)"


def test_what_nobody_had_to_approve_says_nothing_of_it() -> None:
    """The configuration may ask for none."""
    assert told(replace(PROMOTED, approved_by="", reference=""))["promoted"] == "swap by manifest aaaaaaaaaaaa…"


def test_rejected_promotion_is_undone_in_git_too() -> None:
    """There is no other training to deploy here; the pin still names what does not serve."""
    known = looks.record()
    current = replace(known.training.generations[-1], promoted=PROMOTED, rejected="rolled back by ada")
    judged = report(looks.look(known.with_training(current), Observed(now=looks.serving().seen.now)))
    assert "revert the pull request of its pin" in str(dict(_rows(judged))["next"])


def test_model_that_was_trained_again_names_its_manifest_and_is_undone_in_git_too() -> None:
    """The approval is in the pin alone: what is trained is no other environment's model."""
    now = looks.serving()
    asked = EvaluationWanted("0" * 16, "enabled", {"reference": {"manifest": "b" * 64}}, 3600, own_endpoint=True)
    current = replace(now.record.training.generations[-1], evaluation=asked, rejected="rolled back by ada")
    rows = dict(_rows(report(replace(now, record=now.record.with_training(current)))))
    assert rows["promoted"] == "retrain by manifest bbbbbbbbbbbb…"
    assert "revert the pull request of its pin" in str(rows["next"])
