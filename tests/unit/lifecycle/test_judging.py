"""Which model serves when the wanted one must not, or not yet: approval, rollback, and a model that does not answer."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import Action, Decision, EndpointObservation, ModelRecord, Observed, decide
from finetuning.lifecycle.endpoint import want_endpoint
from finetuning.lifecycle.judging import AUTOMATIC, JudgementRefusedError, approve, in_service, rejected, roll_back
from finetuning.lifecycle.outcome import model_to_serve
from finetuning.lifecycle.retrying import resume, retry
from finetuning.lifecycle.training import want_training
from finetuning.lifecycle.troubles import seen_troubles
from tests.unit.lifecycle.records import BLANK, A, B, C, a_job, an_endpoint, claim, endpoint, training

FIRST, SECOND = f"{A[:10]}-1", f"{B[:10]}-1"
ADA = "arn:aws:iam::111122223333:user/ada"


def retrained(published: str = "model-a", approved: str = AUTOMATIC, **terms: Any) -> ModelRecord:
    """A model that served A and is to serve B, which is trained."""
    record = want_training(BLANK, claim(1), training())
    record = want_endpoint(record, claim(2, resource="Endpoint"), endpoint(**terms))
    record = want_training(record, claim(3, 1), training(B))
    first, second = record.training.generations
    done: dict[str, Any] = {"intended": True, "job_arn": "job", "status": "Completed", "model_seen": True}
    first = replace(first, model_arn="model-a", approved_by=approved, released=True, **done)
    second = replace(second, model_arn="model-b", **done)
    bought: dict[str, Any] = {"intended": True, "arn": "endpoint-a", "seen_in_service": True, "status": "InService"}
    slot = replace(record.endpoint, published_arn="endpoint-a" if published else "", published_model_arn=published)
    record = replace(record, endpoint=slot).with_endpoint(replace(record.endpoint.generations[0], **bought))
    return record.with_training(first).with_training(second)


def look(serves: str = "model-a", first: str | None = "Active") -> Observed:
    """Both models are there, unless the first was deleted; the endpoint serves one of them."""
    jobs = {FIRST: a_job(model="model-a", model_status=first), SECOND: a_job(model="model-b")}
    return Observed(jobs, {FIRST: an_endpoint(model=serves)}, 1.0)


def test_trained_model_is_put_into_service() -> None:
    """Nobody has to approve it."""
    assert decide(retrained(), look()) == Decision(Action.SWAP_MODEL, FIRST)


def test_model_that_awaits_approval_is_not_put_into_service() -> None:
    """The one before stays, and somebody is told what to run."""
    record = retrained(needs_approval=True)
    assert (model_to_serve(record, look()), decide(record, look())) == ("model-a", Decision(Action.SETTLED))
    [trouble] = seen_troubles(record, look())
    assert (trouble.kind, "'python -m ops approve --env dev --model faq'" in trouble.text) == ("approval", True)


def test_first_model_that_awaits_approval_buys_no_endpoint() -> None:
    """It would be billed while nobody uses it."""
    record = want_training(BLANK, claim(1), training())
    record = want_endpoint(record, claim(2, resource="Endpoint"), endpoint(needs_approval=True))
    seen = Observed({FIRST: a_job()}, {}, 1.0)
    assert decide(record, seen) == Decision(Action.SETTLED)
    approved = approve(record, seen, FIRST, ADA)
    assert decide(approved, seen) == Decision(Action.CREATE_ENDPOINT, FIRST)
    assert (approved.training.generations[0].approved_by, approved.settled) == (ADA, False)


def test_approval_is_of_the_model_that_was_looked_at() -> None:
    """Another one may have been trained meanwhile."""
    record = retrained(needs_approval=True)
    assert decide(approve(record, look(), SECOND, ADA), look()) == Decision(Action.SWAP_MODEL, FIRST)
    for other in (FIRST, "x-1"):
        with pytest.raises(JudgementRefusedError, match=f"training {other} of model 'faq' does not await approval"):
            approve(record, look(), other, ADA)
    for nothing in (retrained(), BLANK):
        with pytest.raises(JudgementRefusedError):
            approve(nothing, look(), SECOND, ADA)


def test_rollback_puts_the_kept_model_back_under_the_same_arn() -> None:
    """And says so, and stays until something else is trained."""
    record = roll_back(retrained(published="model-b"), look("model-b"), SECOND, ADA)
    assert decide(record, look("model-b")) == Decision(Action.SWAP_MODEL, FIRST)
    assert decide(record, look("model-a")) == Decision(Action.PUBLISH_POINTER, FIRST)
    slot = replace(record.endpoint, published_model_arn="model-a")
    settled = decide(replace(record, endpoint=slot), look("model-a"))
    assert settled.action == Action.SETTLED
    assert settled.reason.endswith(f"-bbbbbbbbbb-1 does not serve: rolled back by {ADA}")
    [trouble] = seen_troubles(replace(record, endpoint=slot), look("model-a"))
    assert (trouble.kind, "'python -m ops resume" in trouble.text) == ("failed", True)


def test_resume_puts_the_model_to_the_test_again() -> None:
    """The operator has changed their mind, or what was wrong is mended."""
    record = resume(roll_back(retrained(published="model-b"), look("model-b"), SECOND, ADA), look())
    assert decide(record, look("model-a")) == Decision(Action.SWAP_MODEL, FIRST)


def test_retry_of_a_failed_endpoint_keeps_a_rollback() -> None:
    """Who wants an endpoint again does not ask for a bad model back."""
    record = roll_back(retrained(published="model-b"), look("model-b"), SECOND, ADA)
    record = retry(record.with_endpoint(replace(record.endpoint.generations[0], failure="no capacity")), look())
    assert record.endpoint.current_id == f"{A[:10]}-2"
    assert record.training.current is not None
    assert record.training.current.rejected == f"rolled back by {ADA}"
    assert model_to_serve(record, look()) == "model-a"


def test_deploying_the_same_again_keeps_a_rollback_and_another_training_ends_it() -> None:
    """A change of tags is no reason to serve what was found bad."""
    record = roll_back(retrained(published="model-b"), look("model-b"), SECOND, ADA)
    same = want_training(record, claim(4, 3), training(B, tags={"team": "x"}))
    assert same.training.current is not None
    assert same.training.current.rejected == f"rolled back by {ADA}"
    other = want_training(record, claim(4, 3), training(C))
    assert decide(other, look("model-a")) == Decision(Action.START_JOB, f"{C[:10]}-1")


def test_going_back_to_a_rejected_configuration_puts_it_to_the_test_again() -> None:
    """It was asked for by name."""
    record = roll_back(retrained(published="model-b"), look("model-b"), SECOND, ADA)
    record = want_training(want_training(record, claim(4, 3), training(A)), claim(5, 4), training(B))
    assert record.training.current is not None
    assert (record.training.current.id, record.training.current.rejected) == (SECOND, "")


@pytest.mark.parametrize(
    ("record", "seen"),
    [
        (retrained(published="model-b"), look("model-b", first=None)),
        (retrained(published="model-b", approved=""), look("model-b")),
    ],
    ids=["the model is gone", "it has never served"],
)
def test_rollback_without_a_kept_model_is_refused(record: ModelRecord, seen: Observed) -> None:
    """Nothing changes: what serves, serves."""
    with pytest.raises(JudgementRefusedError, match="keeps no earlier custom model"):
        roll_back(record, seen, SECOND, ADA)


def test_rollback_of_another_training_or_twice_is_refused() -> None:
    """Somebody else was faster."""
    record = retrained(published="model-b")
    with pytest.raises(JudgementRefusedError, match="is not the wanted one any more"):
        roll_back(record, look("model-b"), FIRST, ADA)
    with pytest.raises(JudgementRefusedError, match="was rejected before: rolled back by"):
        roll_back(roll_back(record, look("model-b"), SECOND, ADA), look("model-b"), SECOND, ADA)


def test_rollback_to_another_base_model_is_refused() -> None:
    """An endpoint serves models of one base model."""
    record = retrained(published="model-b", base_model="nova")
    first, second = record.training.generations
    record = record.with_training(replace(first, settings={"baseModelIdentifier": "haiku"}))
    record = record.with_training(replace(second, settings={"baseModelIdentifier": "nova"}))
    with pytest.raises(JudgementRefusedError, match="of the same base model"):
        roll_back(record, look("model-b"), SECOND, ADA)


def test_model_that_does_not_answer_is_swapped_back() -> None:
    """The pointer never named it."""
    record = rejected(retrained(), look("model-b"), "model-b", "empty answer")
    assert decide(record, look("model-b")) == Decision(Action.SWAP_MODEL, FIRST)
    assert decide(record, look("model-a")).action == Action.SETTLED


def test_first_endpoint_whose_model_does_not_answer_goes_and_is_bought_again_only_for_another_model() -> None:
    """Provisioned throughput would be billed for nothing."""
    record = retrained(published="", approved="")
    [first, _] = record.training.generations
    record = rejected(record.with_training(replace(first, gone=True)), look("model-b", None), "model-b", "empty answer")
    assert decide(record, look("model-b", None)) == Decision(Action.DELETE_ENDPOINT, FIRST)
    gone = replace(look("model-b", None), endpoints={FIRST: None, f"{A[:10]}-2": None})
    decision = decide(record.with_endpoint(replace(record.endpoint.generations[0], gone=True)), gone)
    assert (decision.action, "does not serve: empty answer" in decision.reason) == (Action.SETTLED, True)


@pytest.mark.parametrize("terms", [{"serving": "on_demand"}, {"commitment": "one_month"}])
def test_endpoint_that_costs_nothing_more_stays_for_the_next_model(terms: dict[str, Any]) -> None:
    """On demand, and inside a commitment."""
    record = rejected(retrained(published="", approved="", **terms), look("model-b"), "model-b", "empty answer")
    assert len(record.endpoint.generations) == 1


def test_endpoint_that_was_wanted_since_the_question_is_none_of_it() -> None:
    """It was not bought yet, so nothing is billed for nothing; and a model that nobody knows is nobody's."""
    record = retrained(published="", approved="")
    record = want_endpoint(record, claim(5, 2, resource="Endpoint"), endpoint(B, model_units=2))
    after = rejected(record, look("model-b"), "model-b", "empty answer")
    assert after.endpoint == record.endpoint
    assert rejected(record, look("model-b"), "unknown", "empty answer") == record


def test_model_deleted_by_hand_is_not_replaced_by_an_older_one() -> None:
    """What serves, serves: swapping would be a rollback that nobody asked for."""
    record = retrained(published="model-b")
    seen = look("model-b")
    seen = replace(seen, jobs={**seen.jobs, SECOND: a_job(model="model-b", model_status=None)})
    assert model_to_serve(record, seen) == "model-b"


def test_published_model_is_approved_by_nobody_in_particular() -> None:
    """So it may be rolled back to later."""
    record = in_service(retrained(), "model-b")
    assert [g.approved_by for g in record.training.generations] == [AUTOMATIC, AUTOMATIC]
    assert in_service(record, "") == in_service(record, "unknown") == record


def test_endpoint_that_shows_a_refused_swap_keeps_its_failure() -> None:
    """Bedrock refused to load the model: that is the endpoint's failure, not the model's."""
    refused = EndpointObservation("endpoint-a", "InService", "model-a", "no", "model-b")
    seen = replace(look(), endpoints={FIRST: refused})
    record = retrained()
    record = record.with_endpoint(replace(record.endpoint.generations[0], failure="could not take on another model"))
    assert decide(record, seen).action == Action.SETTLED


@pytest.mark.parametrize(("trained_on", "serves"), [("haiku:0", True), ("nova:0", False)])
def test_model_that_was_trained_further_is_of_its_first_base_model(trained_on: str, serves: bool) -> None:
    """So the endpoint of that base model can serve it."""
    record = retrained(base_model="haiku:0")
    arn = f"arn:aws:bedrock:us-west-2:111122223333:custom-model/{trained_on}/abcdefghij12"
    record = record.with_training(replace(record.training.generations[1], settings={"baseModelIdentifier": arn}))
    assert (model_to_serve(record, look()) == "model-b") == serves
