"""What is ruled out at synth, so that nothing is deployed that would be refused, or cost too much, hours later."""

from collections.abc import Collection, Iterator

from configuration.models import EnvironmentConfiguration
from configuration.rules import (
    dataset_rules,
    environment_rules,
    evaluation_rules,
    money_rules,
    ownership_rules,
    pin_rules,
    promotion_rules,
    serving_rules,
    training_rules,
)
from configuration.rules.case import Case
from finetuning.problems import Problem

__all__ = ["Case", "environment_problems", "model_problems", "pin_problems", "promote_command"]

pin_problems, promote_command = pin_rules.problems, pin_rules.promote_command


def environment_problems(environment: EnvironmentConfiguration) -> Iterator[Problem]:
    """Yield what is wrong with an environment, whatever its models are."""
    path = f"environments.{environment.name}"
    yield from environment_rules.problems(environment, path)
    yield from ownership_rules.environment_problems(environment, path)


def model_problems(case: Case, *, wait: bool, environments: Collection[str] = ()) -> Iterator[Problem]:
    """Yield what is wrong with a model in its environment, in the order of the configuration.

    Args:
        case: the model in its environment; perhaps salvaged: values that have a problem already are passed over.
        wait: whether CloudFormation is to wait until it serves.
        environments: the names of all environments of the project.
    """
    yield from training_rules.problems(case)
    yield from ownership_rules.model_problems(case)
    if case.trains and not case.lacks_dataset:
        yield from dataset_rules.problems(case)
    yield from serving_rules.problems(case, wait=wait)
    yield from money_rules.problems(case)
    yield from evaluation_rules.problems(case)
    yield from promotion_rules.problems(case, environments)
