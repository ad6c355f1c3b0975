"""The trainings of a lost record, known by their jobs."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning import names
from finetuning.lifecycle import Action, JobObservation, decide
from finetuning.lifecycle.endpoint import want_endpoint
from finetuning.lifecycle.facts import JobFacts
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.rebuilding import RebuildRefusedError, rebuild
from finetuning.lifecycle.training import want_training
from tests.unit.lifecycle import bought
from tests.unit.lifecycle.rebuilt import KNOWN, look, rebuilt
from tests.unit.lifecycle.records import BLANK, claim


def attempt(number: int, **changes: Any) -> JobFacts:
    """The job of another attempt of the wanted training."""
    facts = bought.job_facts(KNOWN, created_at=float(number), arn=f"job/{number}")
    tags = {**facts.tags, names.GENERATION_TAG: f"{KNOWN.training.current_id[:-1]}{number}"}
    return replace(facts, name=f"job-{number}", tags=tags, **changes)


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


def test_job_that_is_not_what_its_tags_say_is_refused() -> None:
    """A record with a wrong fingerprint would train again at the next deployment."""
    facts = bought.job_facts(KNOWN)
    facts = replace(facts, settings={**facts.settings, "customModelKmsKeyId": "another"})
    with pytest.raises(RebuildRefusedError, match="does not give its fingerprint"):
        rebuilt(jobs=(facts,))
