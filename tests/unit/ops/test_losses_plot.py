"""The losses as a plot in a terminal of 80 columns, readable without colours."""

from finetuning import catalog, stopping
from finetuning.metrics import EpochMetrics
from ops.status import losses
from tests.unit.ops import looks
from tests.unit.ops.screen import shown

HAIKU = catalog.find("anthropic.claude-3-haiku-20240307-v1:0:200k")
LITE = catalog.find("amazon.nova-lite-v1:0:300k")


def drawn(epochs: tuple[EpochMetrics, ...]) -> list[str]:
    """The plot's lines at 80 columns."""
    return shown(losses.plot(epochs), 80).splitlines()


def real() -> tuple[EpochMetrics, ...]:
    """The losses of a real job."""
    summary = looks.haiku_losses().summary
    assert summary is not None
    return summary.epochs


def test_plot_fits_a_terminal_of_80_columns() -> None:
    """No line is longer than the terminal is wide, so none wraps."""
    lines = drawn(real())
    assert max(map(len, lines)) <= 78
    assert len(lines) <= 18


def test_curves_are_told_apart_without_colours() -> None:
    """Each curve has a sign of its own, and the legend says which."""
    lines = drawn(real())
    body = "\n".join(lines[1:])
    assert "··· training" in lines[0]
    assert "••• validation" in lines[0]
    assert losses.TRAINING_MARK in body
    assert losses.VALIDATION_MARK in body
    assert "\x1b" not in body


def test_epochs_are_the_ticks() -> None:
    """The axis counts epochs from 1."""
    assert drawn(real())[-1].split() == ["1", "2", "3", "4", "5", "6", "7"]
    assert drawn(real()[:3])[-1].split() == ["1", "2", "3"]


def test_higher_loss_is_drawn_higher() -> None:
    """The validation losses of the sample lie above its training losses."""
    rows = drawn(real())[1:]
    first = {mark: next(i for i, row in enumerate(rows) if mark in row) for mark in "·•"}
    assert first["•"] < first["·"]


def test_single_epoch_without_validation_is_drawn() -> None:
    """One point and one curve are a plot as well, and the legend does not promise more."""
    lines = drawn((EpochMetrics(1, 0.5, None),))
    assert "validation" not in lines[0]
    assert any(losses.TRAINING_MARK in line for line in lines[1:])


def test_plots_do_not_remember_each_other() -> None:
    """Drawing twice draws the same."""
    once = drawn(real())
    drawn((EpochMetrics(1, 9.0, 9.0),))
    assert drawn(real()) == once


def test_stopping_sentence_names_rule_and_best_epoch() -> None:
    """Threshold and patience are the base model's defaults where the configuration says nothing."""
    given = {"epochCount": "10"}
    point = stopping.stopping_of(looks.haiku_losses().summary, HAIKU, given)
    assert point is not None
    assert stopping.stopping_sentence(point, HAIKU, given) == (
        "early stopping fired after epoch 7 of 10 (threshold 0.001, patience 2); "
        "best is epoch 6, validation loss 1.4764"
    )


def test_patience_of_the_configuration_counts() -> None:
    """With more patience the same losses do not stop the training."""
    given = {"epochCount": "10", "earlyStoppingPatience": "5"}
    point = stopping.stopping_of(looks.haiku_losses().summary, HAIKU, given)
    assert point is not None
    assert stopping.stopping_sentence(point, HAIKU, given).startswith(
        "early stopping did not fire in 10 epochs (threshold 0.001, patience 5)"
    )


def test_base_model_without_early_stopping_has_no_stop_point() -> None:
    """Nova has no such hyperparameters."""
    assert stopping.stopping_of(looks.haiku_losses().summary, LITE, {}) is None
