"""The promotion of another model, as crash points strike it."""

from tests.simulation.aws.things import Model
from tests.simulation.promoting import judged, manifest_of, promotion, rest_problems, served
from tests.simulation.scenarios.life import DAY, Life
from tests.simulation.template import Template
from tests.simulation.wanted import MODEL


def have_one_promoted(life: Life) -> None:
    """The first is promoted and serves, the second is judged."""
    first = judged(life.environment, life.wanted, 1)
    life.deploy_template(promotion(life.wanted, manifest_of(first, MODEL)))
    life.until(lambda: served(life.environment, MODEL) == first.arn and life.record.settled)
    life.environment.run_until_quiet()
    judged(life.environment, life.wanted, 2)


def promote_another(life: Life) -> None:
    """Deploy the pin of the second, and wait until it serves."""
    life.mend()
    life.deploy_template(_template(life))
    life.mend()
    life.until(lambda: life.record.settled, most=DAY)


def is_promoted(life: Life) -> bool:
    """Whether the second stands in the stack."""
    return life.status == "UPDATE_COMPLETE" and life.stack.template == _template(life)


def judge_promotion(life: Life) -> None:
    """By what holds for promotions; the second serves."""
    life.failures.extend(rest_problems(life.environment))
    life.expect_equal(served(life.environment, MODEL), _second(life).arn, "what serves in the end")


def _template(life: Life) -> Template:
    return promotion(life.wanted, manifest_of(_second(life), MODEL))


def _second(life: Life) -> Model:
    return list(life.environment.account.bedrock.site.models.truth.values())[-1]
