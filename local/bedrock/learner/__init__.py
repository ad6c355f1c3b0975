"""A tiny real learner: losses, early stopping and the tuned model's answers are computed from the training data."""

from local.bedrock.learner.text import Example, count_tokens
from local.bedrock.learner.training import Plan, Run, train
from local.bedrock.learner.tuned_model import TunedModel

__all__ = ["Example", "Plan", "Run", "TunedModel", "count_tokens", "train"]
