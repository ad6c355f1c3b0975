"""`ops plan` of what would be refused, of what is under way, and of what needs a human first."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.retrying import stop_billing
from tests.unit.lambdas.story import KEY, MODEL
from tests.unit.ops.plan.conftest import Plan
from tests.unit.ops.plan.edits import (
    BUDGET,
    EPOCHS,
    SAMPLE,
    TRAINING,
    UNITS,
    base,
    copied,
    edited,
)
from tests.unit.ops.plan.rehearsed import Rehearsed


def test_job_over_its_cap_is_refused(plan: Plan, read: Callable[[], str]) -> None:
    assert plan({EPOCHS: 3, f"{BUDGET}/max_usd_per_job": 0.05}) == 1
    text = read()
    assert "customization job finetuning-dev-faq-e85f061d9a-1 may cost $0.07, over budget.max_usd_per_job $0.05" in text
    assert "step 1" not in text
    assert text.endswith("Plan: the deployment would be refused.")


def test_endpoint_over_its_cap_is_refused_with_what_it_replaces(plan: Plan, read: Callable[[], str]) -> None:
    """Both are billed for a while."""
    assert plan({UNITS: 3}) == 1
    assert "costs $120.00 an hour, over endpoint.max_hourly_usd $100.00" in read()


def test_month_over_its_cap_is_refused(plan: Plan, read: Callable[[], str]) -> None:
    """The job that was started this month counts."""
    assert plan({EPOCHS: 3, f"{BUDGET}/max_usd_per_month": 21_900.1}) == 1
    assert "over budget.max_usd_per_month $21,900.10" in read()


@pytest.mark.parametrize(
    ("given", "after"),
    [(f"{KEY[:-1]}6", f"{KEY[:-1]}6"), (None, "known-after-the-deployment")],
    ids=["another", "none any more"],
)
def test_another_key_is_another_custom_model(
    given: str | None, after: str, plan: Plan, world: Rehearsed, read: Callable[[], str]
) -> None:
    """A custom model cannot be encrypted anew, so it is trained anew."""
    world.given = set() if given else {"KeyArn"}
    assert plan({"key_arn": given and given.replace("us-west-2", "us-east-1")}) == 0
    text = read()
    assert f"because key_arn: {KEY} → {after.replace('us-west-2', 'us-east-1')}" in text
    assert "start customization job" in text


def test_bad_dataset_is_refused_with_its_first_findings(plan: Plan, tmp_path: Path, read: Callable[[], str]) -> None:
    copied(SAMPLE, tmp_path / "bad.jsonl", {'"role": "user"': '"role": "boss"'})
    assert plan({TRAINING: str(tmp_path / "bad.jsonl")}) == 1
    text = read()
    assert "the dataset has 1 error: python -m ops data validate shows all" in text
    assert "bad.jsonl line 1" in text


def test_running_job_is_under_way_and_not_planned_again(plan: Plan, world: Rehearsed, read: Callable[[], str]) -> None:
    world.deploy_from(edited(base(), {EPOCHS: 3}), to_the_end=False)
    assert plan({EPOCHS: 3}) == 0
    text = read()
    assert (
        "under way put custom model finetuning-dev-faq-e85f061d9a-1 behind endpoint finetuning-dev-faq-cc166e96-1"
        in text
    )
    assert text.endswith("Plan: nothing to do in Bedrock.")


def test_running_job_that_is_not_wanted_any_more_is_stopped(
    plan: Plan, world: Rehearsed, read: Callable[[], str]
) -> None:
    world.deploy_from(edited(base(), {EPOCHS: 3}), to_the_end=False)
    assert plan({EPOCHS: 4}) == 0
    assert "- step 1 stop customization job finetuning-dev-faq-e85f061d9a-1" in read()


def test_failed_training_needs_a_human(plan: Plan, world: Rehearsed, read: Callable[[], str]) -> None:
    """A deployment of the same does not train again."""
    world.deploy_from(edited(base(), {EPOCHS: 3}), to_the_end=False)
    [name] = world.jobs.running
    world.jobs.end(name, "Failed", "no capacity")
    world.events.handle(name, "Failed")
    world.machine.run()
    assert plan({EPOCHS: 3}) == 1
    assert f"needs a human customization job {name} failed: no capacity" in read()


def test_stopped_bill_stays_stopped(plan: Plan, world: Rehearsed, read: Callable[[], str]) -> None:
    record = world.registry.update(MODEL, stop_billing)
    world.machine.start(MODEL, record.in_charge)
    world.machine.run()
    assert plan({EPOCHS: 3}) == 0
    text = read()
    assert "an operator stopped the bill: nothing serves until python -m ops resume" in text
    assert "create endpoint" not in text


def test_endpoint_that_somebody_deleted_is_not_bought_again(
    plan: Plan, world: Rehearsed, read: Callable[[], str]
) -> None:
    world.throughput.alive.clear()
    world.registry.update(MODEL, lambda r: replace(hand_over(r), settled=True))
    assert plan({EPOCHS: 3}) == 1
    text = read()
    assert "was deleted outside this stack; it is not bought again by itself" in text
    assert "create endpoint" not in text


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-c", "epochs"], 2, "-c epochs: must be key=value"),
        (["-c", "=3"], 2, "-c =3: must be key=value"),
        (["-c", "training.hyperparameter.epochCount=3"], 1, "names no field"),
        (["--model", "fag"], 2, "--model: unknown model 'fag'; known: faq; did you mean 'faq'?"),
    ],
    ids=["no value", "no key", "no field", "no model"],
)
def test_wrong_arguments_are_one_message(
    arguments: list[str], code: int, message: str, plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan({}, *arguments) == code
    assert message in capsys.readouterr().err
