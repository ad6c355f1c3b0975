"""When training stops early, and which epoch's weights are kept.

Semantics: an epoch stagnates if its validation loss is not at least ``threshold`` below the best loss of the epochs
before it; training stops after ``patience`` stagnant epochs in a row; the best epoch has the lowest loss of all,
stagnant or not. Source: AWS Machine Learning Blog, 'Fine-tune Anthropic's Claude 3 Haiku in Amazon Bedrock to boost
model accuracy and quality' (July 2024), table of early stopping; a real job's losses agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, isfinite


@dataclass(frozen=True)
class StopPoint:
    """Where a series of validation losses leads; epochs count from 1.

    Attributes:
        stopped_after_epoch: the epoch that ended the training, or None if it ran to its end.
        best_epoch: the epoch with the lowest validation loss.
        best_loss: its validation loss.
    """

    stopped_after_epoch: int | None
    best_epoch: int
    best_loss: float


class EarlyStopping:
    """Watches the validation loss epoch by epoch."""

    def __init__(self, threshold: float, patience: int) -> None:
        """Begin before the first epoch."""
        self._threshold = threshold
        self._patience = patience
        self._stagnant_epochs = 0
        self.epoch = 0
        self.best_epoch = 0
        self.best_loss = inf

    def observe(self, loss: float) -> bool:
        """Take the next epoch's validation loss and return whether training stops after it.

        Raises:
            ValueError: the loss is not finite, so nothing can be compared with it.
        """
        if not isfinite(loss):
            raise ValueError(f"validation loss of epoch {self.epoch + 1} must be a finite number, got {loss}")
        self.epoch += 1
        stagnant = self.best_loss - loss < self._threshold
        self._stagnant_epochs = self._stagnant_epochs + 1 if stagnant else 0
        if loss < self.best_loss:
            self.best_epoch, self.best_loss = self.epoch, loss
        return self._stagnant_epochs >= self._patience


def stop_point(losses: Iterable[float], threshold: float, patience: int) -> StopPoint:
    """Return where training with these validation losses, one per epoch, stops and what it keeps.

    Raises:
        ValueError: there are no losses, or one is not finite.
    """
    watch = EarlyStopping(threshold, patience)
    stopped = next((watch.epoch for loss in losses if watch.observe(loss)), None)
    if watch.epoch == 0:
        raise ValueError("early stopping needs the validation loss of at least one epoch, got none")
    return StopPoint(stopped, watch.best_epoch, watch.best_loss)
