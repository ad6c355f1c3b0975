"""Forecasts where nothing that is deployed can show it: odd looks at Bedrock, removal, fields without effect."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import Action, EndpointObservation, JobObservation, ModelRecord, Observed
from finetuning.lifecycle.causes import Cause, training_causes
from finetuning.lifecycle.deployment import deployed
from finetuning.lifecycle.forecast import Change, Forecast, forecast
from finetuning.lifecycle.learning import SETTLE_SECONDS
from finetuning.lifecycle.rehearsal import rehearse
from finetuning.lifecycle.wanted import endpoint_wanted, training_wanted
from tests.unit.lambdas.story import KEY, ROLE, endpoint_properties, job_properties
from tests.unit.lifecycle.candidates import evaluation

BLANK = ModelRecord("finetuning", "dev", "faq")
NOW = 1_780_000_000.0
MODEL_ARN, ENDPOINT_ARN = "arn:model", "arn:endpoint"


def training(**changes: Any) -> Any:
    """The training of the fixtures' properties, changed."""
    return training_wanted({**job_properties(), **changes}, service_role_arn=ROLE, key_arn=KEY)


def endpoint(**changes: Any) -> Any:
    """The endpoint of the fixtures' properties, changed."""
    return endpoint_wanted({**endpoint_properties(), **changes})


def in_service(status: str = "InService", committed_until: float = 0.0) -> tuple[ModelRecord, Observed]:
    """A record whose model is in service, and a look at it."""
    record = rehearse(deployed(BLANK, training(), endpoint()), Observed(now=NOW)).record
    job, serves = record.training.current, record.endpoint.current
    assert job is not None
    assert serves is not None
    seen = Observed(
        {job.id: JobObservation("arn:job", "Completed", "", MODEL_ARN, "Active")},
        {serves.id: EndpointObservation(ENDPOINT_ARN, status, MODEL_ARN, committed_until=committed_until)},
        NOW + 86_400,
    )
    published = replace(record.endpoint, published_arn=ENDPOINT_ARN, published_model_arn=MODEL_ARN)
    return replace(record, endpoint=published), seen


def actions(made: Forecast) -> list[Action]:
    """Of the steps."""
    return [step.action for step in made.steps]


def test_removal_takes_the_endpoint_before_its_model() -> None:
    """A model that is served cannot be deleted (fault C11)."""
    made = forecast(*in_service(), None, None)
    assert actions(made) == [Action.DELETE_ENDPOINT, Action.DELETE_MODEL]
    assert (made.training, made.endpoint) == (Change.REMOVED, Change.REMOVED)


def test_removal_leaves_what_is_committed() -> None:
    """And the model that it serves (fault C05)."""
    record, seen = in_service(committed_until=NOW + 30 * 86_400)
    made = forecast(record, seen, None, None)
    assert actions(made) == [Action.PUBLISH_POINTER]
    assert made.steps[0].generation_id == "", "the pointer is withdrawn"


def test_forecast_changes_nothing() -> None:
    """It works on copies: whoever asks twice is told the same."""
    record, seen = in_service()
    wanted = training(Hyperparameters={"epochCount": "3"})
    assert forecast(record, seen, wanted, endpoint()) == forecast(record, seen, wanted, endpoint())


def test_status_that_nobody_knows_is_waited_for_and_said() -> None:
    """An unknown status is never taken for done (fault B15), so the rehearsal ends without a result."""
    made = forecast(*in_service(status="Hibernating"), training(), endpoint())
    assert actions(made) == []
    assert "has a status that is not known" in made.problem


def test_endpoint_that_changes_right_now_is_swapped_after_it() -> None:
    made = forecast(*in_service(status="Updating"), training(Hyperparameters={"epochCount": "3"}), endpoint())
    assert actions(made) == [Action.START_JOB, Action.SWAP_MODEL, Action.PUBLISH_POINTER]


@pytest.mark.parametrize("known", [False, True], ids=["first_deployment", "another_model_serves"])
def test_evaluation_endpoint_is_told_with_the_model_that_it_judges(known: bool) -> None:
    """Not with the one that serves meanwhile; the job that makes it is still to run."""
    start = in_service() if known else (BLANK, Observed(now=NOW))
    wanted = training(Hyperparameters={"epochCount": "3"})
    made = forecast(*start, replace(wanted, evaluation=evaluation()), endpoint())
    job = made.after.training.current
    assert job is not None
    bought = [step for step in made.steps if step.action == Action.CREATE_ENDPOINT]
    judges = [made.after.endpoint.find(step.generation_id) for step in bought]
    assert [found.judges for found in judges if found is not None and found.judges] == [job.id]
    assert [step.model for step in bought] == [job.job_name] * len(bought)


def test_first_deployment_costs_what_its_parts_cost() -> None:
    prices = {"EstimatedTokens": "1000", "BilledEpochs": "2", "UsdPer1kTokens": "0.5"}
    made = forecast(BLANK, Observed(now=NOW), training(**prices), endpoint(HourlyUsd="20.0"))
    assert made.money.job == pytest.approx(1000 * 1.25 * 2 / 1000 * 0.5), "with the error of the estimate"
    assert (made.money.hourly_before, made.money.hourly_most, made.money.hourly_after) == (0, 20, 20)


@pytest.mark.parametrize("tried_before", [200, 100])
def test_purchase_that_was_tried_in_vain_is_refused_as_the_deployment_refuses_it(tried_before: int) -> None:
    """Unless it may still show: then nothing more is bought."""
    record = deployed(BLANK, training(), endpoint(HourlyUsd="20.0"))
    serves = record.endpoint.current
    assert serves is not None
    record = record.with_endpoint(replace(serves, intended=True, intended_at=NOW - tried_before))
    made = forecast(record, Observed(now=NOW), training(), endpoint(HourlyUsd="20.0", MaxHourlyUsd="10.0"))
    assert (made.endpoint == Change.REFUSED) == (tried_before >= SETTLE_SECONDS)


def test_unknown_price_is_unknown_and_not_nothing() -> None:
    made = forecast(BLANK, Observed(now=NOW), training(), endpoint())
    assert (made.money.job, made.money.hourly_after) == (None, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}}, "network"),
        ({"KeepPrevious": "2"}, "training.keep_previous"),
        ({"MaxUsdPerJob": "3.0"}, "budget.max_usd_per_job"),
    ],
    ids=["network", "keep_previous", "cap"],
)
def test_what_makes_no_other_model_is_no_cause(changes: dict[str, Any], field: str) -> None:
    record, seen = in_service()
    made = forecast(record, seen, training(**changes), endpoint())
    assert made.training == Change.NOTHING
    assert made.training_causes.another == ()
    assert [cause.field for cause in made.training_causes.in_place] == [field]


def test_hyperparameter_that_is_not_given_is_the_default_and_still_another_job() -> None:
    """Its default may change on Bedrock's side, so that not to give it is no way to say its present value."""
    record, _ = in_service()
    causes = training_causes(record.training.current, training(Hyperparameters={}))
    assert causes.another == (Cause("training.hyperparameters.epochCount", "2", "default (2)"),)


def test_customization_config_is_told_as_a_cause() -> None:
    record, seen = in_service()
    made = forecast(record, seen, training(CustomizationConfig='{"rftConfig": {}}'), endpoint())
    assert [cause.field for cause in made.training_causes.another] == ["training.customization"]
