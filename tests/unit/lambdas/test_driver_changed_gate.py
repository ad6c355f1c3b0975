"""A changed gate in the driver's story: what the gate before refused is judged again, and the plan says so."""

import json
from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle.candidate import is_verdict_awaited, judged_by
from finetuning.lifecycle.forecast import forecast
from finetuning.lifecycle.judging import approve
from finetuning.lifecycle.wanted import endpoint_wanted, training_wanted
from tests.unit.lambdas.acting import look
from tests.unit.lambdas.story import KEY, MODEL, ROLE, endpoint_properties, job_properties
from tests.unit.lambdas.test_driver_gate import Judged, asked

TOO_LOW = "rouge_l is 0.3; at least 0.4 is required."


def refused(serving: str) -> Judged:
    """A first model that the gate refused for its answers."""
    story = Judged(serving)
    story.reasons = (TOO_LOW,)
    story.want()
    [generation] = story.record.training.generations
    assert generation.rejected == f"quality gate: {TOO_LOW.removesuffix('.')}"
    story.reasons = ()
    return story


def resources(story: Judged, **gate: Any) -> dict[str, dict[str, Any]]:
    """Of the same training and endpoint, with another gate."""
    job = job_properties("2", **asked(**story.terms | gate))
    return {"Job": job, "Endpoint": endpoint_properties(**story.properties)}


@pytest.mark.parametrize("serving", ["on_demand", "provisioned"])
def test_model_that_the_gate_before_refused_is_judged_by_the_next_as_planned(
    serving: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By a deployment that starts no job; nobody has to resume anything."""
    story = refused(serving)
    wanted = resources(story, mode="dry_run")
    training = training_wanted(wanted["Job"], service_role_arn=ROLE, key_arn=KEY)
    plan = forecast(story.record, look(story), training, endpoint_wanted(wanted["Endpoint"]))
    assert not plan.problem
    capsys.readouterr()
    story.stack.update(wanted)
    story.machine.run()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    done = [line["action"] for line in lines if line["message"] == "acting"]
    assert done == [step.action.value for step in plan.steps]
    [generation] = story.record.training.generations
    assert (generation.served, story.serves, len(story.jobs.jobs)) == (True, generation.model_arn, 1)


def test_gate_that_is_deployed_twice_judges_once() -> None:
    """It has refused the model itself by then."""
    story = refused("on_demand")
    story.reasons = (TOO_LOW,)
    wanted = resources(story, mode="enabled", evaluation=True, own_endpoint=False)
    story.stack.update(wanted)
    story.machine.run()
    started = len(story.evaluations.started)
    story.stack.update({**wanted, "Job": wanted["Job"] | {"Tags": {"team": "another"}}})
    story.machine.run()
    [generation] = story.record.training.generations
    assert (len(story.evaluations.started), bool(generation.rejected), story.serves) == (started, True, "")


def test_gate_that_is_changed_back_judges_again() -> None:
    """Each time by an execution of its own: the name of the first is spent."""
    story = refused("on_demand")
    story.reasons = (TOO_LOW,)
    story.stack.update(resources(story, own_endpoint=False))
    story.machine.run()
    story.reasons = ()
    story.stack.update(resources(story))
    story.machine.run()
    [generation] = story.record.training.generations
    assert story.serves == generation.model_arn
    assert len(story.evaluations.started) == 3


def test_gate_that_is_changed_back_judges_a_model_that_it_passed_again() -> None:
    """While the model waits for its approval: neither verdict before is of what is wanted now."""
    story = Judged("on_demand")
    story.properties["NeedsApproval"] = "true"
    story.want()
    for terms in ({"mode": "dry_run"}, {}):
        story.stack.update(resources(story, **terms))
        story.machine.run()
    [generation] = story.record.training.generations
    assert not is_verdict_awaited(generation)
    assert len(story.evaluations.started) == 3
    seen = look(story)
    record = story.registry.update(MODEL, lambda r: approve(r, seen, generation.id, "ada"))
    story.machine.start(MODEL, record.in_charge)
    story.machine.run()
    assert story.serves == generation.model_arn


def test_gate_that_is_changed_back_before_the_other_began_has_an_execution_of_its_own() -> None:
    """What the first execution says is of an attempt that nobody awaits any more."""
    story = Judged("on_demand")
    story.want()
    [generation] = story.record.training.generations
    asks = generation.evaluation
    assert asks is not None
    begun = replace(generation, served=False, verdict=None, evaluating=asks.id, evaluating_since=1.0)
    back = judged_by(judged_by(begun, replace(asks, id="another")), asks)
    assert (back.evaluating, back.evaluation_attempt) == ("", begun.evaluation_attempt + 2)
    assert judged_by(back, asks) == back
