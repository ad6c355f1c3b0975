"""The endpoint of a candidate's own: opened, asked, and gone with what it judges."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import Action, Decision, EndpointObservation, decide
from finetuning.lifecycle.candidate import evaluation_endpoint
from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.endpoint import release_endpoint, want_endpoint
from finetuning.lifecycle.evaluating import begun, judged, open_evaluation
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.retrying import stop_billing
from finetuning.lifecycle.training import release_training, want_training
from tests.unit.lifecycle.candidates import (
    HOURS,
    ID,
    IN_SERVICE,
    NEXT,
    NOW,
    candidate,
    curved,
    evaluation,
    look,
    opened,
    verdict,
    with_endpoints,
)
from tests.unit.lifecycle.records import STACK, B, claim, endpoint, training


def test_candidate_is_asked_behind_an_endpoint_of_its_own() -> None:
    """It is opened, bought, waited for, asked, and removed; only then does the model serve."""
    record = curved(candidate(evaluation()))
    assert decide(record, look()) == Decision(Action.OPEN_EVALUATION, ID)
    record = open_evaluation(record, ID, NOW)
    found = evaluation_endpoint(record, record.training.generations[0])
    assert found is not None
    assert (found.serving, found.judges, found.expires_at) == ("on_demand", ID, NOW + HOURS)
    assert decide(record, look()) == Decision(Action.CREATE_ENDPOINT, found.id)
    record = opened(candidate(evaluation()))
    creating = with_endpoints(record, evaluation=replace(IN_SERVICE, status="Creating"))
    assert decide(record, creating) == Decision(Action.AWAIT_CHANGE, found.id, 240)
    there = with_endpoints(record, evaluation=IN_SERVICE)
    assert decide(learn(record, there), there) == Decision(Action.EVALUATE, ID)
    record = begun(learn(record, there), ID, "e1", NOW)
    assert decide(record, there) == Decision(Action.AWAIT_CHANGE, ID, 300)
    record = judged(record, ID, verdict())
    assert decide(record, there) == Decision(Action.DELETE_ENDPOINT, found.id)
    gone = learn(record, replace(there, endpoints={found.id: None}, now=NOW + 300))
    assert decide(gone, look(now=NOW + 300)) == Decision(Action.CREATE_ENDPOINT, ID)


def test_opened_twice_is_one_endpoint() -> None:
    """The driver may die after it wrote it down."""
    record = open_evaluation(curved(candidate(evaluation())), ID, NOW)
    assert open_evaluation(record, ID, NOW + 9) == record
    assert open_evaluation(record, NEXT, NOW) == record


@pytest.mark.parametrize(
    "why",
    [
        replace(IN_SERVICE, status="Failed", failure="no capacity"),
        IN_SERVICE,
    ],
    ids=["it failed", "its time is over"],
)
def test_evaluation_that_cannot_end_is_given_up(why: EndpointObservation) -> None:
    """Its endpoint failed, or no verdict came in time."""
    record = opened(candidate(evaluation()))
    there = with_endpoints(record, evaluation=why, now=NOW + (HOURS if why == IN_SERVICE else 0))
    decision = decide(learn(record, there), there)
    if why.status == "Failed":
        # What failed is removed first.
        assert decision.action == Action.DELETE_ENDPOINT
        there = replace(there, endpoints=dict.fromkeys(there.endpoints), now=NOW + 300)
        record = learn(learn(record, with_endpoints(record, evaluation=why)), there)
        decision = decide(record, there)
    assert decision == Decision(Action.GIVE_UP_EVALUATION, ID)


def test_evaluation_endpoint_that_somebody_deleted_is_not_bought_again() -> None:
    """The gate fails closed."""
    record = opened(candidate(evaluation()))
    record = learn(record, with_endpoints(record, evaluation=IN_SERVICE))
    [found] = [e for e in record.endpoint.generations if e.purpose == "evaluation"]
    assert decide(record, look(endpoints={found.id: None})) == Decision(Action.GIVE_UP_EVALUATION, ID)


@pytest.mark.parametrize("over", ["another training", "removal", "stopped bill"])
def test_evaluation_endpoint_goes_with_what_it_judges(over: str) -> None:
    """Whatever ends first."""
    record = opened(candidate(evaluation()))
    there = with_endpoints(record, evaluation=IN_SERVICE)
    record = learn(record, there)
    [found] = [e for e in record.endpoint.generations if e.purpose == "evaluation"]
    if over == "another training":
        record = learn(want_training(record, claim(3, 1), training(B)), there)
    elif over == "removal":
        record = learn(release_training(record, claim(1)), there)
    else:
        record = stop_billing(record)
    assert decide(record, there) == Decision(Action.DELETE_ENDPOINT, found.id)


def test_evaluation_endpoint_is_not_what_a_rolled_back_replacement_goes_back_to() -> None:
    """CloudFormation never knew of it, and its updates leave it alone."""
    record = opened(candidate(evaluation()))
    changed = want_endpoint(record, claim(3, 2, resource="Endpoint"), endpoint(B, serving="on_demand"))
    assert [e.released for e in changed.endpoint.generations] == [False, False, False]
    gone = Claim(STACK, "Endpoint", "Endpoint-2")
    removed = release_endpoint(record, gone, rolls_back=True)
    assert removed.endpoint.removed
