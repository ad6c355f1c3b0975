"""A guess helps if it is near, and misleads if it is not."""

import pytest

from finetuning.suggestions import did_you_mean

KNOWN = ("epochCount", "learningRate", "claude-3-haiku", "anthropic.claude-3-haiku-20240307-v1:0:200k")


@pytest.mark.parametrize(
    ("word", "guess"),
    [
        ("epochcount", "did you mean 'epochCount'?"),
        ("lerningRate", "did you mean 'learningRate'?"),
        ("haiku", "did you mean 'claude-3-haiku'?"),
        ("rat", ""),
        ("titan", ""),
    ],
)
def test_nearest_known_word_is_guessed(word: str, guess: str) -> None:
    """Misspelt, or the best known part of a name; nothing where nothing is near."""
    assert did_you_mean(word, KNOWN) == guess
