"""Whether losses show a model worth an endpoint."""

from pathlib import Path

import pytest

from configuration.sections.evaluation import CurveConfiguration
from finetuning.metrics import TRAINING_FILE, VALIDATION_FILE, MetricRow, parse_training, parse_validation
from finetuning.training_curve import judge

REAL = Path(__file__).parents[2] / "data" / "haiku-bedrock-faq"
STANDARD = CurveConfiguration()


def rows(*losses, per_epoch=1):
    """Return rows of losses, so many steps an epoch."""
    return [MetricRow(number + 1, number // per_epoch + 1, loss, None) for number, loss in enumerate(losses)]


def judged(training, validation=(), *, max_overfit=STANDARD.max_overfit, required=STANDARD.require_improvement):
    """Return what speaks against a training."""
    return judge(training, validation, max_overfit=max_overfit, require_improvement=required)


def test_real_job_passes():
    """The files of a real job of Claude 3 Haiku, by the defaults; a stricter limit sees its last epoch."""
    training = parse_training((REAL / TRAINING_FILE).read_text())
    validation = parse_validation((REAL / VALIDATION_FILE).read_text())
    assert judged(training, validation) == ()
    (reason,) = judged(training, validation, max_overfit=0.01)
    assert "rose from 1.476 in epoch 6 to 1.496 in epoch 7; at most 1.491" in reason


@pytest.mark.parametrize(
    ("training", "validation", "said"),
    [
        (None, (), [f"{TRAINING_FILE} is missing"]),
        (rows(2, 1), None, [f"{VALIDATION_FILE} is missing"]),
        (None, None, [f"{TRAINING_FILE} is missing", f"{VALIDATION_FILE} is missing"]),
        ((), (), [f"{TRAINING_FILE} has no rows"]),
        (rows(2, float("nan")), (), ["training loss is nan in epoch 2, step 2: the training diverged"]),
        (rows(2, 1), rows(2, float("inf")), ["validation loss is inf"]),
        (rows(1, 2), (), ["training loss did not fall: its mean is 1 in epoch 1, 2 in epoch 2"]),
        (rows(2, 2), (), ["training loss did not fall"]),
        (rows(1, 1, 2, 2, per_epoch=4), (), ["1 in the first half of the steps, 2 in the second half"]),
        (rows(3, 2, 1), rows(1.0, 1.2, 1.1), ["never fell below the 1 of the first epoch"]),
        (rows(3, 2, 1), rows(1.0, 0.5, 0.76), ["rose from 0.5 in epoch 2 to 0.76 in epoch 3; at most 0.75"]),
        (rows(1, 2), rows(1.0, 1.6), ["over-fits", "never fell", "did not fall"]),
    ],
)
def test_problems(training, validation, said):
    """All of them, each with figures."""
    found = judged(training, validation)
    assert len(found) == len(said)
    for sentence, part in zip(found, said, strict=True):
        assert part in sentence


@pytest.mark.parametrize(
    ("training", "validation"),
    [
        (rows(2, 1), ()),
        (rows(2, 1), rows(1.0, 0.5, 0.75)),
        (rows(2, 1, per_epoch=2), rows(1.0)),
        (rows(2), ()),
        (rows(0.1, 0.05), rows(0.0, 0.0)[:1]),
    ],
)
def test_nothing_speaks_against_it(training, validation):
    """A single epoch, or a single step, has nothing to be compared with."""
    assert judged(training, validation) == ()


def test_improvement_need_not_be_required():
    assert judged(rows(1, 2), rows(1.0, 1.2), required=False) == ()
    assert judged(rows(1, 2), rows(1.0, 1.6), required=False) != ()


def test_order_of_the_rows_does_not_matter():
    assert judged(rows(2, 1)[::-1], rows(1.0, 0.5)[::-1]) == ()
