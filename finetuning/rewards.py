"""The grader and the hyperparameters of a REINFORCEMENT_FINE_TUNING.

Source: Bedrock API reference, data types RFTConfig, LambdaGraderConfig and RFTHyperParameters. These hyperparameters
stand in ``customizationConfig`` and have types of their own; no default of them is documented, and for
``maxPromptLength`` and ``inferenceMaxTokens`` no range.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from finetuning.hyperparameters import number, plain
from finetuning.problems import Problem
from finetuning.suggestions import did_you_mean


@dataclass(frozen=True)
class _Range:
    """Numbers from a minimum to a maximum; None if there is no documented one."""

    minimum: Decimal
    maximum: Decimal | None
    is_integer: bool = True

    @property
    def described(self) -> str:
        kind = "an integer" if self.is_integer else "a number"
        upper = f" to {plain(self.maximum)}" if self.maximum is not None else " on"
        return f"{kind} from {plain(self.minimum)}{upper}"

    def read(self, value: object) -> int | float | None:
        """Return the value as the request holds it; None if it is not one of these numbers."""
        found = number(value)
        if found is None or (self.is_integer and found != found.to_integral_value()):
            return None
        if found < self.minimum or (self.maximum is not None and found > self.maximum):
            return None
        return int(found) if self.is_integer else float(found)


@dataclass(frozen=True)
class _Words:
    """One of some words."""

    words: tuple[str, ...]

    @property
    def described(self) -> str:
        return f"one of {', '.join(self.words)}"

    def read(self, value: object) -> str | None:
        return value if isinstance(value, str) and value in self.words else None


def _integers(minimum: int, maximum: int | None) -> _Range:
    return _Range(Decimal(minimum), None if maximum is None else Decimal(maximum))


HYPERPARAMETERS: Mapping[str, _Range | _Words] = {
    "epochCount": _integers(1, 50),
    "batchSize": _integers(16, 512),
    "learningRate": _Range(Decimal("0.0000001"), Decimal("0.001"), is_integer=False),
    "maxPromptLength": _integers(1, None),
    "trainingSamplePerPrompt": _integers(2, 16),
    "inferenceMaxTokens": _integers(1, None),
    "reasoningEffort": _Words(("low", "medium", "high")),
    "evalInterval": _integers(1, 100),
}


def hyperparameter_problems(values: Mapping[str, object], path: str) -> Iterator[Problem]:
    """Yield unknown names and values that Bedrock refuses; ``path`` is where the values stand."""
    for name, value in values.items():
        known = HYPERPARAMETERS.get(name)
        if known is None:
            message = f"unknown hyperparameter of REINFORCEMENT_FINE_TUNING; allowed: {', '.join(HYPERPARAMETERS)}"
            yield Problem(f"{path}.{name}", message, did_you_mean(name, HYPERPARAMETERS) or "remove it")
        elif known.read(value) is None:
            yield Problem(f"{path}.{name}", f"must be {known.described}, got {value!r}")


def grader_problems(function_arn: str, region: str, account: str, path: str) -> Iterator[Problem]:
    """Yield why a function cannot grade in a Region of an account; the ARN has the form of one."""
    _, _, _, its_region, its_account, *_ = function_arn.split(":")
    if its_region != region:
        yield Problem(path, f"the function is in {its_region}, and the environment is in {region!r}")
    if its_account != account:
        yield Problem(path, f"the function is of account {its_account}, and the environment's is {account}")


def config(function_arn: str, values: Mapping[str, object]) -> dict[str, object]:
    """Return the ``rftConfig`` of a customization job; its values have no ``hyperparameter_problems``."""
    grader: dict[str, object] = {"graderConfig": {"lambdaGrader": {"lambdaArn": function_arn}}}
    if not values:
        return grader
    return {**grader, "hyperParameters": {name: HYPERPARAMETERS[name].read(values[name]) for name in sorted(values)}}
