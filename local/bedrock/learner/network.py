"""The learner's model: each token of an answer, given the token before it and the words of the prompt.

A softmax over the vocabulary whose logits are a sum of three learned terms: one per token, one per pair of neighbouring
tokens, and one per pair of prompt feature and token. It is convex, so that a few dozen gradient steps teach it
something, and small, so that they take seconds.
"""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# More threads than one would make the sums, and so the losses, depend on the machine.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import numpy.typing as npt

from local.bedrock.learner import text
from local.bedrock.learner.text import Example

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_UNKNOWN, _START, _END = range(3)
_MOST_TOKENS = 1500
_MOST_FEATURES = 3000
#: Longer answers are learned by their beginning.
_LONGEST_ANSWER = 256


@dataclass(frozen=True)
class Encoded:
    """An example in numbers.

    Attributes:
        features: Indices of the known prompt features.
        scale: Weight of each feature; shorter prompts have stronger ones.
        previous: Token before each position.
        target: Token at each position.
    """

    features: Integers
    scale: np.float32
    previous: Integers
    target: Integers


@dataclass(frozen=True)
class Vocabulary:
    """Tokens and prompt features of a training dataset, most frequent first, by index."""

    tokens: dict[str, int]
    features: dict[str, int]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> "Vocabulary":
        """The vocabulary of a training dataset."""
        tokens = _most_frequent((word for item in examples for word in text.words(item.answer)), _MOST_TOKENS)
        features = _most_frequent((name for item in examples for name in text.features(item.prompt)), _MOST_FEATURES)
        return cls(
            tokens={word: number + 3 for number, word in enumerate(tokens)},
            features={name: number for number, name in enumerate(features)},
        )

    @property
    def size(self) -> int:
        """Number of tokens, those for unknown, start and end included."""
        return len(self.tokens) + 3

    def rearranged(self, weights: Sequence[Floats], other: "Vocabulary") -> tuple[Floats, ...]:
        """Weights of this vocabulary arranged for another one; zero for tokens and features that only that one has."""
        by_token, by_previous, by_feature = weights
        tokens = [(place, place) for place in range(3)]
        tokens += [(self.tokens[word], place) for word, place in other.tokens.items() if word in self.tokens]
        names = [(self.features[name], place) for name, place in other.features.items() if name in self.features]
        (old, new), (rows, places) = (np.array(pairs, dtype=np.int64).reshape(-1, 2).T for pairs in (tokens, names))
        arranged = tuple(
            np.zeros(shape, dtype=np.float32)
            for shape in ((1, other.size), (other.size, other.size), (len(other.features), other.size))
        )
        arranged[0][:, new] = by_token[:, old]
        arranged[1][np.ix_(new, new)] = by_previous[np.ix_(old, old)]
        arranged[2][np.ix_(places, new)] = by_feature[np.ix_(rows, old)]
        return arranged

    def encode(self, prompt: str, answer: str) -> Encoded:
        """A prompt and an answer in numbers."""
        found = text.features(prompt)
        tokens = [self.tokens.get(word, _UNKNOWN) for word in text.words(answer)[:_LONGEST_ANSWER]]
        return Encoded(
            features=np.array(sorted(self.features[name] for name in found & self.features.keys()), dtype=np.int64),
            scale=np.float32(1 / np.sqrt(max(1, len(found)))),
            previous=np.array([_START, *tokens], dtype=np.int64),
            target=np.array([*tokens, _END], dtype=np.int64),
        )


class Network:
    """The weights, and how they are used and changed.

    Args:
        tokens: Size of the vocabulary, T.
        features: Number of prompt features, F.
    """

    def __init__(self, tokens: int, features: int) -> None:
        """Begin with weights of zero, under which every token is equally likely."""
        shapes = ((1, tokens), (tokens, tokens), (features, tokens))
        # By token (1, T), by previous token (T, T), by prompt feature (F, T).
        self.weights: tuple[Floats, ...] = tuple(np.zeros(shape, dtype=np.float32) for shape in shapes)
        # Sums of squared gradients (Adagrad): rare features take larger steps.
        self._squares: tuple[Floats, ...] = tuple(np.full(shape, 1e-8, dtype=np.float32) for shape in shapes)

    def log_probabilities(self, item: Encoded) -> Floats:
        """Logarithm of each token's probability at each position, (positions, T)."""
        by_token, by_previous, by_feature = self.weights
        logits = by_previous[item.previous] + (by_token[0] + item.scale * by_feature[item.features].sum(axis=0))
        logits -= logits.max(axis=1, keepdims=True)
        result: Floats = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return result

    def log_likelihood(self, item: Encoded) -> float:
        """Mean logarithm of the probability of an answer's tokens."""
        chosen = self.log_probabilities(item)[np.arange(len(item.target)), item.target]
        return float(chosen.mean(dtype=np.float64))

    def loss(self, items: Sequence[Encoded]) -> float:
        """Mean loss per token (nats)."""
        positions = sum(len(item.target) for item in items)
        return -sum(self.log_likelihood(item) * len(item.target) for item in items) / positions

    def step(self, batch: Sequence[Encoded], rate: float) -> float:
        """Take one gradient step and return the mean loss per token before it."""
        positions = sum(len(item.target) for item in batch)
        residuals: list[Floats] = []
        loss = 0.0
        for item in batch:
            log_probabilities = self.log_probabilities(item)
            rows = np.arange(len(item.target))
            loss -= float(log_probabilities[rows, item.target].sum(dtype=np.float64))
            residual: Floats = np.exp(log_probabilities)
            residual[rows, item.target] -= 1
            residual /= np.float32(positions)
            residuals.append(residual)
        self._update(batch, residuals, np.float32(rate))
        return loss / positions

    def _update(self, batch: Sequence[Encoded], residuals: Sequence[Floats], rate: np.float32) -> None:
        by_record = np.stack([residual.sum(axis=0) for residual in residuals])
        self._descend(0, np.array([0]), by_record.sum(axis=0, keepdims=True), rate)
        rows, gradient = _summed(np.concatenate([item.previous for item in batch]), np.concatenate(residuals))
        self._descend(1, rows, gradient, rate)
        features = np.concatenate([item.features for item in batch])
        if len(features):
            scales = np.repeat([item.scale for item in batch], [len(item.features) for item in batch])
            records = np.repeat(np.arange(len(batch)), [len(item.features) for item in batch])
            rows, gradient = _summed(features, scales[:, None] * by_record[records])
            self._descend(2, rows, gradient, rate)

    def _descend(self, term: int, rows: Integers, gradient: Floats, rate: np.float32) -> None:
        self._squares[term][rows] += gradient**2
        self.weights[term][rows] -= rate * gradient / np.sqrt(self._squares[term][rows])


def _summed(rows: Integers, values: Floats) -> tuple[Integers, Floats]:
    """Distinct row numbers, and the sum of the values of each."""
    order = np.argsort(rows, kind="stable")
    distinct, starts = np.unique(rows[order], return_index=True)
    sums: Floats = np.add.reduceat(values[order], starts, axis=0)
    return distinct, sums


def _most_frequent(names: Iterable[str], most: int) -> list[str]:
    counts = Counter(names)
    return sorted(counts, key=lambda name: (-counts[name], name))[:most]
