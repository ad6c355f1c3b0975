"""`delivery`: every mistake at once, with its path and what to do; and what the documentation shows works."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from configuration import ConfigurationError, delivery

ROOT = Path(__file__).resolve().parents[3]
ACCOUNT, REGION = "111122223333", "us-east-1"
HERE = {"account": ACCOUNT, "region": REGION}
SECTION = {**HERE, "github": {"repository": "acme/models"}}
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
PAGE = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")


def context(section: Any, **environments: Any) -> dict[str, Any]:
    known = environments or {"dev": HERE, "prod": HERE, "elsewhere": {"account": "444455556666", "region": REGION}}
    return {"project": "finetuning", "environments": known, "delivery": section}


def problems(given: dict[str, Any], endpoint_url: str | None = None) -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        delivery.load(given, endpoint_url)
    return [str(problem) for problem in refused.value.problems]


def test_environments_of_the_account_and_region_are_delivered():
    loaded = delivery.load(context(SECTION), None)
    assert [environment.name for environment in loaded.environments] == ["dev", "prod"]
    listed = delivery.load(context({**SECTION, "environments": ["prod"]}), None)
    assert [environment.name for environment in listed.environments] == ["prod"]


def test_what_environments_bring_is_known():
    given = {**HERE, "key_arn": "k", "service_role_arn": "r", "permissions_boundary": None}
    bounded = {**HERE, "permissions_boundary": delivery.boundary_arn("finetuning", ACCOUNT)}
    dev, prod = delivery.load(context(SECTION, dev=given, prod=bounded), None).environments
    assert (dev.key_arn, dev.service_role_arn, dev.is_bounded) == ("k", "r", False)
    assert (prod.key_arn, prod.is_bounded) == (None, True)


@pytest.mark.parametrize(
    ("models", "graders"),
    [
        ({"faq": {"training": {"reward": {"function_arn": "f"}}}, "sales": {"training": {}}}, ("f",)),
        ({"faq": {"training": {"reward": {"function_arn": 3}}}}, ()),
        ({"faq": {"training": None}, "sales": "?"}, ()),
        (["faq"], ()),
        (None, ()),
    ],
)
def test_graders_are_known_and_mistakes_of_environments_are_left_to_their_own_deployment(
    models: Any, graders: tuple[str, ...]
):
    (dev,) = delivery.load(context(SECTION, dev={**HERE, "models": models}), None).environments
    assert dev.grader_arns == graders


def test_names_are_told_before_anything_is_deployed():
    path = f"arn:aws:iam::{ACCOUNT}:role/delivery/"
    assert delivery.ci_role_arn("finetuning", "dev", ACCOUNT) == f"{path}finetuning-dev-ci"
    assert delivery.plan_role_arn("finetuning", ACCOUNT) == f"{path}finetuning-plan"
    assert delivery.invoke_role_arn("finetuning", "prod", ACCOUNT) == f"{path}finetuning-prod-invoke"
    assert delivery.load(context(SECTION), None).boundary_arn.endswith(":policy/delivery/finetuning-boundary")


def test_partition_is_the_regions():
    there = {"account": ACCOUNT, "region": "us-gov-west-1"}
    loaded = delivery.load(context({**SECTION, **there}, prod=there), None)
    assert loaded.boundary_arn.startswith("arn:aws-us-gov:iam::")


def test_another_account_is_chosen_for_one_run():
    given = context(SECTION) | {"delivery.account": "444455556666"}
    assert [environment.name for environment in delivery.load(given, None).environments] == ["elsewhere"]


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"account": "12"}, "delivery.account: must be a 12-digit AWS account id, got '12'"),
        ({"account": "<account>"}, "delivery.account: is the placeholder '<account>'; write it into cdk.json"),
        ({"account": "000000000000"}, "delivery.account: 000000000000 is the embedded AWS's"),
        ({"region": "eu-west-1"}, "delivery.account: no environment is in account 111122223333 and Region eu-west-1"),
        ({"github": {}}, "delivery.github.repository: is required; add it"),
        ({"github": {"repository": "acme/*"}}, "delivery.github.repository: must be 'owner/repository', or with ids"),
        ({"github": {"repository": "acme@1/models"}}, "delivery.github.repository: must be"),
        ({"github": {"repository": "acme/models", "session_hours": 13}}, "delivery.github.session_hours: must be less"),
        ({"github": {"repository": "acme/models", "default_branch": "*"}}, "delivery.github.default_branch: must be"),
        (
            {"github": {"repository": "acme/models", "oidc_provider_arn": PROVIDER.replace(ACCOUNT, "444455556666")}},
            "delivery.github.oidc_provider_arn: is of account 444455556666, and the stack is in 111122223333",
        ),
        ({"environments": ["prd"]}, "delivery.environments: unknown environment 'prd'; known: dev, prod, elsewhere"),
        ({"environments": ["elsewhere"]}, "delivery.environments: environment 'elsewhere' is in another account or"),
        ({"environments": ["dev", "dev"]}, "delivery.environments: must name each value once; repeated: dev"),
        ({"workload_accounts": {"dev": []}}, "delivery.workload_accounts.dev: must have at least 1 entry"),
        ({"workload_accounts": {"dev": [1]}}, "delivery.workload_accounts.dev.0: must be a string"),
        ({"workload_accounts": {"dve": ["111111111111"]}}, "delivery.workload_accounts.dve: no environment of this"),
        ({"workload_accounts": {"dev": [ACCOUNT]}}, "delivery.workload_accounts.dev: 111122223333 is the account of"),
        ({"external_id": "x y"}, "delivery.external_id: must be 2 to 1,224 letters"),
        ({"external_id": "team"}, "delivery.external_id: is for nobody: there are no workload_accounts"),
        ({"data_buckets": ["Team"]}, "delivery.data_buckets.0: must be the name of a bucket"),
        ({"bootstrap_qualifier": "other"}, "delivery.bootstrap_qualifier: is 'other', and the stacks are deployed"),
        ({"permissions_boundary": "boundary"}, "delivery.permissions_boundary: must be the ARN of a managed policy"),
        ({"enviroments": []}, "delivery.enviroments: unknown field"),
    ],
)
def test_mistakes_are_refused(section, said):
    (problem,) = problems(context({**SECTION, **section}))
    assert problem.startswith(said)


def test_all_mistakes_are_told_at_once():
    wrong = {"account": ACCOUNT, "region": "x", "github": {"repository": "acme"}, "workload_accounts": {"dev": ["1"]}}
    said = problems(context({**wrong, "more": 1}) | {"project": "Fine Tuning"})
    paths = [problem.split(":")[0] for problem in said]
    assert paths == [
        "project",
        "delivery.region",
        "delivery.github.repository",
        "delivery.workload_accounts.dev.0",
        "delivery.more",
    ]


@pytest.mark.parametrize("section", [None, "yes", [1]])
def test_section_that_is_none_is_refused(section):
    (problem,) = problems(context(section))
    assert problem.startswith("delivery: ")
    assert problem.endswith("write it into context of cdk.json as docs/delivery.md shows")


def test_another_boundary_than_the_accounts_is_refused():
    theirs = f"arn:aws:iam::{ACCOUNT}:policy/platform/boundary"
    given = context(SECTION, dev={**HERE, "permissions_boundary": theirs})
    (problem,) = problems(given)
    assert problem.startswith(f"environments.dev.permissions_boundary: is '{theirs}'")
    same = context({**SECTION, "permissions_boundary": theirs}, dev={**HERE, "permissions_boundary": theirs})
    assert delivery.load(same, None).environments[0].is_bounded


def test_embedded_aws_may_have_one():
    given = {"account": "000000000000", "region": "us-west-2"}
    loaded = delivery.load(context({**SECTION, **given}, local=given), "http://127.0.0.1:4566")
    assert [environment.name for environment in loaded.environments] == ["local"]


@pytest.mark.parametrize("kind", ["delivery", "github"])
def test_documented_sections_are_accepted(kind):
    (text,) = re.findall(rf"<!-- {kind} section -->\n```json\n(.*?)```", PAGE, re.DOTALL)
    shown = json.loads(text)
    section = shown if kind == "delivery" else {**SECTION, "github": shown}
    assert delivery.load(context(section), None).environments


def test_documented_code_is_python_and_names_what_is_made():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    compile(code, "docs/delivery.md", "exec")
    assert delivery.invoke_role_arn("finetuning", "prod", ACCOUNT) in code
    assert delivery.boundary_arn("finetuning", ACCOUNT) in PAGE
