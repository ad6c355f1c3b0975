"""Early stopping stops where the article and a real job stopped."""

from pathlib import Path

import pytest

from finetuning import metrics
from finetuning.early_stopping import EarlyStopping, StopPoint, stop_point

DATA = Path(__file__).parents[2] / "data" / "haiku-bedrock-faq"
ARTICLE = (0.9, 0.8, 0.7, 0.66, 0.64, 0.65, 0.65)


def test_threshold_zero_and_patience_two_stop_after_epoch_seven():
    """The article's first row: two epochs without any improvement end the training, the fifth epoch is kept."""
    assert stop_point(ARTICLE, 0, 2) == StopPoint(7, 5, 0.64)


def test_threshold_and_patience_one_stop_after_epoch_four():
    """The article's second row: the first too small improvement ends the training, and is kept all the same."""
    assert stop_point(ARTICLE, 0.05, 1) == StopPoint(4, 4, 0.66)


def test_real_job_stopped_where_the_defaults_say():
    """A real Haiku job with the default threshold and patience stopped after epoch 7; epoch 6 was the best."""
    rows = metrics.parse_validation((DATA / "validation_metrics.csv").read_text())
    assert stop_point([row.loss for row in rows], 0.001, 2) == StopPoint(7, 6, 1.4763538640668574)


def test_improvement_forgets_stagnant_epochs():
    """Only stagnant epochs in a row count."""
    assert stop_point((1.0, 1.1, 0.5, 0.6, 0.4), 0.01, 2) == StopPoint(None, 5, 0.4)


def test_stagnation_compares_with_the_best_loss_so_far():
    """A recovery to a level reached before is no improvement."""
    assert stop_point((1.0, 2.0, 1.5), 0, 2).stopped_after_epoch == 3


def test_equal_loss_is_no_stagnation_at_threshold_zero():
    """An improvement of zero is not below a threshold of zero; the earliest of equal epochs is the best."""
    assert stop_point((1.0, 1.0, 1.0), 0, 1) == StopPoint(None, 1, 1.0)


def test_nothing_is_read_after_the_stop():
    """Losses after the stop belong to no epoch that was trained."""
    losses = iter((1.0, 1.0, 0.1))
    assert stop_point(losses, 0.01, 1) == StopPoint(2, 1, 1.0)
    assert list(losses) == [0.1]


def test_epoch_by_epoch_gives_the_same_answer():
    """The learner asks after each epoch whether to go on."""
    watch = EarlyStopping(threshold=0, patience=2)
    assert [watch.observe(loss) for loss in ARTICLE] == [False] * 6 + [True]
    assert (watch.epoch, watch.best_epoch, watch.best_loss) == (7, 5, 0.64)


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_rejects_a_loss_that_is_not_finite(loss):
    """A diverged loss cannot be compared with anything."""
    with pytest.raises(ValueError, match="validation loss of epoch 2 must be a finite number"):
        stop_point((1.0, loss), 0, 1)


def test_rejects_no_losses():
    """Without an epoch there is no best one."""
    with pytest.raises(ValueError, match="at least one epoch"):
        stop_point((), 0, 1)
