"""The simulated bedrock-runtime: who answers, who does not, and how."""

import pytest

from finetuning.errors import TransientError
from tests.contract.gateways.place import bought, in_service, shared, trained
from tests.simulation.aws.runtime import EMPTY, FLAWS, INVALID, MODEL_ERROR, UNREADABLE
from tests.simulation.aws_places import a_place, later
from tests.simulation.requests import CANARY

KINDS = pytest.mark.parametrize("kind", ["provisioned", "on_demand"])
REASONS = {
    MODEL_ERROR: "ModelErrorException: The request failed",
    INVALID: "ValidationException: The model returned",
    EMPTY: "its answer is empty",
    UNREADABLE: "response body is no",
}


@KINDS
@pytest.mark.parametrize("flaw", FLAWS)
def test_model_with_a_flaw_does_not_answer(kind: str, flaw: str) -> None:
    """However it is served; the next model answers."""
    place = a_place(kind)
    place.account.bedrock.mute_next_model(flaw)
    model_arn = trained(place)
    arn, name = bought(place, model_arn)
    in_service(place, name, model_arn)
    refusal = place.ours.answering.refusal(arn, place.base_model)
    assert refusal.startswith(REASONS[flaw])
    assert CANARY not in refusal
    assert [asked.flaw for asked in place.account.bedrock.runtime.asked] == [flaw]
    answering = shared(place)
    place.ours.endpoint.swap(arn, answering)
    in_service(place, name, answering)
    assert place.ours.answering.refusal(arn, place.base_model) == ""


@KINDS
def test_endpoint_that_is_being_updated_answers_with_the_model_before(kind: str) -> None:
    """Applications notice nothing of a swap until it is done. While it is being created it does not answer at all."""
    place = a_place(kind)
    first = shared(place)
    arn, name = bought(place, first)
    with pytest.raises(TransientError, match="ModelNotReadyException"):
        place.ours.answering.refusal(arn, place.base_model)
    in_service(place, name, first)
    place.account.bedrock.mute_next_model()
    second = trained(place)
    place.ours.endpoint.swap(arn, second)
    assert place.ours.answering.refusal(arn, place.base_model) == ""
    later(place, 3600)
    assert place.ours.answering.refusal(arn, place.base_model) != ""
    assert [asked.model_arn for asked in place.account.bedrock.runtime.asked] == [first, second]


def test_new_endpoint_is_unknown_to_the_runtime_for_a_while() -> None:
    """Reads lag, there as elsewhere; which is no reason to reject its model."""
    place = a_place("provisioned", lag_seconds=20.0, gone_is_denied=False)
    arn, _ = bought(place, shared(place))
    with pytest.raises(TransientError, match="ResourceNotFoundException"):
        place.ours.answering.refusal(arn, place.base_model)
