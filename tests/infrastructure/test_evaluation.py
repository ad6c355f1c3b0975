"""The evaluation's state machine tells its story, and its function may do what that takes and nothing else."""

from typing import Any

import pytest

from finetuning.evaluation.plan import BATCH_RECORDS
from lambdas.evaluation.pace import LONGEST_PAUSE_SECONDS
from lambdas.evaluation.time_left import MARGIN_SECONDS
from lambdas.gateways.asking import ANSWER_SECONDS
from stacks.constructs import evaluation_definition
from tests.infrastructure.expected_actions import EVALUATION_ACTIONS
from tests.infrastructure.synthesis import ACCOUNT, Synthesis
from tests.infrastructure.template import actions_of, as_list, statement_with, text_of

DEFINITION: dict[str, Any] = evaluation_definition.definition()
STATES: dict[str, Any] = DEFINITION["States"]
MAPS = {name: state for name, state in STATES.items() if state["Type"] == "Map"}
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"} | {
    step: task for state in MAPS.values() for step, task in state["ItemProcessor"]["States"].items()
}


def test_every_transition_leads_to_a_state() -> None:
    """No state is missing, and none is unreachable."""
    reached = {DEFINITION["StartAt"]}
    for state in STATES.values():
        reached |= {state[key] for key in ("Next", "Default") if key in state}
        reached |= {branch["Next"] for key in ("Choices", "Catch") for branch in state.get(key, [])}
    assert reached == set(STATES)


@pytest.mark.parametrize("name", [name for name in STATES if STATES[name]["Type"] in ("Task", "Map")])
def test_whatever_fails_for_good_gets_a_verdict(name: str) -> None:
    """A candidate without a verdict would wait until its time is over.

    If even giving up fails, the execution fails in that very step: a redrive goes on there, and not in a state that
    fails by its nature. Source: Step Functions Developer Guide, 'Redriving executions'.
    """
    caught = [(catch["ErrorEquals"], catch["Next"]) for catch in STATES[name].get("Catch", [])]
    assert caught == ([] if name == "GiveUp" else [(["States.ALL"], "GiveUp")])


def test_execution_ends_by_success_or_by_the_error_of_a_step() -> None:
    """A state of type Fail would fail again in each redrive."""
    assert [name for name, state in STATES.items() if state["Type"] == "Fail"] == []


@pytest.mark.parametrize("name", TASKS)
def test_step_that_ran_out_of_time_goes_on(name: str) -> None:
    """Each invocation answers one record of a batch at least; what is final is not tried again."""
    retries = {error: retry for retry in TASKS[name]["Retry"] for error in retry["ErrorEquals"]}
    assert retries["OutOfTimeError"]["MaxAttempts"] > BATCH_RECORDS
    assert retries["EvaluationOverdueError"]["MaxAttempts"] == 0
    assert retries["TooManyRequestsError"]["JitterStrategy"] == "FULL"
    assert "Lambda.TooManyRequestsException" in retries
    assert TASKS[name]["Retry"][0]["MaxAttempts"] == 0, "the first that matches counts"


def test_function_lives_longer_than_a_pause_and_the_longest_answer(dev: Synthesis) -> None:
    """Else a step would never find the time to ask anything, and run out of it for ever."""
    [function] = [
        f["Properties"]
        for f in dev.resources("Control", "AWS::Lambda::Function").values()
        if f["Properties"]["Handler"].startswith("lambdas.evaluation.")
    ]
    assert function["Timeout"] > 2 * (MARGIN_SECONDS + LONGEST_PAUSE_SECONDS + ANSWER_SECONDS)


@pytest.mark.parametrize("name", MAPS)
def test_as_many_batches_at_a_time_as_the_endpoint_takes(name: str) -> None:
    """How many those are, only the configuration knows."""
    assert MAPS[name]["MaxConcurrencyPath"] == "$.plan.concurrency"
    assert MAPS[name]["ResultPath"] is None, "the results of 200 batches are nobody's input"
    assert MAPS[name]["ItemProcessor"]["ProcessorConfig"] == {"Mode": "INLINE"}


def test_driver_knows_the_state_machine_before_there_is_one(dev: Synthesis) -> None:
    """Each of the two names the other, which CloudFormation cannot create; so one has a name that both know."""
    control = dev.resources("Control")
    machines = [r["Properties"] for r in control.values() if r["Type"] == "AWS::StepFunctions::StateMachine"]
    assert [m.get("StateMachineName") for m in machines].count("finetuning-dev-evaluation") == 1
    arn = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:finetuning-dev-evaluation"
    (right,) = statement_with(control, "DriverFunction", "states:StartExecution")
    assert text_of(right["Resource"]) == arn
    (driver,) = [
        r["Properties"]["Environment"]["Variables"]
        for r in control.values()
        if r["Type"] == "AWS::Lambda::Function" and r["Properties"]["Handler"].startswith("lambdas.driver.")
    ]
    assert text_of(driver["EVALUATIONS_ARN"]) == arn


def test_evaluation_has_exactly_the_actions_that_it_calls(dev: Synthesis) -> None:
    """It asks, reads and writes files, records a verdict; it neither buys nor deletes anything."""
    assert actions_of(dev.resources("Control"), "EvaluationFunction") == EVALUATION_ACTIONS


def test_endpoints_are_asked_within_the_owner_tags_only(dev: Synthesis) -> None:
    """Base models have no tags; each that is asked is named."""
    asked = statement_with(dev.resources("Control"), "EvaluationFunction", "bedrock:InvokeModel")
    tagged = [statement for statement in asked if "Condition" in statement]
    assert [statement["Condition"] for statement in tagged] == [
        {
            "StringEquals": {
                "aws:ResourceTag/finetuning:project": "finetuning",
                "aws:ResourceTag/finetuning:environment": "dev",
            }
        }
    ]
    named = [text_of(arn) for s in asked if "Condition" not in s for arn in as_list(s["Resource"])]
    assert named
    assert all(":foundation-model/" in arn and "*" not in arn for arn in named)


def test_test_datasets_are_read_by_their_version(dev: Synthesis) -> None:
    """Of the data bucket, staged datasets and nothing else."""
    (read,) = statement_with(dev.resources("Control"), "EvaluationFunction", "s3:GetObjectVersion")
    assert text_of(read["Resource"]).endswith("/datasets/*")


def test_custom_models_are_asked_with_their_key_through_bedrock(dev: Synthesis) -> None:
    """They are encrypted with the environment's key, and whoever asks one needs it, for nothing else."""
    used = statement_with(dev.resources("Control"), "EvaluationFunction", "kms:Decrypt")
    bedrock = "bedrock.us-east-1.amazonaws.com"
    (asking,) = [s for s in used if bedrock in as_list(s["Condition"]["StringEquals"]["kms:ViaService"])]
    assert asking["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]


def test_files_are_written_below_one_prefix_only(dev: Synthesis) -> None:
    """What trained a model, and what was issued about it, an evaluation cannot change."""
    (written,) = statement_with(dev.resources("Control"), "EvaluationFunction", "s3:PutObject")
    assert text_of(written["Resource"]).endswith("/evaluations/*")
    assert written["Condition"] == {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}
