"""What is told of a model that another environment trained: where it comes from, and that no job of it ran here."""

from dataclasses import replace

from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.verdict import Promoted
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
