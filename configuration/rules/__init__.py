"""What is ruled out at synth, so that nothing is deployed that would be refused, or cost too much, hours later."""

from collections.abc import Iterator

from configuration.models import EnvironmentConfiguration, ModelConfiguration
from configuration.rules import (
    dataset_rules,
    environment_rules,
    money_rules,
    ownership_rules,
    serving_rules,
    training_rules,
)
from configuration.rules.case import Case
from finetuning.problems import Problem

__all__ = ["environment_problems", "model_problems"]


def environment_problems(environment: EnvironmentConfiguration) -> Iterator[Problem]:
    """Yield what is wrong with an environment, whatever its models are."""
    path = f"environments.{environment.name}"
    yield from environment_rules.problems(environment, path)
    yield from ownership_rules.environment_problems(environment, path)


def model_problems(
    environment: EnvironmentConfiguration, model: ModelConfiguration, path: str, *, wait: bool
) -> Iterator[Problem]:
    """Yield what is wrong with a model in its environment, in the order of the configuration.

    Args:
        environment: where it is.
        model: perhaps salvaged: values that have a problem already are passed over.
        path: dotted path of the model in the configuration.
        wait: whether CloudFormation is to wait until it serves.
    """
    case = Case(environment, model, path)
    yield from training_rules.problems(case)
    yield from ownership_rules.model_problems(case)
    yield from dataset_rules.problems(case)
    yield from serving_rules.problems(case, wait=wait)
    yield from money_rules.problems(case)
