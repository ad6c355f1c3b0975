"""Training: mini-batches, epochs, validation and early stopping."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from finetuning.early_stopping import EarlyStopping
from local.bedrock.learner.network import Encoded, Floats, Network, Vocabulary
from local.bedrock.learner.text import Example
from local.bedrock.learner.tuned_model import TunedModel

#: Step size at a learning rate multiplier of 1, chosen so that the sample dataset is learned in about five epochs.
_RATE = 1.0
_SEED = 20240710
#: Token positions that all steps together look at; of larger datasets each step sees a sample, so that training takes
#: seconds.
_POSITIONS = 150_000
_LEAST_POSITIONS_PER_RECORD = 2
_VALIDATION_POSITIONS = 4_000


@dataclass(frozen=True)
class Plan:
    """How to train.

    Attributes:
        epochs: Passes through the training data at most.
        batch_size: Records per step.
        rate_multiplier: Factor on the learner's own step size.
        warmup_steps: Steps over which the step size rises to its value.
        threshold: Smallest improvement of the validation loss that counts as one; None for no early stopping.
        patience: Epochs without improvement after which training stops.
    """

    epochs: int
    batch_size: int
    rate_multiplier: float = 1.0
    warmup_steps: int = 0
    threshold: float | None = None
    patience: int = 1


@dataclass(frozen=True)
class Run:
    """What training brought.

    Attributes:
        training: (step from 0, epoch from 1, training loss) of each step.
        validation: (steps so far, epoch, validation loss) of each epoch; empty without validation data.
        kept_epoch: Epoch whose weights the model has.
        tuned: The model.
    """

    training: tuple[tuple[int, int, float], ...]
    validation: tuple[tuple[int, int, float], ...]
    kept_epoch: int
    tuned: TunedModel

    @property
    def training_loss(self) -> float:
        """Mean training loss of the kept epoch."""
        return float(np.mean([loss for _, epoch, loss in self.training if epoch == self.kept_epoch]))

    @property
    def validation_loss(self) -> float | None:
        """Validation loss of the kept epoch; None without validation data."""
        return next((loss for _, epoch, loss in self.validation if epoch == self.kept_epoch), None)


def train(
    examples: Sequence[Example], validation: Sequence[Example], plan: Plan, before: TunedModel | None = None
) -> Run:
    """Train on examples; the same input gives the same result, bit by bit.

    Args:
        examples: What is learned.
        validation: What is not learned but tried at the end of each epoch.
        plan: How.
        before: The model that is trained further; it is left as it is, and what it learned is known from the start.

    Raises:
        ValueError: There are no examples.
    """
    if not examples:
        raise ValueError("no examples to train on")
    known = [*before.examples, *examples] if before else examples
    vocabulary = Vocabulary.of(known)
    trainer = _Trainer(vocabulary, examples, validation, plan)
    if before is not None:
        trainer.inherit(before)
    kept_epoch, weights = trainer.run()
    tuned = TunedModel(vocabulary, weights, known)
    return Run(tuple(trainer.training), tuple(trainer.validation), kept_epoch, tuned)


class _Trainer:
    def __init__(
        self, vocabulary: Vocabulary, examples: Sequence[Example], validation: Sequence[Example], plan: Plan
    ) -> None:
        self._plan, self._vocabulary = plan, vocabulary
        self._items = [vocabulary.encode(item.prompt, item.answer) for item in examples]
        self._judges = _first([vocabulary.encode(item.prompt, item.answer) for item in validation])
        self._network = Network(vocabulary.size, len(vocabulary.features))
        self._random = np.random.default_rng(_SEED)
        self._share = max(_LEAST_POSITIONS_PER_RECORD, _POSITIONS // (plan.epochs * len(self._items)))
        self.training: list[tuple[int, int, float]] = []
        self.validation: list[tuple[int, int, float]] = []

    def inherit(self, before: TunedModel) -> None:
        """Begin with the weights of another model, for the tokens and features that both know."""
        self._network.weights = before.weights_for(self._vocabulary)

    def run(self) -> tuple[int, tuple[Floats, ...]]:
        """Train, and return the kept epoch and its weights."""
        plan = self._plan
        stopping = None
        if plan.threshold is not None and self._judges:
            stopping = EarlyStopping(plan.threshold, plan.patience)
        best = self._copy()
        for epoch in range(1, plan.epochs + 1):
            self._run_epoch(epoch)
            if stopping is None:
                continue
            ended = stopping.observe(self.validation[-1][2])
            if stopping.best_epoch == epoch:
                best = self._copy()
            if ended:
                break
        if stopping is None:
            return plan.epochs, self._network.weights
        return stopping.best_epoch, best

    def _run_epoch(self, epoch: int) -> None:
        order = self._random.permutation(len(self._items))
        for start in range(0, len(order), self._plan.batch_size):
            step = len(self.training)
            warmth = min(1.0, (step + 1) / max(1, self._plan.warmup_steps))
            batch = [self._sample(self._items[index]) for index in order[start : start + self._plan.batch_size]]
            loss = self._network.step(batch, _RATE * self._plan.rate_multiplier * warmth)
            self.training.append((step, epoch, loss))
        if self._judges:
            self.validation.append((len(self.training), epoch, self._network.loss(self._judges)))

    def _sample(self, item: Encoded) -> Encoded:
        if len(item.target) <= self._share:
            return item
        chosen = np.sort(self._random.choice(len(item.target), self._share, replace=False))
        return Encoded(item.features, item.scale, item.previous[chosen], item.target[chosen])

    def _copy(self) -> tuple[Floats, ...]:
        return tuple(weights.copy() for weights in self._network.weights)


def _first(items: Sequence[Encoded]) -> list[Encoded]:
    kept, positions = [], 0
    for item in items:
        if positions >= _VALIDATION_POSITIONS:
            break
        kept.append(item)
        positions += len(item.target)
    return kept
