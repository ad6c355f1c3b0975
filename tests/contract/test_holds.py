"""Holds on models of other environments: one tag, put on and taken off, and what is seen of the model."""

from datetime import UTC, datetime
from typing import Any

import pytest

from finetuning.lifecycle import JobObservation
from finetuning.lifecycle.verdict import Promoted
from finetuning.promotion.checks import FoundModel
from lambdas.gateways.holds import HeldForAnotherError, HoldsGateway
from tests.contract.service import Answer, Service

MODEL = "arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl"
JOB = "arn:aws:bedrock:us-east-1:111122223333:model-customization-job/amazon.nova-lite-v1:0:300k/abcdefghijkl"
BASE = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k"
KEY, OURS, ANOTHER = "finetuning:hold-prod", "finetuning/faq", "finetuning/sales"
PROMOTED = Promoted("swap", MODEL, JOB, "finetuning-dev-faq-0123456789-1", "a" * 64)
FOUND: dict[str, Any] = {
    "modelArn": MODEL,
    "modelName": "finetuning-dev-faq-0123456789-1",
    "jobArn": JOB,
    "baseModelArn": BASE,
    "modelStatus": "Active",
    "creationTime": datetime(2026, 11, 23, tzinfo=UTC),
}
SUMMARY = {"baseModelArn": BASE, "baseModelName": "amazon.nova-lite", "modelStatus": "Active"}
MISSING = "ResourceNotFoundException: no such model"


def tags(**values: str) -> dict[str, Any]:
    """What ListTagsForResource answers: our hold with this value."""
    return {"tags": [{"key": KEY, "value": value} for value in values.values()]}


def gateway(*answers: Answer) -> tuple[HoldsGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("bedrock", *answers)
    return HoldsGateway(service.client), service


def test_hold_is_one_tag() -> None:
    """Which environment needs it, and for what."""
    holds, service = gateway(tags(), {})
    holds.hold(MODEL, "prod", OURS)
    assert service.calls[1] == ("TagResource", {"resourceARN": MODEL, "tags": [{"key": KEY, "value": OURS}]})


def test_hold_that_shows_is_put_again() -> None:
    """What shows may have been taken off a moment ago; put twice, it is there once."""
    holds, service = gateway(tags(held=OURS), {})
    holds.hold(MODEL, "prod", OURS)
    assert [call for call, _ in service.calls] == ["ListTagsForResource", "TagResource"]


def test_hold_for_another_use_case_is_not_taken_over() -> None:
    """Whoever took it over would take it away with its own."""
    holds, service = gateway(tags(held=ANOTHER))
    with pytest.raises(HeldForAnotherError, match=f"by environment prod for {ANOTHER}, not {OURS}"):
        holds.hold(MODEL, "prod", OURS)
    assert [call for call, _ in service.calls] == ["ListTagsForResource"]


def test_release_takes_the_tag_off() -> None:
    """And no other."""
    holds, service = gateway(tags(held=OURS), {})
    holds.release(MODEL, "prod", OURS)
    assert service.calls[1] == ("UntagResource", {"resourceARN": MODEL, "tagKeys": [KEY]})


@pytest.mark.parametrize("answer", [tags(), tags(held=ANOTHER), MISSING])
def test_what_is_not_ours_is_not_released(answer: Answer) -> None:
    """It was released before, is another use case's, or the model is gone."""
    holds, service = gateway(answer)
    holds.release(MODEL, "prod", OURS)
    assert [call for call, _ in service.calls] == ["ListTagsForResource"]


@pytest.mark.parametrize(("value", "is_held"), [(OURS, True), (ANOTHER, False)])
def test_promoted_model_is_seen_as_a_training_that_completed(value: str, is_held: bool) -> None:
    """Its job ran elsewhere; what can change is its model and our hold."""
    holds, _ = gateway(FOUND, tags(held=value))
    assert holds.find(PROMOTED, "prod", OURS) == JobObservation(
        JOB, "Completed", model_arn=MODEL, model_status="Active", is_held=is_held
    )


def test_model_that_is_gone_has_no_status() -> None:
    """As with a model that was deleted outside."""
    holds, _ = gateway(MISSING)
    assert holds.find(PROMOTED, "prod", OURS) == JobObservation(JOB, "Completed", model_arn=MODEL, is_held=False)


def test_model_is_told_with_what_the_manifest_says_of_it() -> None:
    """Its job, its base model, its status and who holds it here."""
    holds, service = gateway(FOUND, tags(held=ANOTHER))
    assert holds.model(MODEL, "prod") == FoundModel(MODEL, JOB, BASE, "Active", ANOTHER)
    assert service.calls[0] == ("GetCustomModel", {"modelIdentifier": MODEL})


def test_model_of_before_there_was_a_status_is_active() -> None:
    """And one that came from no job has none."""
    known = {name: value for name, value in FOUND.items() if name in {"modelArn", "modelName", "creationTime"}}
    holds, _ = gateway(known, tags())
    assert holds.model(MODEL, "prod") == FoundModel(MODEL, "", "", "Active", "")


def test_look_that_fails_is_an_error() -> None:
    """Not a model that is gone."""
    holds, service = gateway("AccessDeniedException: not authorized")
    with pytest.raises(service.client.exceptions.AccessDeniedException):
        holds.model(MODEL, "prod")


def test_models_that_are_held_are_found_by_their_tag() -> None:
    """Among those of the project; another project's hold under the same environment's name is not ours."""
    summary = {**{name: FOUND[name] for name in ("modelArn", "modelName", "creationTime")}, **SUMMARY}
    holds, service = gateway(
        {"modelSummaries": [summary, summary], "nextToken": "more"},
        tags(held=OURS),
        tags(held="another/faq"),
        {"modelSummaries": [summary]},
        tags(),
    )
    [found] = holds.held_by("finetuning", "prod")
    assert (found.kind, found.arn, found.name, found.status) == ("hold", MODEL, FOUND["modelName"], "Active")
    assert found.tags == {KEY: OURS, "finetuning:model": "faq"}
    assert service.calls[0] == ("ListCustomModels", {"nameContains": "finetuning-"})
