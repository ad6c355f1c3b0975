"""`ops plan` as an operator sees it: text, JSON, exit codes; on an environment of fakes, or on none."""

import json
from collections.abc import Callable
from typing import Any

from tests.unit.lambdas.story import MODEL
from tests.unit.ops.plan.conftest import Plan
from tests.unit.ops.plan.edits import (
    BUDGET,
    COMMITTED,
    EPOCHS,
    FAQ,
    GATED,
    KEEP,
    MANUAL,
    NO_ENDPOINT,
    TAGS,
    UNITS,
    base,
    edited,
)
from tests.unit.ops.plan.rehearsed import Rehearsed


def test_what_is_deployed_needs_nothing(plan: Plan, said: Callable[[], str]) -> None:
    assert plan({}) == 0
    assert (
        said()
        == """\
faq
   training     nothing: finetuning-dev-faq-6494e65182-1 stays
   endpoint     nothing: finetuning-dev-faq-cc166e96-1 stays
   by the hour  $30.00 an hour now
                $30.00 an hour after it ($21,900.00 a month)

Plan: nothing to do in Bedrock."""
    )


def test_markdown_is_the_same_in_a_block_that_is_coloured(plan: Plan, said: Callable[[], str]) -> None:
    """For the comment on a pull request."""
    assert plan({EPOCHS: 3}, "--markdown") == 0
    lines = said().splitlines()
    assert lines[:7] == [
        "## prod",
        "",
        "Plan: 1 to add, 2 to change, 0 to remove.",
        "",
        "### faq",
        "",
        "```diff",
    ]
    assert lines[7] == "+ training       new job finetuning-dev-faq-e85f061d9a-1"
    assert "!   in place" not in lines
    assert any(line.startswith("! endpoint       finetuning-dev-faq-cc166e96-1 stays; ") for line in lines)
    assert lines[-1] == "```"


def test_new_job_is_shown_with_its_cause_its_cost_and_what_follows(plan: Plan, said: Callable[[], str]) -> None:
    assert plan({EPOCHS: 3, KEEP: 0}) == 0
    assert (
        said()
        == """\
faq
+  training     new job finetuning-dev-faq-e85f061d9a-1
+    because    training.hyperparameters.epochCount: 2 → 3
~    in place   training.keep_previous: 1 → 0
+    tokens     9,332 (an estimate) × 3 epochs
+    cost       at most $0.07, cap $5.00
~  endpoint     finetuning-dev-faq-cc166e96-1 stays; its model is swapped in place once the model is trained
+  step 1       start customization job finetuning-dev-faq-e85f061d9a-1
~  step 2       put custom model finetuning-dev-faq-e85f061d9a-1 behind endpoint finetuning-dev-faq-cc166e96-1, \
whose ARN stays
~  step 3       publish the pointer to endpoint finetuning-dev-faq-cc166e96-1
-  step 4       delete custom model finetuning-dev-faq-6494e65182-1
   by the hour  $30.00 an hour now
                $30.00 an hour after it ($21,900.00 a month)

Plan: 1 to add, 2 to change, 1 to remove."""
    )


def test_changed_gate_is_said_to_judge_nothing_of_a_model_that_has_served(plan: Plan, read: Callable[[], str]) -> None:
    """It judges the next training, which a plan that has one does not say."""
    said = "the model has served and stays as it was judged; the present gate judges the next training"
    assert plan(GATED) == 0
    assert said in read()
    assert plan({**GATED, EPOCHS: 3}) == 0
    assert said not in read()


def test_replacement_says_what_both_endpoints_cost(plan: Plan, read: Callable[[], str]) -> None:
    assert plan({UNITS: 2, TAGS: {"team": "search"}}) == 0
    text = read()
    assert "endpoint.model_units: 1 → 2" in text
    assert "tags.team: none → search" in text
    assert "$90.00 an hour while both endpoints are there" in text
    assert "$60.00 an hour after it ($43,800.00 a month)" in text


def test_approval_is_said_where_it_is_waited_for(plan: Plan, read: Callable[[], str]) -> None:
    assert plan({EPOCHS: 3, **MANUAL}) == 0
    text = read()
    assert "swapped in place once the model is trained and is approved" in text
    assert "whose ARN stays; it waits for python -m ops approve" in text
    assert "endpoint.approval: automatic → manual" in text


NO_UNITS = "quota of model units: 'Model units' (L-1) is 0, 1 needed; ask for more: aws service-quotas …"


def test_what_the_preflight_would_refuse_is_foretold(
    plan: Plan, objections: dict[str, tuple[str, ...]], read: Callable[[], str]
) -> None:
    """The deployment begins with it, so a plan that kept still would foretell what does not happen."""
    objections[MODEL] = (NO_UNITS,)
    assert plan({UNITS: 2}) == 1
    text = read()
    assert f"! refused {NO_UNITS}" in text
    assert text.endswith("Plan: the deployment would be refused.")


def test_deployment_that_does_nothing_asks_for_no_preflight(
    plan: Plan, objections: dict[str, tuple[str, ...]], read: Callable[[], str]
) -> None:
    """What stands is not refused for what it would need if it were new."""
    objections[MODEL] = (NO_UNITS,)
    assert plan({}) == 0
    assert "refused" not in read()


def test_what_both_refuse_is_said_once(
    plan: Plan, objections: dict[str, tuple[str, ...]], read: Callable[[], str]
) -> None:
    """The preflight asks for the caps too; what else it refuses is said beside them."""
    changes = {EPOCHS: 3, BUDGET: {"max_usd_per_job": 0.01}}
    assert plan(changes) == 1
    _, _, after = read().partition("! refused ")
    refusal, _, _ = after.partition(" ! training")
    objections[MODEL] = (NO_UNITS, f"caps: {refusal}")
    assert plan(changes) == 1
    assert read().startswith(f"faq ! refused {NO_UNITS} ! refused {refusal} ! training")


def test_account_is_not_asked_offline(
    plan: Plan, objections: dict[str, tuple[str, ...]], read: Callable[[], str]
) -> None:
    objections[MODEL] = (NO_UNITS,)
    assert plan({}, "--offline") == 0
    assert "refused" not in read()


def test_commitment_is_shouted(plan: Plan, read: Callable[[], str]) -> None:
    assert plan(COMMITTED) == 0
    text = read()
    assert "COMMITMENT of one_month, which cannot be cancelled" in text
    assert "endpoint.commitment_approval.until: none → 2026-12-31" in text


def test_commitment_that_is_not_wanted_any_more_stays_on_the_bill(
    plan: Plan, world: Rehearsed, read: Callable[[], str]
) -> None:
    world.deploy_from(edited(base(), COMMITTED))
    assert plan({}) == 0
    text = read()
    assert "cannot be cancelled, so it stays, and is billed, until 2026-06-2" in text
    assert "$50.00 an hour after it" in text


def test_price_that_nobody_gave_is_unknown(plan: Plan, read: Callable[[], str]) -> None:
    waived = {"unknown_prices": ["training", "provisioned"]}
    changes = {"prices": None, BUDGET: waived, f"{FAQ}/endpoint/max_hourly_usd": None, EPOCHS: 3}
    assert plan(changes) == 0
    text = read()
    assert "cost unknown (no price configured)" in text
    assert "unknown (no price configured) after it" in text


def test_renamed_model_leaves_its_stack_and_its_bill(plan: Plan, read: Callable[[], str]) -> None:
    """CDK does not know the stack any more, so that no deployment removes it."""
    faq = base()["environments"]["prod"]["models"][MODEL]
    assert plan({"models/help": faq, FAQ: None}) == 0
    text = read()
    assert "+ training new job finetuning-dev-help-6494e65182-1" in text
    assert "~ left its stack is deployed and not configured any more" in text
    assert "$30.00 an hour until it is removed" in text
    assert (
        "aws cloudformation delete-stack --stack-name finetuning-dev-Model-faq --region us-east-1, which would:" in text
    )
    assert "- step 2 delete custom model finetuning-dev-faq-6494e65182-1" in text


def test_one_model_is_planned_without_those_that_are_left(plan: Plan, read: Callable[[], str]) -> None:
    faq = base()["environments"]["prod"]["models"][MODEL]
    assert plan({"models/help": faq, FAQ: None}, "--model", "help") == 0
    assert "left" not in read()


def test_changes_on_the_command_line_are_those_of_cdk_deploy(plan: Plan, read: Callable[[], str]) -> None:
    assert plan({}, "-c", "training.hyperparameters.epochCount=3", "-c", "endpoint.model_units=2") == 0
    text = read()
    assert "training.hyperparameters.epochCount: 2 → 3" in text
    assert "endpoint.model_units: 1 → 2" in text


def test_first_deployment_can_be_planned_without_aws(plan: Plan, world: Rehearsed, read: Callable[[], str]) -> None:
    """As if nothing had ever been deployed."""
    assert plan({}, "--offline") == 0
    text = read()
    assert "+ training new job (whose name derives from the key that is still to be made)" in text
    assert "is created once the model is trained" in text
    assert text.endswith("Plan: 2 to add, 1 to change, 0 to remove.")


def test_document_carries_the_actions(plan: Plan, read: Callable[[], str]) -> None:
    assert plan({EPOCHS: 3, UNITS: 2}, "--json") == 0
    document: dict[str, Any] = json.loads(read())
    [model] = document["models"]
    actions = [step["action"] for step in model["steps"]]
    assert document["refused"] is False
    assert actions == ["StartCustomizationJob", "CreateEndpoint", "PublishPointer", "DeleteEndpoint"]
    assert model["training"]["change"] == "started"
    assert model["training"]["causes"] == [
        {"field": "training.hyperparameters.epochCount", "before": "2", "after": "3"}
    ]
    assert model["endpoint"]["change"] == "replaced"
    assert model["usd"]["hourly_most"] == 90
    assert model["usd"]["monthly_after"] == 43_800
    assert model["dataset"]["splits"]["training"]["records"] == 85


def test_document_says_null_for_the_name_of_the_first_job(plan: Plan, said: Callable[[], str]) -> None:
    """It derives from everything that makes the model another one, and the key is still to be made."""
    assert plan({}, "--offline", "--json") == 0
    document = json.loads(said())
    start, create, _ = document["models"][0]["steps"]
    assert document["deployed"] is False
    assert (start["action"], start["name"]) == ("StartCustomizationJob", None)
    assert (create["name"], create["custom_model"]) == ("finetuning-prod-faq-cc166e96-1", None)


def test_document_says_null_for_what_is_unknown_and_why_it_is_refused(plan: Plan, read: Callable[[], str]) -> None:
    assert plan({**NO_ENDPOINT, EPOCHS: 3, f"{BUDGET}/max_usd_per_job": 0.05}, "--json") == 1
    document = json.loads(read())
    assert document["refused"] is True
    assert "max_usd_per_job" in document["models"][0]["refusals"][0]
    assert document["models"][0]["steps"] == []
