"""I2 for models of other environments: nothing serves them while they are not held, not even for a moment."""

from collections.abc import Iterator

from finetuning.names import hold_tag
from tests.simulation.aws.ledger import Change
from tests.simulation.aws.tagging import SERVED_BY
from tests.simulation.environment import Environment
from tests.simulation.view import Violation
from tests.simulation.wanted import ENVIRONMENT


def lending(environment: Environment) -> Iterator[Violation]:
    """What was bought with a model, swapped to it, or served it while its maker might have deleted it."""
    ledger = environment.account.bedrock.ledger
    holds = [change for change in ledger.changes if change.detail.partition(SERVED_BY)[0] == hold_tag(ENVIRONMENT)]
    used = [(p.at, p.name, p.model_arn) for p in ledger.purchases if p.model_arn]
    used += [(change.at, change.name, change.detail) for change in ledger.changes if change.what == "swapped"]
    for at, name, model_arn in used:
        if not _is_held(holds, model_arn, at):
            yield Violation("I2", f"{name} was given {model_arn} at {at:.0f} s, which was not held")
    for change in holds:
        if change.what == "untagged" and SERVED_BY in change.detail:
            yield Violation("I2", f"the hold on {change.name} was taken off at {change.at:.0f} s: {change.detail}")


def _is_held(holds: list[Change], model_arn: str, at: float) -> bool:
    before = [change.what for change in holds if change.arn == model_arn and change.at <= at]
    return before[-1:] == ["tagged"]
