"""Every combination of what is wanted and what is seen: the decision is total, and never buys what is there."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from finetuning.lifecycle import Action, EndpointObservation, JobObservation, ModelRecord, Observed, Signal, decide
from finetuning.lifecycle.endpoint import release_endpoint, want_endpoint
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.training import release_training, want_training
from tests.unit.lifecycle.records import B, an_endpoint, claim, endpoint, intended, serving, training, wanted

ID, NEXT = "aaaaaaaaaa-1", "bbbbbbbbbb-1"
WAITS = (Action.AWAIT_JOB, Action.AWAIT_CHANGE)


def jobs(model: str) -> Iterator[JobObservation | None]:
    """Every status of a job and of its model, known or not."""
    yield None
    for status in ("InProgress", "Stopping", "Stopped", "Failed", "Archived", ""):
        yield JobObservation("job", status)
    for model_status in (None, "Creating", "Active", "Failed", "Archived"):
        yield JobObservation("job", "Completed", "", model, model_status)


def endpoints(arn: str) -> Iterator[EndpointObservation | None]:
    """Every status of an endpoint, serving either model."""
    yield None
    for status, model in product(("Creating", "InService", "Updating", "Failed", "Archived"), ("model-a", "model-b")):
        yield an_endpoint(status, model, arn)
    yield replace(an_endpoint("InService", "model-a", arn), refused_model_arn="model-b", failure="no")


def records() -> Iterator[ModelRecord]:
    """First deployment, serving, replaced, rolled back and removed, in part and whole."""
    job, place = claim(1), claim(2, resource="Endpoint")
    for base in (wanted(), wanted(signal=Signal("stack", "Wait1")), serving()[0]):
        retrained = intended(want_training(base, claim(3, 1), training(B, keep_previous=0)))
        moved = intended(want_endpoint(retrained, claim(4, 2, resource="Endpoint"), endpoint(B, serving="on_demand")))
        cleaned = release_endpoint(release_training(moved, job), place)
        yield from (base, retrained, moved, cleaned, release_training(base, job), release_endpoint(base, place))
        yield release_endpoint(release_training(base, job), place)
        yield release_endpoint(release_training(moved, claim(3)), claim(4, resource="Endpoint"))
        yield release_training(moved, claim(3), rolls_back=True)


def looks() -> Iterator[Observed]:
    """Both generations of both slots in all combinations of a representative half, each half complete on its own."""
    few_jobs = [None, JobObservation("job", "Completed", "", "model-b", "Active")]
    few_endpoints = [None, an_endpoint(model="model-b", arn="endpoint-b")]
    for first, second, place, other in product(jobs("model-a"), few_jobs, endpoints("endpoint-a"), few_endpoints):
        yield Observed(jobs={ID: first, NEXT: second}, endpoints={ID: place, NEXT: other})
    for second, other in product(jobs("model-b"), endpoints("endpoint-b")):
        completed = JobObservation("job", "Completed", "", "model-a", "Active")
        yield Observed(jobs={ID: completed, NEXT: second}, endpoints={ID: an_endpoint(), NEXT: other})


def test_decision_is_total_and_never_buys_what_is_there() -> None:
    """Whatever Bedrock answers, known or unknown: an action, a positive wait, and no second purchase (invariant I3)."""
    decided = 0
    for record, look in product(records(), looks()):
        known = learn(record, look)
        decision = decide(known, look)
        job, found = look.jobs.get(decision.generation_id), look.endpoints.get(decision.generation_id)
        situation = (known, look, decision)
        if decision.action == Action.START_JOB:
            assert job is None, situation
            assert decision.generation_id == known.training.current_id, situation
        if decision.action == Action.CREATE_ENDPOINT:
            assert found is None, situation
            assert decision.generation_id == known.endpoint.current_id, situation
        if decision.action == Action.DELETE_MODEL:
            assert job is not None, situation
            assert not look.serves(job.model_arn), situation
            assert known.training.unwanted(known.training.find(decision.generation_id)), situation  # type: ignore[arg-type]  # it was found
        assert (decision.wait_seconds > 0) is (decision.action in WAITS), situation
        decided += 1
    assert decided > 15_000


def test_settled_leaves_nothing_that_nobody_wants() -> None:
    """Once everything is removed, SETTLED means that no job runs, no model and no endpoint exists (invariant I1)."""
    removed = [r for r in records() if r.training.removed and r.endpoint.removed]
    assert removed != []
    for record, look in product(removed, looks()):
        mine = {g.id for g in record.training.generations}, {e.id for e in record.endpoint.generations}
        if decide(learn(record, look), look).action != Action.SETTLED:
            continue
        left = [j for i, j in look.jobs.items() if i in mine[0] and j is not None]
        assert all(j.status in {"Completed", "Failed", "Stopped"} and j.model_status is None for j in left)
        assert all(e is None for i, e in look.endpoints.items() if i in mine[1])
