"""The other serving path and wait mode, as on a real account: `ops init`, then one command that waits for service."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.embedded import ROOT, Command, Embedded

pytestmark = pytest.mark.xdist_group("on demand")

ACCOUNT, REGION = "111122223333", "us-east-1"
PARTS = ("app.py", "cdk.json", "configuration", "stacks", "lambdas", "finetuning", "ops", "datasets")


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


def test_destroy_leaves_nothing_of_ours(embedded: Embedded, deployed: Command) -> None:
    """The dev environment goes as a whole."""
    done = embedded.destroy_synthesized()
    assert done.code == 0, done.output
    assert embedded.custom_models() == []
    assert embedded.client("bedrock").list_custom_model_deployments()["modelDeploymentSummaries"] == []
