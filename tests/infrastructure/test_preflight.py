"""The preflight of a model's stack: first of all, told what is wanted, and asked again whenever that changes."""

import pytest

from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.synthesis import Synthesis
from tests.infrastructure.template import closure, dependencies, statement_with

STACK = "Model-faq"
KIND = "Custom::BedrockPreflight"


def test_everything_of_a_model_comes_after_its_preflight(each: Synthesis) -> None:
    """Nothing is checked, started or bought before the account was asked."""
    needs = dependencies(each.templates[STACK])
    (preflight,) = each.resources(STACK, KIND)
    others = {name for name, resource in each.resources(STACK).items() if resource["Type"].startswith("Custom::")}
    assert len(others) == 4
    for resource in others - {preflight}:
        assert preflight in closure(resource, needs), resource


def test_preflight_is_told_what_is_wanted(local: Synthesis) -> None:
    """The endpoint as the endpoint is told, so that both know the same caps."""
    properties = dict(local.only(STACK, KIND))
    endpoint = local.only(STACK, "Custom::BedrockModelEndpoint")
    assert len(properties.pop("Wanted")) == 64
    told = properties.pop("Endpoint")
    assert told == {name: endpoint[name] for name in told}
    assert {"MaxHourlyUsd", "MaxUsdPerMonth", "HourlyUsd", "CommitmentApproval"} <= told.keys()
    properties.pop("ServiceToken")
    assert properties == {
        "ServiceTimeout": "600",
        "Model": "faq",
        "BaseModel": "anthropic.claude-3-haiku-20240307-v1:0:200k",
        "CustomizationType": "FINE_TUNING",
        "Serving": "provisioned",
        "ModelUnits": "1",
        "Commitment": "none",
    }


def test_buckets_of_the_examples_are_named_with_their_owner(synthesize: Synthesize) -> None:
    """Files of the repository have none."""
    places = {"training.dataset.training": "s3://examples/a.jsonl", "training.dataset.validation": "s3://more/b.jsonl"}
    synthesis = synthesize("local", **places, **{"training.dataset.account": "444455556666"})
    assert synthesis.only(STACK, KIND)["SourceBuckets"] == {"examples": "444455556666", "more": "444455556666"}


def test_model_without_an_endpoint_asks_for_none(synthesize: Synthesize) -> None:
    """So no quota of units is asked for."""
    alone = {"endpoint.serving": "none", "evaluation": "null", "gate.thresholds": "{}"}
    properties = synthesize("local", **alone).only(STACK, KIND)
    assert (properties["Serving"], "Endpoint" in properties) == ("none", False)


@pytest.mark.parametrize(
    ("environment", "judged_apart"),
    [
        pytest.param("dev", "true", id="on demand"),
        pytest.param("local", None, id="provisioned"),
    ],
)
def test_preflight_is_told_of_the_candidates_own_deployment(
    request: pytest.FixtureRequest, environment: str, judged_apart: str | None
) -> None:
    """It counts against the quota of deployments."""
    synthesis: Synthesis = request.getfixturevalue(environment)
    assert synthesis.only(STACK, KIND).get("JudgedApart") == judged_apart


def test_candidate_that_nothing_is_to_serve_is_judged_apart(synthesize: Synthesize) -> None:
    """With an evaluation; without one, nobody asks it."""
    nothing = {"endpoint.serving": "none"}
    assert synthesize("dev", **nothing).only(STACK, KIND)["JudgedApart"] == "true"
    alone = {**nothing, "evaluation": "null", "gate.thresholds": "{}"}
    assert "JudgedApart" not in synthesize("dev", **alone).only(STACK, KIND)


@pytest.mark.parametrize(
    ("change", "is_asked_again"),
    [
        pytest.param({"training.hyperparameters.epochCount": "3"}, True, id="hyperparameters"),
        pytest.param({"training.dataset.validation": "datasets/bedrock-faq/training.jsonl"}, True, id="data"),
        pytest.param({"endpoint.model_units": "2"}, True, id="units"),
        pytest.param({"training.keep_previous": "3"}, False, id="what is kept"),
        pytest.param({"training.tags": '{"team": "a"}'}, False, id="tags"),
    ],
)
def test_account_is_asked_again_when_something_may_be_bought(
    local: Synthesis, synthesize: Synthesize, change: dict[str, str], is_asked_again: bool
) -> None:
    """CloudFormation updates a resource whose properties change, and no other: what buys nothing is never refused."""
    before, after = (synthesis.only(STACK, KIND) for synthesis in (local, synthesize("local", **change)))
    assert (before != after) is is_asked_again


def test_key_is_looked_at_and_not_used(dev: Synthesis) -> None:
    """What of the key is not looked at serves the registry's table only."""
    statements = statement_with(dev.resources("Control"), "PreflightFunction", "kms:DescribeKey")
    assert [statement["Action"] for statement in statements if "Condition" not in statement] == ["kms:DescribeKey"]
