"""A tuned model: the weights that were kept, and how they answer a prompt."""

import math
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from local.bedrock.learner import text
from local.bedrock.learner.network import Encoded, Floats, Network, Vocabulary
from local.bedrock.learner.text import Example

#: Answers that are compared under the learned weights.
_CANDIDATES = 100
#: Share of a prompt's information that the training prompts must have, below which the model does not know.
_FAMILIAR = 0.5


class TunedModel:
    """Answers a prompt with the learned answer that the prompt makes most likely.

    An answer's score is how much more likely the prompt makes it under the learned weights: its mean log-likelihood
    given the prompt less that without any prompt.
    """

    def __init__(self, vocabulary: Vocabulary, weights: tuple[Floats, ...], examples: Sequence[Example]) -> None:
        """Keep what was learned."""
        self._vocabulary = vocabulary
        self._network = Network(0, 0)
        self._network.weights = weights
        self._examples = list(examples)
        self._document_frequency = Counter(
            word for example in examples for word in set(text.prompt_words(example.prompt))
        )

    @property
    def examples(self) -> tuple[Example, ...]:
        """What it learned from."""
        return tuple(self._examples)

    def weights_for(self, vocabulary: Vocabulary) -> tuple[Floats, ...]:
        """A copy of the weights, arranged for another vocabulary; zero for what only that one knows."""
        return self._vocabulary.rearranged(self._network.weights, vocabulary)

    def answer(self, *readings: str) -> str | None:
        """The answer to a prompt; None if it has little to do with what was learned.

        Args:
            readings: What the prompt can be taken for; the one that is closest to a learned prompt counts.
        """
        prompt = readings[0] if len(readings) == 1 else max(readings, key=self._closeness)
        if self._familiarity(prompt) < _FAMILIAR:
            return None
        candidates = self._candidates(prompt)
        scores = [self._score(prompt, index) for index in candidates]
        return self._examples[candidates[int(np.argmax(scores))]].answer

    def _score(self, prompt: str, index: int) -> float:
        given = self._vocabulary.encode(prompt, self._examples[index].answer)
        return self._network.log_likelihood(given) - self._unprompted[index]

    @cached_property
    def _unprompted(self) -> "_Unprompted":
        return _Unprompted(self)

    def unprompted_likelihood(self, index: int) -> float:
        """Mean log-likelihood of a learned answer without any prompt."""
        item = self._vocabulary.encode("", self._examples[index].answer)
        return self._network.log_likelihood(Encoded(item.features[:0], item.scale, item.previous, item.target))

    def _candidates(self, prompt: str) -> list[int]:
        """Learned answers whose own prompts share most with this one, all of them in a small dataset."""
        wanted = set(text.prompt_words(prompt))
        shared = [
            sum(self._information(word) for word in wanted & set(text.prompt_words(example.prompt)))
            for example in self._examples
        ]
        return sorted(range(len(shared)), key=lambda index: (-shared[index], index))[:_CANDIDATES]

    def _closeness(self, prompt: str) -> float:
        """Share of words that a prompt has in common with the learned prompt that has most."""
        found = set(text.prompt_words(prompt))
        learned = (set(text.prompt_words(example.prompt)) for example in self._examples)
        return max((len(found & known) / (len(found | known) or 1) for known in learned), default=0.0)

    def _familiarity(self, prompt: str) -> float:
        found = set(text.prompt_words(prompt))
        total = sum(map(self._information, found))
        known = sum(self._information(word) for word in found if word in self._document_frequency)
        return known / total if total else 0.0

    def _information(self, word: str) -> float:
        return math.log((1 + len(self._examples)) / (1 + self._document_frequency.get(word, 0))) + 0.01


class _Unprompted(dict[int, float]):
    """Likelihoods without a prompt, computed when first asked for."""

    def __init__(self, model: TunedModel) -> None:
        super().__init__()
        self._model = model

    def __missing__(self, index: int) -> float:
        self[index] = self._model.unprompted_likelihood(index)
        return self[index]
