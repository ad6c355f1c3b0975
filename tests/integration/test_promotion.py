"""A model goes from dev over staging to prod by the workflows' own steps; then everything that can stop one tries to.

Each test goes on where the one before ended: what prod serves when something fails, it still serves afterwards.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.embedded import Embedded
from tests.workflows.accounts import EmbeddedAccounts
from tests.workflows.promoted_project import ACCOUNT, MODEL, REGION
from tests.workflows.runner import Run
from tests.workflows.story import serving
from tests.workflows.team import Team

pytestmark = pytest.mark.xdist_group("promotion")

CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@pytest.fixture(scope="module")
def embedded(start_embedded: Callable[..., Embedded]) -> Embedded:
    """The embedded AWS of this module, with the account of the environments bootstrapped."""
    embedded = start_embedded(account=ACCOUNT, region=REGION, clock_speed=1800)
    embedded.bootstrap()
    return embedded


@pytest.fixture(scope="module")
def team(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """A repository whose workflows have roles in the account; nothing else is deployed."""
    administrator = embedded.variables()
    variables = {name: value for name, value in administrator.items() if name not in CREDENTIALS}
    team = Team(tmp_path_factory.mktemp("team"), variables, EmbeddedAccounts(embedded.settings.endpoint_url))
    team.begin()
    team.prepare(administrator, bootstrap=False)
    return team


@pytest.fixture(scope="module")
def trained(team: Team) -> Run:
    """Somebody has pushed what is to be trained."""
    return team.train()


@pytest.fixture(scope="module")
def staged(team: Team, trained: Run) -> Run:
    """Alice has approved it for staging, and merged."""
    team.approve("staging", "alice")
    return team.merge("staging")


@pytest.fixture(scope="module")
def promoted(team: Team, staged: Run) -> Run:
    """Bob has approved it for prod, and merged."""
    team.approve("prod", "bob")
    return team.merge("prod")


def test_training_is_judged_and_proposed(team: Team, trained: Run) -> None:
    """Deployed, trained, evaluated, in service in dev; the pull request shows the evidence and waits for a name."""
    assert trained.succeeded, trained.log
    assert (trained.artifacts / f"run-report-{MODEL}" / f"{MODEL}.html").exists()
    (request,) = team.repository.known()["pull_requests"][:1]
    assert (request["title"], request["head"]) == (f"Promote {MODEL} to staging", f"promote/staging-{MODEL}")
    assert "ROUGE" in request["body"]
    assert "ROUGE" in trained.summary


def test_pull_request_shows_what_it_would_do(team: Team, staged: Run) -> None:
    """With the role that may only look; the comment is renewed with each push."""
    run = team.review(team.branch("prod"))
    assert run.succeeded, run.log
    (comment,) = team.repository.known()["comments"]["1"]
    assert [f"## {name}" in comment for name in ("dev", "staging", "prod")] == [True, True, True]
    assert "cdk diff of prod" in comment
    assert "approved_by" in comment  # nobody has approved it yet


def test_the_same_model_serves_in_prod(embedded: Embedded, team: Team, staged: Run, promoted: Run) -> None:
    """Not one that was trained again: one custom model, one job, three endpoints."""
    assert staged.succeeded, staged.log
    assert promoted.succeeded, promoted.log
    found = [serving(embedded.variables(), environment) for environment in ("dev", "staging", "prod")]
    assert len({model for _, model in found}) == 1
    assert len({pointer for pointer, _ in found}) == 3
    assert len(embedded.jobs()) == 1


def test_hold_of_each_target_is_on_the_model(embedded: Embedded, promoted: Run) -> None:
    """So dev cannot delete what prod serves."""
    _, model = serving(embedded.variables(), "prod")
    tags = embedded.client("bedrock").list_tags_for_resource(resourceARN=model)["tags"]
    holds = {tag["key"] for tag in tags if tag["key"].startswith("finetuning:hold-")}
    assert holds == {"finetuning:hold-staging", "finetuning:hold-prod"}


def test_nightly_look_finds_nothing(team: Team, promoted: Run) -> None:
    run = team.look()
    assert run.succeeded, run.log
    assert team.repository.known()["issues"] == []


def test_rollback_of_nothing_says_so(team: Team, promoted: Run) -> None:
    """There is no model before the first; the workflow fails, and prod serves on."""
    run = team.roll_back("prod")
    assert failed_step(run) == "Roll back"
    assert "nothing" in run.log


def test_worse_model_is_stopped_by_the_gate(embedded: Embedded, team: Team, promoted: Run) -> None:
    """It is trained and judged, and neither serves in dev nor is proposed; what serves stays."""
    before, requests = serving(embedded.variables(), "dev"), len(team.repository.known()["pull_requests"])
    team.repository.change(worsen, "Save on training")
    run = team.train()
    assert failed_step(run) == "Wait for the verdict"
    assert "quality gate: " in run.log
    assert serving(embedded.variables(), "dev") == before
    assert len(team.repository.known()["pull_requests"]) == requests
    assert serving(embedded.variables(), "prod")[1] == before[1]


def worsen(clone: Path) -> None:
    """Train on answers that belong to other questions."""
    path = clone / "datasets" / "bedrock-faq" / "training.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    answers = [record["messages"][-1] for record in records]
    for record, answer in zip(records, [*answers[1:], answers[0]], strict=True):
        record["messages"][-1] = answer
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def failed_step(run: Run) -> str:
    """The step at which a run ended."""
    (name,) = [step.name for job in run.jobs for step in job.steps if step.result == "failure"]
    return name
