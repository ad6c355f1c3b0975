"""A model goes from dev over staging to prod by the workflows' own steps; then everything that can stop one tries to.

Each test goes on where the one before ended: what prod serves when something fails, it still serves afterwards.
"""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from configuration import delivery
from local.faults.client import FaultsClient
from tests.integration.embedded import Embedded, eventually
from tests.integration.faulty import fault
from tests.integration.second_promotion import ALARM, SecondPromotion
from tests.integration.wrong_changes import elsewhere, forged, tampered, unapproved, worsen
from tests.workflows.accounts import EmbeddedAccounts
from tests.workflows.promoted_project import ACCOUNT, MODEL, REGION, WORKLOAD_ACCOUNT
from tests.workflows.runner import Run
from tests.workflows.story import Told, serving, tell
from tests.workflows.team import Team

pytestmark = pytest.mark.xdist_group("promotion")

CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@pytest.fixture(scope="module")
def embedded(start_embedded: Callable[..., Embedded]) -> Embedded:
    """The embedded AWS of this module, in which nothing is prepared."""
    return start_embedded(account=ACCOUNT, region=REGION, clock_speed=1800)


@pytest.fixture(scope="module")
def team(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """A repository whose workflows may get roles of the account, once there are any."""
    variables = {name: value for name, value in embedded.variables().items() if name not in CREDENTIALS}
    return Team(tmp_path_factory.mktemp("team"), variables, EmbeddedAccounts(embedded.settings.endpoint_url))


@pytest.fixture(scope="module")
def said() -> Console:
    """Where the story is told, which keeps it."""
    return Console(file=StringIO(), record=True, width=200)


@pytest.fixture(scope="module")
def told(embedded: Embedded, team: Team, said: Console) -> Told:
    """What `make promotion` does: prepared, trained, approved by alice for staging and by bob for prod."""
    return tell(team, embedded.variables(), said)


def test_training_is_judged_and_proposed(team: Team, told: Told) -> None:
    """Deployed, trained, evaluated, in service in dev; the pull request shows the evidence and waits for a name."""
    assert (told.trained.artifacts / f"run-report-{MODEL}" / f"{MODEL}.html").exists()
    first, second = team.repository.known()["pull_requests"]
    assert (first["title"], first["head"]) == (f"Promote {MODEL} to staging", f"promote/staging-{MODEL}")
    assert (second["title"], second["head"]) == (f"Promote {MODEL} to prod", f"promote/prod-{MODEL}")
    assert "ROUGE" in first["body"]
    assert "ROUGE" in told.trained.summary


def test_the_same_model_serves_in_prod(embedded: Embedded, told: Told, said: Console) -> None:
    """Not one that was trained again: one custom model, one job, three endpoints; and that is shown."""
    found = [serving(embedded.variables(), environment) for environment in ("dev", "staging", "prod")]
    assert len({model for _, model in found}) == 1
    assert len({pointer for pointer, _ in found}) == 3
    assert len(embedded.jobs()) == 1
    assert said.export_text().count(found[0][1]) == 3


def test_pull_request_that_nobody_has_approved_says_so(team: Team, told: Told) -> None:
    """In the comment with the plan, which the role that may only look has made; the check is red until then."""
    team.repository.change(unapproved, "Take the name out", "unapproved")
    run = team.review("unapproved", "prod")
    assert failed_step(run) == "What Bedrock would do"
    (comment,) = team.repository.known()["comments"]["1"]
    assert "approved_by must say who approved the promotion" in comment
    assert "cdk diff of prod" in comment


def test_hold_of_each_target_is_on_the_model(embedded: Embedded, told: Told) -> None:
    """So dev cannot delete what prod serves."""
    _, model = serving(embedded.variables(), "prod")
    tags = embedded.client("bedrock").list_tags_for_resource(resourceARN=model)["tags"]
    holds = {tag["key"] for tag in tags if tag["key"].startswith("finetuning:hold-")}
    assert holds == {"finetuning:hold-staging", "finetuning:hold-prod"}


def test_workload_account_invokes_prod_and_nothing_else(embedded: Embedded, told: Told) -> None:
    """Through the role that its applications assume; neither another environment, nor anything but answers."""
    client = workload_client(embedded)
    prod, staging = (serving(embedded.variables(), environment)[0] for environment in ("prod", "staging"))
    messages = [{"role": "user", "content": [{"text": "What is Amazon Bedrock?"}]}]
    answer = client("bedrock-runtime").converse(modelId=prod, messages=messages)
    assert answer["output"]["message"]["content"][0]["text"]
    refused: list[Callable[[], object]] = [
        lambda: client("bedrock-runtime").converse(modelId=staging, messages=messages),
        lambda: client("bedrock").list_custom_models(),
        lambda: client("bedrock").delete_custom_model_deployment(customModelDeploymentIdentifier=prod),
        lambda: client("s3").list_buckets(),
    ]
    for call in refused:
        with pytest.raises(ClientError, match="AccessDenied"):
            call()


def test_nightly_look_finds_nothing(team: Team, told: Told) -> None:
    run = team.look("prod")
    assert run.succeeded, run.log
    assert team.repository.known()["issues"] == []


def test_rollback_of_the_first_model_says_that_there_is_none_before(team: Team, told: Told) -> None:
    """The workflow fails at its first step that would change something, and prod serves on."""
    assert failed_step(team.roll_back("prod")) == "Roll back"


@pytest.mark.parametrize(
    ("change", "why"),
    [(unapproved, "approved_by"), (tampered, "SHA-256"), (forged, "signature"), (elsewhere, "account")],
    ids=["unapproved", "tampered", "forged", "another account"],
)
def test_pin_that_is_not_what_was_judged_and_approved_is_refused(
    embedded: Embedded, team: Team, told: Told, change: Callable[[Path], None], why: str
) -> None:
    """Before anything is deployed; prod serves what it served, and the message says what is wrong."""
    before = serving(embedded.variables(), "prod")
    merge = team.repository.change(change, "Make it fit")
    run = team.promote(merge)
    team.repository.restore(merge.before)
    assert not run.succeeded
    assert "Deploy" not in [step.name for job in run.jobs for step in job.steps if step.result == "success"]
    assert why in run.log
    assert serving(embedded.variables(), "prod") == before


def test_job_waits_for_the_reviewers_of_the_environment(team: Team, told: Told) -> None:
    """A protected environment, whose reviewers have not said yes."""
    team.approvals.remove("prod")
    try:
        run = team.dispatch("prod")
    finally:
        team.approvals.add("prod")
    assert run.job("promote").steps == ()
    assert not run.succeeded


def test_worse_model_is_stopped_by_the_gate(embedded: Embedded, team: Team, told: Told) -> None:
    """It is trained and judged, and neither serves in dev nor is proposed; what serves stays."""
    before, requests = serving(embedded.variables(), "dev"), len(team.repository.known()["pull_requests"])
    team.repository.change(worsen, "Save on data")
    run = team.train()
    assert failed_step(run) == "Wait for the verdict"
    assert "quality gate: " in run.log
    assert serving(embedded.variables(), "dev") == before
    assert len(team.repository.known()["pull_requests"]) == requests
    assert serving(embedded.variables(), "prod")[1] == before[1]


@pytest.fixture(scope="module")
def second(embedded: Embedded, team: Team, told: Told, tmp_path_factory: pytest.TempPathFactory) -> SecondPromotion:
    """Another model that passed the gate in dev and is promoted to prod, where it does not answer."""
    clone = tmp_path_factory.mktemp("second") / "clone"
    team.repository.clone(clone)
    second = SecondPromotion(embedded, clone)
    second.train()
    second.make_alarm()
    endpoint = serving(embedded.variables(), "prod")[0].rpartition("/")[2]
    FaultsClient(embedded.settings.endpoint_url).add(
        fault("bedrock-runtime:InvokeModel", "error", endpoint, function="driver", code="ModelErrorException")
    )
    return second


def test_model_that_does_not_answer_in_prod_is_swapped_back(embedded: Embedded, second: SecondPromotion) -> None:
    """Under the same ARN; whoever waits is told, and what the next step is."""
    before = serving(embedded.variables(), "prod")
    deployed = second.promote()
    assert deployed.code == 0, deployed.output
    waited = second.wait("prod")
    assert waited.code == 1
    assert "does not serve: ModelErrorException" in waited.output
    assert serving(embedded.variables(), "prod") == before
    assert serving(embedded.variables(), "dev")[1] != before[1]
    assert "revert the pull request of its pin" in second.status("prod")


def test_alarm_puts_the_model_before_back(embedded: Embedded, second: SecondPromotion) -> None:
    """The model answers by now and goes into service; an alarm goes off while it is watched."""
    before = serving(embedded.variables(), "prod")
    alarms = embedded.client("cloudwatch")
    resumed = second.ops("resume", "--env", "prod", "--model", MODEL, "--yes")
    assert resumed.code == 0, resumed.output
    eventually(lambda: serving(embedded.variables(), "prod")[1] != before[1])
    alarms.set_alarm_state(AlarmName=ALARM, StateValue="ALARM", StateReason="too many errors")
    waited = second.wait("prod")
    assert waited.code == 1
    assert f"alarm {ALARM} went off after it went into service" in waited.output
    assert serving(embedded.variables(), "prod") == before


def test_rollback_by_the_workflow_puts_the_model_before_back(
    embedded: Embedded, team: Team, second: SecondPromotion
) -> None:
    """Quiet again, the model is put to the test once more and serves; then somebody starts the workflow, whose role
    sees what the alarms say while they are watched."""
    before = serving(embedded.variables(), "prod")
    embedded.client("cloudwatch").set_alarm_state(AlarmName=ALARM, StateValue="OK", StateReason="quiet")
    resumed = second.ops("resume", "--env", "prod", "--model", MODEL, "--yes")
    assert resumed.code == 0, resumed.output
    eventually(lambda: serving(embedded.variables(), "prod")[1] != before[1])
    run = team.roll_back("prod")
    assert run.succeeded, run.log
    assert serving(embedded.variables(), "prod") == before


def test_model_of_a_destroyed_dev_serves_on_in_prod(embedded: Embedded, second: SecondPromotion) -> None:
    """Each environment that holds it has to let it go first."""
    endpoint, model = serving(embedded.variables(), "prod")
    second.destroy("dev")
    assert second.wait("prod", "settled").code == 0
    assert serving(embedded.variables(), "prod") == (endpoint, model)
    assert model in {found["modelArn"] for found in embedded.custom_models()}
    assert "finetuning:hold-prod" in second.status("dev")


def workload_client(embedded: Embedded) -> Callable[[str], Any]:
    """Makes clients of an application in another account, which has assumed the role to invoke prod."""
    role = delivery.invoke_role_arn("finetuning", "prod", ACCOUNT)
    place = {"region_name": REGION, "endpoint_url": embedded.settings.endpoint_url}
    any_session: Any = boto3
    sts = any_session.client("sts", aws_access_key_id=WORKLOAD_ACCOUNT, aws_secret_access_key="test", **place)
    given = sts.assume_role(RoleArn=role, RoleSessionName="application")["Credentials"]
    session = any_session.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    return lambda service: session.client(service, **place)


def failed_step(run: Run) -> str:
    """The step at which a run ended."""
    (name,) = [step.name for job in run.jobs for step in job.steps if step.result == "failure"]
    return name
