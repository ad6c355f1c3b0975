"""A lost record is rebuilt so that nothing is bought, nothing is deleted, and the next deployment changes nothing."""

from dataclasses import replace

import pytest

from finetuning import names
from finetuning.lifecycle import Action, decide
from finetuning.lifecycle.endpoint import want_endpoint
from finetuning.lifecycle.evaluating import curve_judged, judged
from finetuning.lifecycle.facts import StackFacts
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.rebuilding import RebuildRefusedError, rebuild
from finetuning.lifecycle.training import want_training
from tests.unit.lifecycle import bought, candidates
from tests.unit.lifecycle.rebuilt import KNOWN, look, rebuilt
from tests.unit.lifecycle.records import BLANK, STACK, claim


def test_generations_are_those_that_were_lost() -> None:
    """Ids, fingerprints, names, settings and tags: all that a purchase derives from."""
    record = rebuilt()
    for found, lost in (
        (record.training.current, KNOWN.training.current),
        (record.endpoint.current, KNOWN.endpoint.current),
    ):
        assert found is not None
        assert lost is not None
        for field in ("id", "fingerprint", "attempt", "tags", "physical_id", "intended", "tagged", "released", "gone"):
            assert getattr(found, field) == getattr(lost, field), field
    training = record.training.current
    assert training is not None
    assert KNOWN.training.current is not None
    assert training.settings == KNOWN.training.current.settings
    assert training.job_name == KNOWN.training.current.job_name
    job, endpoint = bought.job_facts(KNOWN), bought.endpoint_facts(KNOWN)
    assert (training.job_arn, training.model_arn, training.status) == (job.arn, job.model_arn, "Completed")
    assert training.intended_at == job.created_at, "it counts in its month"
    current, lost_endpoint = record.endpoint.current, KNOWN.endpoint.current
    assert current is not None
    assert lost_endpoint is not None
    assert (current.arn, current.model_arn, current.status) == (endpoint.arn, endpoint.model_arn, "InService")
    assert (current.name, current.serving, current.commitment) == (lost_endpoint.name, "provisioned", "none")
    assert current.base_model == bought.HAIKU.customization_id, "its models are asked before they are published"
    assert (current.model_units, current.committed_until, current.seen_in_service) == (1, 0.0, True)
    assert (record.training.physical_id, record.endpoint.physical_id) == ("Job-1", "Endpoint-2")
    assert (record.training.owner, record.endpoint.owner) == (STACK, STACK)
    assert not record.training.removed
    assert not record.endpoint.removed
    assert record.training.keep_previous == 2
    assert not record.settled


def test_driver_finds_nothing_to_do() -> None:
    """What serves is published already."""
    record = rebuilt()
    seen = look(record)
    assert decide(learn(record, seen), seen).action == Action.SETTLED


def test_next_deployment_changes_nothing() -> None:
    """An Update without effect finds the same generations; a change is a new generation, as ever."""
    record = replace(rebuilt(), settled=True)
    after = want_training(record, claim(3, 1), bought.training_wanted())
    after = want_endpoint(after, claim(4, 2, resource="Endpoint"), bought.endpoint_wanted())
    assert (after.training.generations, after.endpoint.generations) == (
        record.training.generations,
        record.endpoint.generations,
    )
    assert after.settled
    changed = want_training(record, claim(3, 1), bought.training_wanted("3"))
    assert changed.training.current_id != record.training.current_id


def test_model_is_judged_anew_once_its_evaluation_changes() -> None:
    """The verdict was lost with the record. What serves goes on serving, unless the new verdict refuses it."""
    asked = replace(bought.training_wanted(), evaluation=candidates.evaluation(own_endpoint=False))
    record = want_training(replace(rebuilt(), settled=True), claim(3, 1), asked)
    assert not record.settled
    generation = record.training.current
    assert generation is not None
    seen = look(record)
    assert decide(learn(record, seen), seen).action == Action.JUDGE_TRAINING
    record = curve_judged(record, generation.id, candidates.verdict())
    assert decide(learn(record, seen), seen).action == Action.EVALUATE
    record = judged(record, generation.id, replace(candidates.verdict(), attempt=generation.evaluation_attempt))
    assert decide(learn(record, seen), seen).action == Action.ISSUE_MANIFEST
    assert record.endpoint.published_arn == bought.POINTER


def test_things_of_other_owners_are_left_out() -> None:
    """A name is not enough."""
    job, endpoint = bought.job_facts(KNOWN), bought.endpoint_facts(KNOWN)
    foreign = {**job.tags, names.MODEL_TAG: "other"}
    with pytest.raises(RebuildRefusedError, match="no customization job of this model carries the tag"):
        rebuilt(jobs=(replace(job, tags=foreign),))
    foreign = {**endpoint.tags, names.PROJECT_TAG: "other"}
    record = rebuilt(endpoints=(replace(endpoint, tags=foreign),))
    assert [g.intended for g in record.endpoint.generations] == [False]


def test_things_without_a_generation_are_left_out() -> None:
    """They are orphans, which are reported."""
    job, endpoint = bought.job_facts(KNOWN), bought.endpoint_facts(KNOWN)
    nothing = {**job.tags, names.GENERATION_TAG: "x"}
    record = rebuilt(
        jobs=(job, replace(job, tags=nothing)),
        endpoints=(endpoint, replace(endpoint, tags={**endpoint.tags, names.GENERATION_TAG: "x"})),
    )
    assert len(record.training.generations) == len(record.endpoint.generations) == 1


@pytest.mark.parametrize(
    ("stack", "message"),
    [
        (replace(bought.stack_facts(KNOWN), status="UPDATE_IN_PROGRESS"), "is UPDATE_IN_PROGRESS; wait"),
        (replace(bought.stack_facts(KNOWN), status="ROLLBACK_FAILED"), "is ROLLBACK_FAILED; wait"),
        (replace(bought.stack_facts(KNOWN), job=None), "has no customization job and no promoted model; deploy it"),
        (replace(bought.stack_facts(KNOWN), generation=""), "has no customization job and no promoted model; deploy"),
        (replace(bought.stack_facts(KNOWN), generation="9999999999-1"), "no customization job of this model"),
    ],
)
def test_stack_that_does_not_say_what_is_wanted_is_refused(stack: StackFacts, message: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(RebuildRefusedError, match=message):
        rebuilt(stack)


def test_record_is_never_overwritten() -> None:
    """Only a blank one is rebuilt."""
    for known in (KNOWN, replace(KNOWN, training=BLANK.training), replace(KNOWN, endpoint=BLANK.endpoint)):
        with pytest.raises(RebuildRefusedError, match="model 'faq' has a record, which is not overwritten"):
            rebuild(known, bought.stack_facts(KNOWN), [bought.job_facts(KNOWN)], [], "")
