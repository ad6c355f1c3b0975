"""Only what is ours and just what is wanted is adopted; a refusal lists every difference."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from finetuning import names
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.adopting import AdoptionRefusedError, adopt_endpoint, adopt_job
from finetuning.lifecycle.facts import EndpointFacts, JobFacts
from tests.unit.lifecycle import bought
from tests.unit.lifecycle.records import BLANK


def refusal_of_job(known: ModelRecord, facts: JobFacts) -> list[str]:
    """The differences that are listed."""
    with pytest.raises(AdoptionRefusedError) as refused:
        adopt_job(known, facts)
    return [line.strip() for line in str(refused.value).splitlines()[1:]]


def refusal_of_endpoint(known: ModelRecord, facts: EndpointFacts) -> list[str]:
    """The differences that are listed."""
    with pytest.raises(AdoptionRefusedError) as refused:
        adopt_endpoint(known, facts)
    return [line.strip() for line in str(refused.value).splitlines()[1:]]


def job(**changes: Any) -> JobFacts:
    """A job that is what `bought.record` wants, under a name of its own."""
    return bought.job_facts(bought.record(), **{"name": "experiment-7", **changes})


def with_settings(changes: Mapping[str, Any]) -> JobFacts:
    """A job that was started with other settings."""
    return job(settings={**job().settings, **changes})


def endpoint(**changes: Any) -> EndpointFacts:
    """An endpoint that is what `bought.record` wants, under a name of its own."""
    return bought.endpoint_facts(bought.record(), **{"name": "experiment-7", **changes})


@pytest.mark.parametrize(("status", "model_status"), [("Completed", "Active"), ("InProgress", None)])
def test_job_is_adopted_as_the_next_attempt(status: str, model_status: str | None) -> None:
    """What the current generation bought is let go of; the next attempt is the adopted job, by its own name."""
    before = replace(bought.record(), problem="why", settled=True)
    after = adopt_job(before, job(status=status, model_status=model_status))
    was, current = after.training.generations
    assert was.released
    assert after.training.current == current
    assert (current.job_name, current.job_arn, current.status) == ("experiment-7", job().arn, status)
    assert current.model_arn == job().model_arn
    assert current.fingerprint == was.fingerprint
    assert (current.intended, current.intended_at) == (True, job().created_at)
    assert current.model_seen == (model_status is not None)
    assert current.tagged == bought.TAGS
    assert after.problem == ""
    assert not after.settled


def test_endpoint_is_adopted_as_the_next_attempt() -> None:
    """By its own name and ARN, whatever model it serves: the driver swaps."""
    facts = endpoint(model_arn="another", committed_until=5.0)
    after = adopt_endpoint(bought.record(), facts)
    was, current = after.endpoint.generations
    assert was.released
    assert after.endpoint.current == current
    assert (current.name, current.arn, current.model_arn) == ("experiment-7", facts.arn, "another")
    assert (current.intended, current.seen_in_service, current.committed_until) == (True, True, 5.0)
    assert current.status == "InService"
    assert current.tagged == bought.TAGS
    assert not after.settled


def test_endpoint_being_created_was_not_in_service_yet() -> None:
    """Its absence later is not yet drift."""
    current = adopt_endpoint(bought.record(), endpoint(status="Creating")).endpoint.current
    assert current is not None
    assert not current.seen_in_service


STATUS = "status: wanted InProgress, or Completed with an Active model, it is"
OWN = {tag: {**job().tags, tag: "x"} for tag in (names.PROJECT_TAG, names.ENVIRONMENT_TAG, names.MODEL_TAG)}


@pytest.mark.parametrize(
    ("settings", "difference"),
    [
        ({"baseModelIdentifier": "nova"}, f"base model: wanted {bought.HAIKU.customization_id}, it has nova"),
        ({"customizationType": "IMPORTED"}, "customization type: wanted FINE_TUNING, it has IMPORTED"),
        ({"hyperParameters": {"epochCount": "3"}}, "hyperparameter epochCount: wanted 2, it has 3"),
        ({"hyperParameters": {"epochCount": "2", "x": "y"}}, "hyperparameter x: wanted none, it has y"),
        ({"hyperParameters": {"batchSize": "8"}}, "hyperparameter batchSize: wanted 32, it has 8"),
        ({"trainingDataConfig": {"s3Uri": "s3://b/x"}}, f"training dataset: wanted {'1' * 64}, it has s3://b/x"),
        ({"validationDataConfig": {}}, f"validation dataset: wanted {'2' * 64}, it has none"),
        ({"customModelKmsKeyId": "k"}, f"key: wanted {bought.KEY}, it has k"),
    ],
)
def test_each_other_setting_of_a_job_refuses_it(settings: dict[str, Any], difference: str) -> None:
    """Alone and by name."""
    assert refusal_of_job(bought.record(), with_settings(settings)) == [difference]


@pytest.mark.parametrize(
    ("facts", "difference"),
    [
        (job(status="Failed"), f"{STATUS} Failed"),
        (job(status="Stopping"), f"{STATUS} Stopping"),
        (job(model_status=None), f"{STATUS} Completed, its model is not there"),
        (job(model_status="Creating"), f"{STATUS} Completed, its model Creating"),
        (job(tags=OWN[names.MODEL_TAG]), f"tag {names.MODEL_TAG}: wanted 'faq', it has 'x'"),
        (job(tags=OWN[names.PROJECT_TAG]), f"tag {names.PROJECT_TAG}: wanted 'finetuning', it has 'x'"),
        (job(tags=OWN[names.ENVIRONMENT_TAG]), f"tag {names.ENVIRONMENT_TAG}: wanted 'dev', it has 'x'"),
    ],
)
def test_each_difference_of_a_job_refuses_it(facts: JobFacts, difference: str) -> None:
    """Alone and by name."""
    assert refusal_of_job(bought.record(), facts) == [difference]


def test_all_differences_are_listed_at_once() -> None:
    """One refusal says everything."""
    settings = {"hyperParameters": {"epochCount": "3"}, "customModelKmsKeyId": ""}
    facts = job(tags={}, status="Failed", settings={**job().settings, **settings})
    assert len(refusal_of_job(bought.record(), facts)) == 3 + 3


@pytest.mark.parametrize("spelling", ["2", "2.0", "2.00"])
def test_spelling_and_defaults_are_no_differences(spelling: str) -> None:
    """Bedrock may fill in what was left to it."""
    default = str(bought.HAIKU.hyperparameters["batchSize"].default)
    facts = with_settings({"hyperParameters": {"epochCount": spelling, "batchSize": default}})
    assert adopt_job(bought.record(), facts).training.current_id.endswith("-2")


@pytest.mark.parametrize(
    ("facts", "difference"),
    [
        (endpoint(kind="on_demand"), "serving: wanted provisioned, it has on_demand"),
        (endpoint(model_units=2), "model units: wanted 1, it has 2"),
        (endpoint(commitment="one_month"), "commitment: wanted none, it has one_month"),
        (endpoint(base_model="other"), f"base model: wanted {bought.HAIKU.customization_id}, it has other"),
        (endpoint(status="Failed"), "status: wanted a working endpoint, it is Failed"),
        (endpoint(tags={**endpoint().tags, names.MODEL_TAG: "x"}), f"tag {names.MODEL_TAG}: wanted 'faq', it has 'x'"),
    ],
)
def test_each_difference_of_an_endpoint_refuses_it(facts: EndpointFacts, difference: str) -> None:
    """Alone and by name."""
    assert refusal_of_endpoint(bought.record(), facts) == [difference]


def test_deployment_has_neither_units_nor_commitment() -> None:
    """On demand they are not compared."""
    known = bought.record(serving="on_demand")
    facts = bought.endpoint_facts(known, name="experiment-7", model_units=0)
    assert adopt_endpoint(known, facts).endpoint.current_id.endswith("-2")


def test_nothing_is_adopted_that_nobody_wants() -> None:
    """Adoption is for a deployed model."""
    assert refusal_of_job(BLANK, job()) == ["no training of model 'faq' is wanted: deploy it first"]
    assert refusal_of_endpoint(BLANK, endpoint()) == ["no endpoint of model 'faq' is wanted: deploy it first"]


def test_nothing_is_adopted_into_a_stopped_slot() -> None:
    """The driver would delete it."""
    known = bought.record()
    stopped = replace(known, endpoint=replace(known.endpoint, stopped=True))
    assert refusal_of_endpoint(stopped, endpoint()) == [
        "the bill of model 'faq' is stopped: run 'python -m ops resume' first"
    ]


def test_what_a_generation_holds_is_not_adopted_again() -> None:
    """Two generations that claim one thing would let the older delete it."""
    once = adopt_job(bought.record(), job())
    assert refusal_of_job(once, job()) == [f"generation {once.training.current_id} of model 'faq' holds it already"]
    served = adopt_endpoint(bought.record(), endpoint())
    held = f"generation {served.endpoint.current_id} of model 'faq' holds it already"
    assert refusal_of_endpoint(served, endpoint()) == [held]


def test_what_a_generation_saw_the_end_of_may_be_adopted() -> None:
    """It holds nothing any more."""
    once = adopt_job(bought.record(), job())
    current = once.training.current
    assert current is not None
    gone = once.with_training(replace(current, gone=True))
    assert adopt_job(gone, job()).training.current_id.endswith("-3")
    served = adopt_endpoint(bought.record(), endpoint())
    found = served.endpoint.current
    assert found is not None
    assert adopt_endpoint(served.with_endpoint(replace(found, gone=True)), endpoint()).endpoint.current_id[-2:] == "-3"
