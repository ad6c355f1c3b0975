"""The other serving path and wait mode, as on a real account: `ops init`, then one command that waits for service.

And the Delivery stack beside it: what its roles may do, as they are used.
"""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.integration.embedded import ROOT, Command, Embedded
from tests.integration.principals import answer, application, assumed, job, refusal, signed_in

pytestmark = pytest.mark.xdist_group("on demand")

ACCOUNT, REGION = "111122223333", "us-east-1"
WORKLOAD, EXTERNAL_ID = "111111111111", "faq-team"
PARTS = (
    "app.py",
    "delivery.py",
    "cdk.json",
    "configuration",
    "stacks",
    "lambdas",
    "finetuning",
    "ops",
    "datasets",
    "metrics",
)

#: What the workflows of each role call, besides `cdk`.
COMMANDS = {
    ("PlanRole", "pull_request"): [["plan"], ["preflight"]],
    ("PlanRole", "ref:refs/heads/main"): [["status"], ["orphans"], ["models", "--live"]],
    ("WorkflowRoledev", "environment:dev"): [
        ["cost"],
        ["logs"],
        ["models", "history", "--model", "faq"],
        ["report", "--model", "faq", "--output", "report.html"],
        ["ask", "What is Amazon Bedrock?"],
    ],
}
SEVERAL = "import json, sys; from ops.__main__ import main; sys.exit(max(map(main, json.loads(sys.argv[1]))))"


@pytest.fixture(scope="module")
def embedded(start_embedded: Callable[..., Embedded]) -> Embedded:
    """The embedded AWS of this module, with another account and Region, bootstrapped."""
    embedded = start_embedded(account=ACCOUNT, region=REGION)
    embedded.bootstrap()
    return embedded


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the project whose cdk.json may be changed."""
    folder = tmp_path_factory.mktemp("clone")
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / part)
    return folder


@pytest.fixture(scope="module")
def deployed(embedded: Embedded, clone: Path) -> Command:
    """`ops init`, then a deployment that waits."""
    account = ("--account", ACCOUNT, "--region", REGION, "--training-price", "0.002")
    init = embedded.ops("init", "--env", "dev", *account, cwd=clone)
    assert init.code == 0, init.output
    return embedded.deploy("-c", "env=dev", "-c", "wait=true", cwd=clone)


def test_wait_mode_returns_when_the_model_is_in_service(embedded: Embedded, deployed: Command) -> None:
    """With -c wait=true the command ends when the pointer is published."""
    assert deployed.code == 0, deployed.output
    pointer = embedded.pointer("dev")
    (deployment,) = embedded.client("bedrock").list_custom_model_deployments()["modelDeploymentSummaries"]
    assert pointer == deployment["customModelDeploymentArn"]
    assert deployment["status"] == "Active"
    assert embedded.throughputs() == []


def test_deployment_answers_in_novas_format(embedded: Embedded, deployed: Command, clone: Path) -> None:
    """The Messages sample was converted for Nova, and the deployment answers from it."""
    answers = embedded.ops("ask", "What is Amazon Bedrock?", "--env", "dev", "--json", cwd=clone)
    assert answers.code == 0, answers.output
    assert "fully managed service" in answers.json()["tuned"]["text"]


def test_staged_records_are_novas(embedded: Embedded, deployed: Command) -> None:
    """The staged copy holds conversations, not Messages."""
    (job,) = embedded.jobs()
    found = embedded.client("bedrock").get_model_customization_job(jobIdentifier=job["jobArn"])
    bucket, _, key = found["trainingDataConfig"]["s3Uri"].removeprefix("s3://").partition("/")
    body = embedded.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    first = json.loads(body.splitlines()[0])
    assert first["schemaVersion"] == "bedrock-conversation-2024"
    assert first["messages"][0]["content"][0]["text"]


def test_second_waiting_deploy_returns_at_once(embedded: Embedded, deployed: Command, clone: Path) -> None:
    """What already serves is not waited for."""
    again = embedded.deploy("-c", "env=dev", "-c", "wait=true", cwd=clone)
    assert again.code == 0, again.output
    assert len(embedded.jobs()) == 1


@pytest.fixture(scope="module")
def roles(embedded: Embedded, deployed: Command, clone: Path) -> dict[str, str]:
    """The roles that the Delivery stack makes, deployed by an administrator."""
    file = clone / "cdk.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    document["context"]["delivery"] = {
        "account": ACCOUNT,
        "region": REGION,
        "github": {"repository": "acme/models"},
        "workload_accounts": {"dev": [WORKLOAD]},
        "external_id": EXTERNAL_ID,
    }
    file.write_text(json.dumps(document), encoding="utf-8")
    done = embedded.cdk(
        "deploy", "--app", "python delivery.py", "--require-approval", "never", cwd=clone, assembly="cdk.delivery"
    )
    assert done.code == 0, done.output
    outputs = embedded.client("cloudformation").describe_stacks(StackName="finetuning-Delivery")["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def test_workload_account_invokes_the_model_and_nothing_else(embedded: Embedded, roles: dict[str, str]) -> None:
    """It finds the endpoint by the pointer and asks it; every other door is closed, and so is this one to others."""
    role = roles["InvokeRoledev"]
    allowed, stranger = (application(embedded, account, role) for account in (WORKLOAD, "222222222222"))
    for who, said in ((allowed, {}), (stranger, {"ExternalId": EXTERNAL_ID})):
        with pytest.raises(ClientError, match="AccessDenied"):
            assumed(who, role, **said)
    invoker = assumed(allowed, role, ExternalId=EXTERNAL_ID)
    endpoint = invoker.client("ssm").get_parameter(Name="/finetuning/dev/faq/endpoint")["Parameter"]["Value"]
    assert endpoint == embedded.pointer("dev")
    assert "fully managed service" in answer(invoker, endpoint, "nova-lite", "What is Amazon Bedrock?")
    (model,) = embedded.custom_models()
    (table,) = embedded.client("dynamodb").list_tables()["TableNames"]
    bucket = next(b["Name"] for b in embedded.client("s3").list_buckets()["Buckets"] if "outputbucket" in b["Name"])
    assert {
        refusal(invoker, "bedrock-runtime", "invoke_model", modelId="amazon.nova-lite-v1:0", body="{}"),
        refusal(invoker, "bedrock", "list_custom_models"),
        refusal(invoker, "bedrock", "delete_custom_model", modelIdentifier=model["modelArn"]),
        refusal(invoker, "bedrock", "get_custom_model_deployment", customModelDeploymentIdentifier=endpoint),
        refusal(invoker, "ssm", "get_parameter", Name="/cdk-bootstrap/hnb659fds/version"),
        refusal(invoker, "ssm", "put_parameter", Name="/finetuning/dev/faq/endpoint", Value="x", Overwrite=True),
        refusal(invoker, "dynamodb", "scan", TableName=table),
        refusal(invoker, "s3", "list_objects_v2", Bucket=bucket),
        refusal(invoker, "iam", "list_roles"),
        refusal(invoker, "sts", "assume_role", RoleArn=roles["WorkflowRoledev"], RoleSessionName="another"),
    } == {"AccessDenied"}


@pytest.mark.parametrize(("role", "context"), COMMANDS)
def test_workflows_have_the_rights_that_their_commands_need(
    embedded: Embedded, clone: Path, roles: dict[str, str], role: str, context: str
) -> None:
    """Signed in with a token of GitHub's; one process for all commands, because importing takes longer than asking."""
    variables = signed_in(embedded, roles[role], f"repo:acme/models:{context}")
    commands = [[*command, "--env", "dev"] for command in COMMANDS[role, context]]
    done = embedded.run(sys.executable, "-c", SEVERAL, json.dumps(commands), cwd=clone, extra=variables)
    assert "AccessDenied" not in done.output
    assert done.code == 0, done.output


def test_pull_request_sees_the_difference_and_cannot_deploy_it(
    embedded: Embedded, roles: dict[str, str], tmp_path: Path
) -> None:
    """`cdk diff` works with the role of pull requests; `cdk deploy` does not, and no other role is to be had."""
    subject, made = "repo:acme/models:pull_request", ("--app", str(embedded.folder / "cdk.out"))
    variables = signed_in(embedded, roles["PlanRole"], subject)
    seen = embedded.run("cdk", "diff", *made, "--method", "template", "--no-notices", cwd=tmp_path, extra=variables)
    assert seen.code == 0, seen.output
    assert "Number of stacks with differences: 0" in seen.output
    for role in ("deploy", "cfn-exec", "file-publishing"):
        arn = f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-{role}-role-{ACCOUNT}-{REGION}"
        with pytest.raises(ClientError, match="AccessDenied"):
            assumed(job(embedded, variables), arn)
    with pytest.raises(ClientError, match="AccessDenied"):
        signed_in(embedded, roles["WorkflowRoledev"], subject)


def test_destroy_leaves_nothing_of_ours(embedded: Embedded, deployed: Command) -> None:
    """The dev environment goes as a whole."""
    done = embedded.destroy_synthesized()
    assert done.code == 0, done.output
    assert embedded.custom_models() == []
    assert embedded.client("bedrock").list_custom_model_deployments()["modelDeploymentSummaries"] == []
