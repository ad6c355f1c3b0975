"""What workflows and workload accounts may do, and every way out of it that we could think of."""

import json
from typing import Any

import pytest

from tests.infrastructure.delivered import REGION, actions, allows, delivered, owner
from tests.infrastructure.synthesis import ACCOUNT
from tests.infrastructure.template import as_list

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
DEPLOYMENT = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:custom-model-deployment/1"
THROUGHPUT = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:provisioned-model/1"
MODEL = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:custom-model/1"
HERE = {"aws__ResourceAccount": ACCOUNT}
THROUGH_BEDROCK = {"kms__ViaService": f"bedrock.{REGION}.amazonaws.com"}
THROUGH_DYNAMODB = {"kms__ViaService": f"dynamodb.{REGION}.amazonaws.com"}
THROUGH_S3 = {"kms__ViaService": f"s3.{REGION}.amazonaws.com"}
Case = tuple[str, str, dict[str, Any]]


def _arn(service: str, rest: str, region: str = REGION) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{rest}"


def _bootstrap(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-{name}-role-{ACCOUNT}-{REGION}"


def _table(environment: str) -> str:
    return _arn("dynamodb", f"table/finetuning-{environment}-Foundation-RegistryTable-1")


def _object(environment: str, key: str) -> str:
    return f"arn:aws:s3:::finetuning-{environment}-foundation-outputbucket-1/{key}"


LOOKS: list[Case] = [
    ("sts:AssumeRole", _bootstrap("lookup"), {}),
    ("cloudformation:DescribeStacks", _arn("cloudformation", "stack/finetuning-dev-Control/1"), {}),
    ("cloudformation:GetTemplate", _arn("cloudformation", "stack/finetuning-dev-Model-faq/1"), {}),
    ("cloudformation:ListStackResources", _arn("cloudformation", "stack/finetuning-dev-Control/1"), {}),
    ("dynamodb:GetItem", _table("dev"), {}),
    ("dynamodb:Scan", _table("dev"), {}),
    ("kms:Decrypt", KEY, {**THROUGH_DYNAMODB, **owner("dev")}),
    ("kms:Decrypt", KEY, {**THROUGH_S3, **owner("dev")}),
    ("kms:Verify", KEY, owner("staging")),
    ("ssm:GetParameter", _arn("ssm", "parameter/finetuning/dev/faq/endpoint"), {}),
    ("ssm:GetParameter", _arn("ssm", "parameter/cdk-bootstrap/hnb659fds/version"), {}),
    ("s3:ListBucket", "arn:aws:s3:::finetuning-dev-foundation-outputbucket-1", HERE),
    ("s3:GetObject", _object("dev", "outputs/faq/1/metrics.csv"), HERE),
    ("states:DescribeExecution", _arn("states", "execution:DriverC4BA1172-x:faq-1"), {}),
    ("bedrock:GetModelCustomizationJob", _arn("bedrock", "model-customization-job/1"), {}),
    ("bedrock:GetCustomModelDeployment", DEPLOYMENT, {}),
    ("bedrock:ListTagsForResource", THROUGHPUT, {}),
    ("bedrock:ListCustomModels", "*", {}),
    ("bedrock:ListFoundationModels", "*", {}),
    ("servicequotas:GetServiceQuota", "*", {}),
    ("cloudwatch:DescribeAlarms", "*", {}),
    ("iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/finetuning-dev-Foundation-ServiceRole-1", {}),
]
#: What a workflow that deploys may do besides: deploy, steer, and see what a model was judged by.
STEERS: list[Case] = [
    ("sts:AssumeRole", _bootstrap("deploy"), {}),
    ("sts:AssumeRole", _bootstrap("file-publishing"), {}),
    ("dynamodb:PutItem", _table("dev"), {}),
    ("states:StartExecution", _arn("states", "stateMachine:DriverC4BA1172-x"), owner("dev")),
    ("states:StartExecution", _arn("states", "stateMachine:finetuning-dev-evaluation"), owner("dev")),
    ("s3:GetObject", _object("dev", "evaluations/faq/1/2/evaluation.json"), HERE),
    ("s3:GetObject", _object("dev", "manifests/faq/1.json"), HERE),
    ("bedrock:InvokeModel", DEPLOYMENT, owner("dev")),
    ("bedrock:InvokeModel", f"arn:aws:bedrock:{REGION}::foundation-model/amazon.nova-lite-v1:0", {}),
    ("kms:Decrypt", KEY, {**THROUGH_BEDROCK, **owner("staging")}),
    ("logs:FilterLogEvents", _arn("logs", "log-group:finetuning-dev-Control-DriverFunctionLogs-1:*"), {}),
]
#: What neither role may do.
FORBIDDEN: list[Case] = [
    ("sts:AssumeRole", _bootstrap("cfn-exec"), {}),
    ("sts:AssumeRole", _bootstrap("image-publishing"), {}),
    ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/finetuning-dev-Control-DriverFunctionRole-1", {}),
    ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/delivery/finetuning-prod-ci", {}),
    ("sts:AssumeRole", _bootstrap("deploy").replace(REGION, "eu-west-1"), {}),
    ("iam:PassRole", _bootstrap("cfn-exec"), {"iam__PassedToService": "cloudformation.amazonaws.com"}),
    ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/finetuning-dev-Foundation-ServiceRole-1", {}),
    ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/delivery/finetuning-dev-ci", {}),
    ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/delivery/finetuning-dev-ci", {}),
    ("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/delivery/finetuning-boundary", {}),
    ("iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/admin", {}),
    ("cloudformation:UpdateStack", _arn("cloudformation", "stack/finetuning-dev-Control/1"), {}),
    ("cloudformation:DescribeStacks", _arn("cloudformation", "stack/finetuning-devil-Control/1"), {}),
    ("cloudformation:DescribeStacks", _arn("cloudformation", "stack/payments/1"), {}),
    ("dynamodb:DeleteItem", _table("dev"), {}),
    ("dynamodb:GetItem", _arn("dynamodb", "table/payments"), {}),
    ("kms:Decrypt", KEY, owner("dev")),
    ("kms:Decrypt", KEY, THROUGH_S3),
    ("kms:Decrypt", KEY, {**THROUGH_S3, **owner("dev", "payments")}),
    ("kms:Sign", KEY, owner("dev")),
    ("kms:Verify", KEY, owner("dev", "payments")),
    ("kms:PutKeyPolicy", KEY, owner("dev")),
    ("kms:CreateGrant", KEY, {**THROUGH_DYNAMODB, **owner("dev")}),
    ("s3:GetObject", "arn:aws:s3:::finetuning-dev-foundation-databucket-1/datasets/faq/1/training.jsonl", HERE),
    ("s3:GetObject", f"arn:aws:s3:::cdk-hnb659fds-assets-{ACCOUNT}-{REGION}/x", HERE),
    ("s3:PutObject", _object("dev", "manifests/faq/1.json"), HERE),
    ("ssm:PutParameter", _arn("ssm", "parameter/finetuning/dev/faq/endpoint"), {}),
    ("ssm:GetParameter", _arn("ssm", "parameter/payments/password"), {}),
    ("states:StartExecution", _arn("states", "stateMachine:DriverC4BA1172-x"), owner("prod", "payments")),
    ("states:StartExecution", _arn("states", "stateMachine:Payments"), owner("dev")),
    ("lambda:InvokeFunction", _arn("lambda", "function:finetuning-dev-Control-DriverFunction-1"), {}),
    ("bedrock:InvokeModel", DEPLOYMENT, owner("dev", "payments")),
    ("bedrock:InvokeModel", MODEL, owner("dev")),
    ("bedrock:CreateProvisionedModelThroughput", MODEL, owner("dev", kind="RequestTag")),
    ("bedrock:DeleteCustomModel", MODEL, owner("dev")),
    ("bedrock:TagResource", MODEL, owner("dev")),
]


@pytest.mark.parametrize(("action", "resource", "conditions"), [*LOOKS, *STEERS])
def test_workflows_of_an_environment_may(action: str, resource: str, conditions: dict[str, str]) -> None:
    """What the commands of a workflow call, on this environment."""
    assert allows(delivered().statements("finetuning-dev-ci"), action, resource, **conditions)


@pytest.mark.parametrize(("action", "resource", "conditions"), LOOKS)
def test_plan_may(action: str, resource: str, conditions: dict[str, str]) -> None:
    """What shows a pull request what it would do, on every environment."""
    role = delivered().statements("finetuning-plan")
    for environment in ("dev", "staging", "prod"):
        there = resource.replace("-dev-", f"-{environment}-").replace("/dev/", f"/{environment}/")
        said = {key: value.replace("dev", environment) for key, value in conditions.items()}
        assert allows(role, action, there, **said)


@pytest.mark.parametrize(("action", "resource", "conditions"), FORBIDDEN)
@pytest.mark.parametrize("role", ["finetuning-dev-ci", "finetuning-plan"])
def test_no_workflow_may(role: str, action: str, resource: str, conditions: dict[str, str]) -> None:
    """Take another role, change rights, sign, buy, delete, or read what is not the environments'."""
    assert not allows(delivered().statements(role), action, resource, **conditions)


@pytest.mark.parametrize(("action", "resource", "conditions"), STEERS)
def test_plan_changes_nothing(action: str, resource: str, conditions: dict[str, str]) -> None:
    """And sees neither evaluations nor logs: a pull request's own code runs with it."""
    assert not allows(delivered().statements("finetuning-plan"), action, resource, **conditions)


@pytest.mark.parametrize(
    ("action", "resource", "conditions"),
    [case for case in [*LOOKS, *STEERS] if "dev" in case[1] or "dev" in str(case[2])],
)
def test_workflows_of_another_environment_may_not(action: str, resource: str, conditions: dict[str, str]) -> None:
    """What `dev` may do to itself, it may not do to `prod`."""
    there = resource.replace("-dev-", "-prod-").replace("/dev/", "/prod/")
    said = {key: value.replace("dev", "prod") for key, value in conditions.items()}
    assert not allows(delivered().statements("finetuning-dev-ci"), action, there, **said)
    assert allows(delivered().statements("finetuning-prod-ci"), action, there, **said)


INVOKES: list[Case] = [
    ("bedrock:InvokeModel", DEPLOYMENT, owner("prod")),
    ("bedrock:InvokeModel", THROUGHPUT, owner("prod")),
    ("bedrock:InvokeModelWithResponseStream", THROUGHPUT, owner("prod")),
    ("ssm:GetParameter", _arn("ssm", "parameter/finetuning/prod/faq/endpoint"), {}),
    ("kms:Decrypt", KEY, {**THROUGH_BEDROCK, **owner("prod")}),
    ("kms:GenerateDataKey", KEY, {**THROUGH_BEDROCK, **owner("dev")}),
]


@pytest.mark.parametrize(("action", "resource", "conditions"), INVOKES)
def test_applications_may(action: str, resource: str, conditions: dict[str, str]) -> None:
    """Find the endpoint and invoke it; a promoted model has the key of the environment that trained it."""
    assert allows(delivered().statements("finetuning-prod-invoke"), action, resource, **conditions)


@pytest.mark.parametrize(
    ("action", "resource", "conditions"),
    [
        *(case for case in (*LOOKS, *STEERS, *FORBIDDEN) if THROUGH_BEDROCK.items() - case[2].items()),
        ("bedrock:InvokeModel", DEPLOYMENT, {}),
        ("bedrock:InvokeModel", DEPLOYMENT, owner("dev")),
        ("bedrock:InvokeModel", DEPLOYMENT, owner("prod", "payments")),
        ("bedrock:InvokeModel", f"arn:aws:bedrock:{REGION}::foundation-model/amazon.nova-lite-v1:0", owner("prod")),
        ("bedrock:InvokeModel", DEPLOYMENT.replace(ACCOUNT, "444455556666"), owner("prod")),
        ("bedrock:GetCustomModelDeployment", DEPLOYMENT, owner("prod")),
        ("bedrock:ListCustomModels", "*", {}),
        ("ssm:GetParameter", _arn("ssm", "parameter/finetuning/dev/faq/endpoint"), {}),
        ("ssm:GetParameter", _arn("ssm", "parameter/finetuning/prod/faq/secret"), {}),
        ("ssm:GetParametersByPath", _arn("ssm", "parameter/finetuning/prod"), {}),
        ("kms:Decrypt", KEY, THROUGH_BEDROCK),
        ("kms:Decrypt", KEY, {**THROUGH_S3, **owner("prod")}),
        ("kms:CreateGrant", KEY, {**THROUGH_BEDROCK, **owner("prod")}),
    ],
)
def test_applications_may_not(action: str, resource: str, conditions: dict[str, str]) -> None:
    """Anything else: another environment, another project, a base model, a list, the data behind the key."""
    assert not allows(delivered().statements("finetuning-prod-invoke"), action, resource, **conditions)


def test_given_keys_are_named() -> None:
    """A key of the user's may lack the owner tags, so the policy has its ARN; the others' condition stays."""
    theirs = _arn("kms", "key/theirs")
    given = delivered(environments=f'{{"prod": {{"key_arn": "{theirs}"}}}}')
    for role, via in (("prod-ci", THROUGH_S3), ("plan", THROUGH_S3), ("prod-invoke", THROUGH_BEDROCK)):
        assert allows(given.statements(f"finetuning-{role}"), "kms:Decrypt", theirs, **via)
        assert not allows(given.statements(f"finetuning-{role}"), "kms:Decrypt", KEY, **via)
    assert not allows(given.statements("finetuning-dev-ci"), "kms:Decrypt", theirs, **THROUGH_S3)


def test_buckets_of_datasets_are_read_if_they_are_listed() -> None:
    """`ops plan` checks the dataset; what is in the repository needs no right."""
    listed = delivered(data_buckets=["team-data"])
    for role in ("finetuning-dev-ci", "finetuning-plan"):
        assert allows(listed.statements(role), "s3:GetObject", "arn:aws:s3:::team-data/faq/training.jsonl")
        assert not allows(delivered().statements(role), "s3:GetObject", "arn:aws:s3:::team-data/faq/training.jsonl")
        assert not allows(listed.statements(role), "s3:PutObject", "arn:aws:s3:::team-data/faq/training.jsonl")


def test_buckets_of_other_accounts_are_not_read() -> None:
    """Whoever takes a bucket's name first owns it. MiniStack tells a bucket's owner by who asks, so it cannot judge."""
    for role in ("finetuning-dev-ci", "finetuning-plan"):
        read = [s for s in delivered().statements(role) if next(actions([s])).startswith("s3:")]
        assert read
        assert {json.dumps(s["Condition"]) for s in read} == {
            json.dumps({"StringEquals": {"aws:ResourceAccount": ACCOUNT}})
        }


def test_no_statement_has_a_wildcard_action_or_leaves_resources_open() -> None:
    """As for the functions: `Resource: *` is for actions without a resource type only (control S04)."""
    without = (
        "bedrock:List",
        "bedrock:GetFoundationModelAvailability",
        "cloudwatch:DescribeAlarms",
        "servicequotas:Get",
    )
    for role in delivered().of_type("AWS::IAM::Role"):
        for statement in delivered().statements(role["RoleName"]):
            assert statement["Effect"] == "Allow"
            assert not [action for action in actions([statement]) if "*" in action]
            if "*" in as_list(statement["Resource"]):
                assert all(action.startswith(without) for action in actions([statement]))
