"""E05 to E07: promotions at the same time, of another model than was judged, and with a deployment that fails."""

from dataclasses import replace
from typing import Any

from finetuning.manifest import Judgement
from tests.simulation.aws.things import Model
from tests.simulation.promoting import held, judged, manifest_of, problems, promotion, retraining, served
from tests.simulation.scenarios.life import HOUR, Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.template import Template
from tests.simulation.wanted import MODEL, Wanted

_OTHER = "sales"


@story("E05")
def two_promotions_at_once(life: Life) -> None:
    """The second is refused before it spends anything, and goes on when the first is settled or has gone."""
    other = replace(life.wanted, model=_OTHER)
    first, second = judged(life.environment, life.wanted, 1), judged(life.environment, other, 2)
    life.expect(life.deploy_template(promotion(life.wanted, manifest_of(first, MODEL))), "the first is refused")
    is_under_way = not life.record.settled
    manifest = manifest_of(second, _OTHER)
    trains_again = is_under_way and life.one_of(True, False)
    _deploy_other(life, other, (retraining if trains_again else promotion)(other, manifest))
    if is_under_way:
        stack = life.environment.cloudformation.named(other.stack)
        life.expect(stack and stack.status == "ROLLBACK_COMPLETE", "the second is not refused")
        life.expect(second.arn not in held(life.environment), "the second is held")
        refusal = _refusal(life, _OTHER, "Job" if trains_again else "Promoted")
        life.expect(MODEL in refusal and "under way" in refusal, f"the refusal does not say who promotes: {refusal}")
        life.environment.destroy(stack=other.stack)
        life.settle()
    if life.one_of(True, False):
        life.until(lambda: served(life.environment, MODEL) == first.arn and life.record.settled)
    else:
        life.destroy()
        life.until(lambda: not held(life.environment))
    _deploy_other(life, other, promotion(other, manifest))
    life.until(lambda: served(life.environment, _OTHER) == second.arn)
    _finish(life)
    life.expect_equal(served(life.environment, _OTHER), second.arn, "what serves in the end")


@story("E06")
def another_model_than_was_judged(life: Life) -> None:
    """What is not the very model that was judged, by a manifest that is believed, is refused; what served serves."""
    before = _promoted(life)
    model = judged(life.environment, life.wanted, 2)
    said, properties = manifest_of(model, MODEL), dict[str, Any]()
    match life.one_of("text", "key", "account", "region", "gone", "job", "verdict", "unjudged", "use case"):
        case "text":
            properties["ManifestSha256"] = "0" * 64
        case "key":
            properties["key"] = "arn:aws:kms:us-west-2:444455556666:alias/somebody-else"
        case "account":
            said = said._replace(account="444455556666")
        case "region":
            said = said._replace(region="eu-west-1")
        case "gone":
            life.environment.account.bedrock.delete_by_hand(model.arn)
            life.run(HOUR)
        case "job":
            said = said._replace(job=said.job._replace(arn=before.job_arn))
        case "verdict":
            said = said._replace(verdict=Judgement(passed=False, mode="enabled", reasons=("worse",)))
        case "unjudged":
            said = said._replace(verdict=None)
        case "use case":
            said = said._replace(model=_OTHER)
    endpoints = len(life.bought("endpoint"))
    life.expect(not life.deploy_template(promotion(life.wanted, said, **properties)), "it is not refused")
    life.expect_equal(life.status, "UPDATE_ROLLBACK_COMPLETE", "the stack")
    _finish(life, by_hand=True)
    life.expect_equal(served(life.environment, MODEL), before.arn, "what serves in the end")
    life.expect_equal(len(life.bought("endpoint")), endpoints, "the number of endpoints")
    life.expect(model.arn not in held(life.environment), "what was refused is held")


@story("E07")
def deployment_fails_after_the_promotion_was_recorded(life: Life) -> None:
    """The stack rolls back: what served serves, or serves again, and the promoted model is let go."""
    if life.one_of(True, False):
        _fail_at_once(life)
    before = _promoted(life)
    model = judged(life.environment, life.wanted, 2)
    late = life.one_of(1.0, 3.0, 30.0, 20 * 60.0, 3 * HOUR)
    template = {
        **promotion(life.wanted, manifest_of(model, MODEL)),
        "Other": {"Seconds": str(late), "Fails": True},
    }
    life.expect(not life.deploy_template(template), "the update does not fail")
    life.until(lambda: served(life.environment, MODEL) == before.arn and life.record.settled)
    _finish(life)
    life.expect_equal(served(life.environment, MODEL), before.arn, "what serves in the end")
    other = replace(life.wanted, model=_OTHER)
    third = judged(life.environment, other, 3)
    _deploy_other(life, other, promotion(other, manifest_of(third, _OTHER)))
    life.until(lambda: served(life.environment, _OTHER) == third.arn)
    life.expect_equal(served(life.environment, _OTHER), third.arn, "what is promoted next")


def _fail_at_once(life: Life) -> None:
    """A first deployment fails within seconds of the hold, which may not show yet when it is to be taken off."""
    template = promotion(life.wanted, manifest_of(judged(life.environment, life.wanted, 9), MODEL))
    beside = {"Seconds": str(life.between(2, 12)), "Fails": True}
    life.expect(not life.deploy_template({**template, "Other": beside}), "the creation does not fail")
    life.environment.run_until_quiet()
    life.expect_equal(held(life.environment), {}, "what is held")


def _promoted(life: Life) -> Model:
    """A first model, promoted and in service."""
    model = judged(life.environment, life.wanted, 1)
    life.expect(life.deploy_template(promotion(life.wanted, manifest_of(model, MODEL))), "the first is refused")
    life.until(lambda: served(life.environment, MODEL) == model.arn and life.record.settled)
    life.expect_equal(held(life.environment), {model.arn: f"finetuning/{MODEL}"}, "what is held")
    return model


def _deploy_other(life: Life, wanted: Wanted, template: Template) -> None:
    life.environment.deploy(template, stack=wanted.stack)
    life.settle()


def _refusal(life: Life, model: str, resource: str) -> str:
    """Why the promotion of a use case was refused."""
    asked = [r for r in life.requests("Create", resource) if r.event["ResourceProperties"]["Model"] == model]
    return asked[0].outcome.reason if asked and asked[0].outcome else ""


def _finish(life: Life, *, by_hand: bool = False) -> None:
    """Let the world come to rest, and judge by what holds for promotions."""
    life.finished = True
    life.mend()
    life.environment.run_until_quiet()
    ignored = {"I2"} if by_hand else set()
    life.failures.extend(found for found in problems(life.environment) if found.invariant not in ignored)
