"""The metrics files of a job are read by their header and summed up by epoch."""

from pathlib import Path

import pytest

from finetuning import metrics

DATA = Path(__file__).parents[2] / "data" / "haiku-bedrock-faq"


def test_real_files_parse():
    """The files of a real Haiku job have three steps per epoch and one validation row per epoch."""
    training = metrics.parse_training((DATA / metrics.TRAINING_FILE).read_text())
    validation = metrics.parse_validation((DATA / metrics.VALIDATION_FILE).read_text())
    summary = metrics.summarize(training, validation)
    assert training[0] == metrics.MetricRow(step=0, epoch=1, loss=1.4531256934883257, perplexity=None)
    assert validation[-1] == metrics.MetricRow(step=21, epoch=7, loss=1.4959460759401788, perplexity=None)
    assert [epoch.epoch for epoch in summary.epochs] == [1, 2, 3, 4, 5, 6, 7]
    assert summary.epochs[0].training_loss == pytest.approx(1.3181048567)
    assert (summary.best_epoch, summary.best_validation_loss) == (6, 1.4763538640668574)


def test_perplexity_is_read_where_it_is_given():
    """The User Guide's files have a fourth column; a mark at the beginning and Windows line ends do no harm."""
    text = "\ufeffstep_number,epoch_number,validation_loss,perplexity\r\n3,1,0.5,1.65\r\n6,2,0.4,\r\n"
    assert [row.perplexity for row in metrics.parse_validation(text)] == [1.65, None]


def test_order_of_columns_does_not_matter():
    """Columns are found by name."""
    text = "training_loss,epoch_number,extra,step_number\n0.5,2,x,9\n"
    assert metrics.parse_training(text) == (metrics.MetricRow(step=9, epoch=2, loss=0.5, perplexity=None),)


def test_without_validation_there_is_no_best_epoch():
    """A job without a validation dataset has training losses only."""
    summary = metrics.summarize(metrics.parse_training("step_number,epoch_number,training_loss\n0,1,1\n1,1,2\n"))
    assert summary == metrics.MetricsSummary((metrics.EpochMetrics(1, 1.5, None),), None, None)


def test_earliest_of_equal_epochs_is_the_best():
    """Two epochs with the same loss: the earlier had less time to overfit."""
    rows = metrics.parse_validation("step_number,epoch_number,validation_loss\n3,1,0.5\n6,2,0.5\n")
    assert metrics.summarize((), rows).best_epoch == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "training_metrics.csv has no column step_number, epoch_number, training_loss; its first line has nothing"),
        ("step_number,loss\n", "has no column epoch_number, training_loss; its first line has step_number, loss"),
        ("step_number,epoch_number,training_loss\n0,1,x\n", "line 2, training_loss must be a number, got 'x'"),
        ("step_number,epoch_number,training_loss\n0,1\n", "line 2, training_loss must be a number, got None"),
        ("step_number,epoch_number,training_loss\n0,1.5,1\n", "line 2, epoch_number must be an integer, got '1.5'"),
        ("step_number,epoch_number,training_loss\n0,1,1\n1,1,nan\n", "line 3, training_loss is nan, so the training"),
    ],
)
def test_rejects_a_file_that_is_not_as_documented(text, message):
    """The message names file, line and column."""
    with pytest.raises(metrics.MetricsFormatError) as refused:
        metrics.parse_training(text)
    assert message in str(refused.value)
