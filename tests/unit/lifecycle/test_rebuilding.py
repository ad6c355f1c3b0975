"""A lost record is rebuilt so that nothing is bought, nothing is deleted, and the next deployment changes nothing."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning import names
from finetuning.lifecycle import Action, JobObservation, ModelRecord, Observed, Signal, decide
from finetuning.lifecycle.endpoint import want_endpoint
from finetuning.lifecycle.facts import EndpointFacts, JobFacts, StackFacts
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.observation import EndpointObservation
from finetuning.lifecycle.rebuilding import RebuildRefusedError, rebuild
from finetuning.lifecycle.training import want_training
from tests.unit.lifecycle import bought
from tests.unit.lifecycle.records import BLANK, STACK, claim

KNOWN = bought.record()
NOW = 1_780_000_000.0


def rebuilt(
    stack: StackFacts | None = None,
    jobs: tuple[JobFacts, ...] = (bought.job_facts(KNOWN),),
    endpoints: tuple[EndpointFacts, ...] = (bought.endpoint_facts(KNOWN),),
    pointer: str = bought.POINTER,
) -> ModelRecord:
    """The record rebuilt of what serves, except for what is given."""
    return rebuild(BLANK, stack or bought.stack_facts(KNOWN), jobs, endpoints, pointer)


def attempt(number: int, **changes: Any) -> JobFacts:
    """The job of another attempt of the wanted training."""
    facts = bought.job_facts(KNOWN, created_at=float(number), arn=f"job/{number}")
    tags = {**facts.tags, names.GENERATION_TAG: f"{KNOWN.training.current_id[:-1]}{number}"}
    return replace(facts, name=f"job-{number}", tags=tags, **changes)


def look(record: ModelRecord) -> Observed:
    """What is there when all that was bought is."""
    jobs = {g.id: JobObservation(g.job_arn, g.status, "", g.model_arn, "Active") for g in record.training.generations}
    endpoints = {
        g.id: EndpointObservation(g.arn, "InService", g.model_arn) for g in record.endpoint.generations if g.intended
    }
    return Observed(jobs=jobs, endpoints=endpoints, now=NOW)


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


@pytest.mark.parametrize(
    "hyperparameters", [{"epochCount": "2"}, {"epochCount": "2.0"}, {"epochCount": "2", "batchSize": "32"}]
)
def test_defaults_that_bedrock_fills_in_do_not_matter(hyperparameters: dict[str, str]) -> None:
    """The job may have more than was given, in another spelling."""
    facts = bought.job_facts(KNOWN)
    facts = replace(facts, settings={**facts.settings, "hyperParameters": hyperparameters})
    training = rebuilt(jobs=(facts,)).training.current
    assert training is not None
    assert KNOWN.training.current is not None
    assert training.fingerprint == KNOWN.training.current.fingerprint
    assert training.settings["hyperParameters"] == {"epochCount": "2"}


def test_keep_previous_is_one_unless_the_template_says_otherwise() -> None:
    """As in the configuration."""
    stack = bought.stack_facts(KNOWN)
    assert stack.job is not None
    assert rebuilt(replace(stack, job=replace(stack.job, properties={}))).training.keep_previous == 1


def test_training_without_validation() -> None:
    """The dataset's digest is all there is."""
    wanted = bought.training_wanted(validation=False)
    known = want_training(BLANK, claim(1), wanted)
    known = want_endpoint(known, claim(2, resource="Endpoint"), bought.endpoint_wanted())
    training = rebuild(BLANK, bought.stack_facts(known), [bought.job_facts(known)], [], "").training.current
    assert training is not None
    assert training.fingerprint == wanted.fingerprint


def test_latest_attempt_is_wanted() -> None:
    """A retry does not change the stack's output. Earlier attempts are let go of, and known for their names."""
    record = rebuilt(jobs=(attempt(2), attempt(1, status="Failed", model_arn="", model_status=None)))
    first, second = record.training.generations
    assert record.training.current == second
    assert second.job_name == "job-2"
    assert (first.released, first.gone) == (True, True)
    assert not second.released


def test_previous_models_are_let_go_of_and_kept_as_configured() -> None:
    """They exist, so they are not gone: `keep_previous` decides."""
    other = bought.record("3")
    previous = bought.job_facts(other, created_at=0.5, arn="job/0")
    stack = bought.stack_facts(KNOWN)
    assert stack.job is not None
    told = {**stack.job.properties, "Tags": {"team": "other"}}
    stack = replace(stack, job=replace(stack.job, properties=told))
    record = rebuilt(stack, jobs=(previous, bought.job_facts(KNOWN)))
    first, current = record.training.generations
    assert (first.id, first.released, first.gone) == (other.training.current_id, True, False)
    assert first.fingerprint == bought.training_wanted("3").fingerprint
    assert (first.tags, first.tagged) == (bought.TAGS, None)
    assert record.training.current == current
    assert (current.tags, current.tagged) == ({"team": "other"}, bought.TAGS)
    record = record.with_training(replace(current, tagged=None))
    seen = look(record)
    assert decide(learn(record, seen), seen).action == Action.SETTLED


def test_previous_job_of_unknown_parameters_is_known_by_its_digits() -> None:
    """It is never wanted again under its fingerprint, but its model is not forgotten."""
    facts = bought.job_facts(bought.record("3"), created_at=0.5)
    facts = replace(facts, settings={**facts.settings, "baseModelIdentifier": "retired"})
    first = rebuilt(jobs=(facts, bought.job_facts(KNOWN))).training.generations[0]
    assert first.fingerprint == first.id[:10]


def test_model_that_somebody_deleted_is_not_trained_again() -> None:
    """A completed job without a model."""
    record = rebuilt(jobs=(bought.job_facts(KNOWN, model_status=None),))
    training = record.training.current
    assert training is not None
    assert (training.model_seen, training.gone) == (True, False)
    seen = look(record)
    seen = replace(
        seen, jobs={training.id: JobObservation(training.job_arn, "Completed", "", training.model_arn, None)}
    )
    decision = decide(learn(record, seen), seen)
    assert decision.action == Action.SETTLED
    assert "was deleted outside this stack" in decision.reason


@pytest.mark.parametrize("pointer", ["", bought.POINTER])
def test_endpoint_that_is_not_there_is_not_bought(pointer: str) -> None:
    """It takes an operator's `resume`."""
    record = rebuilt(endpoints=(), pointer=pointer)
    seen = replace(look(record), endpoints={})
    decision = decide(learn(record, seen), seen)
    assert decision.action in {Action.SETTLED, Action.PUBLISH_POINTER}
    assert record.endpoint.current is not None
    assert "it is not bought by itself" in record.endpoint.current.failure
    assert not record.endpoint.current.intended
    lost = KNOWN.endpoint.current
    assert lost is not None
    for field in (
        "id",
        "name",
        "attempt",
        "serving",
        "model_units",
        "commitment",
        "fingerprint",
        "physical_id",
        "tags",
    ):
        assert getattr(record.endpoint.current, field) == getattr(lost, field), field


def test_other_endpoints_are_let_go_of() -> None:
    """One of before a change of units is deleted by the driver, the wanted one stays."""
    other = bought.record(units=2)
    record = rebuilt(endpoints=(bought.endpoint_facts(other, arn="other"), bought.endpoint_facts(KNOWN)))
    first, current = record.endpoint.generations
    assert (first.arn, first.released, first.serving, first.model_units) == ("other", True, "provisioned", 2)
    assert record.endpoint.current == current
    seen = look(record)
    assert decide(learn(record, seen), seen).generation_id == first.id


def test_latest_attempt_of_the_endpoint_is_wanted() -> None:
    """As after a retry."""
    facts = bought.endpoint_facts(KNOWN)
    later = {**facts.tags, names.GENERATION_TAG: f"{KNOWN.endpoint.current_id[:-1]}12"}
    record = rebuilt(endpoints=(replace(facts, tags=later, arn="later"), facts))
    assert record.endpoint.current is not None
    assert (record.endpoint.current.arn, record.endpoint.current.attempt) == ("later", 12)


def test_endpoint_may_have_been_idle_since_it_was_made() -> None:
    """Without its age, the watchdog would never look at it."""
    [endpoint] = rebuilt().endpoint.generations
    assert endpoint.intended_at == bought.ENDPOINT_CREATED_AT


def test_pointer_and_what_it_serves() -> None:
    """As if the driver had published it."""
    slot = rebuilt().endpoint
    assert (slot.published_arn, slot.published_model_arn) == (bought.POINTER, bought.endpoint_facts(KNOWN).model_arn)
    foreign = rebuilt(pointer="foreign").endpoint
    assert (foreign.published_arn, foreign.published_model_arn) == ("foreign", "")


def test_tags_that_changed_are_put_on_again() -> None:
    """The template's tags are wanted; what is there is remembered."""
    record = rebuilt(stack=bought.stack_facts(KNOWN, Tags={"team": "other"}))
    endpoint = record.endpoint.current
    assert endpoint is not None
    assert (endpoint.tags, endpoint.tagged) == ({"team": "other"}, bought.TAGS)


def test_commitment_keeps_its_approval() -> None:
    """It is used up."""
    stack = bought.stack_facts(KNOWN, CommitmentApproval="a-1", CommitmentApprovedUntil="1780000000")
    slot = rebuilt(stack=stack).endpoint
    assert slot.approvals == {"a-1": slot.current_id}
    assert slot.current is not None
    assert (slot.current.approval, slot.current.approved_until) == ("a-1", 1_780_000_000.0)


def test_wait_condition_was_told() -> None:
    """The stack is at rest."""
    slot = rebuilt(stack=bought.stack_facts(KNOWN, WaitConditionLogicalId="ModelServes1")).endpoint
    assert slot.signal == Signal(STACK, "ModelServes1", sent=True)


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


def test_job_that_is_not_what_its_tags_say_is_refused() -> None:
    """A record with a wrong fingerprint would train again at the next deployment."""
    facts = bought.job_facts(KNOWN)
    facts = replace(facts, settings={**facts.settings, "customModelKmsKeyId": "another"})
    with pytest.raises(RebuildRefusedError, match="does not give its fingerprint"):
        rebuilt(jobs=(facts,))


def test_record_is_never_overwritten() -> None:
    """Only a blank one is rebuilt."""
    for known in (KNOWN, replace(KNOWN, training=BLANK.training), replace(KNOWN, endpoint=BLANK.endpoint)):
        with pytest.raises(RebuildRefusedError, match="model 'faq' has a record, which is not overwritten"):
            rebuild(known, bought.stack_facts(KNOWN), [bought.job_facts(KNOWN)], [], "")
