"""The story that `make promotion` tells: trained in dev, judged, and the very same model in staging and in prod."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from rich.console import Console
from rich.rule import Rule

from finetuning import names
from tests.workflows.promoted_project import ENVIRONMENTS, MODEL, PROJECT, REGION
from tests.workflows.runner import Run
from tests.workflows.team import Team


@dataclass(frozen=True)
class Told:
    """What its workflows did."""

    trained: Run
    staged: Run
    promoted: Run


class StoryEndedError(Exception):
    """A workflow failed; the message says which step, and what it said."""


def tell(team: Team, administrator: Mapping[str, str], out: Console) -> Told:
    """Let the story happen.

    Args:
        team: at its beginning.
        administrator: the environment of their shell, with credentials.
        out: where it is told.

    Raises:
        StoryEndedError: a workflow failed.
    """
    _act(out, "an administrator prepares the account: the CDK, and a role for the workflows of each environment")
    team.begin()
    team.prepare(administrator)
    _act(out, "main says what to train; train.yml deploys dev, waits for the verdict and opens a pull request")
    trained = _happened(team.train())
    staged = _approved(team, out, "staging", "alice")
    promoted = _approved(team, out, "prod", "bob")
    _act(out, "what serves now")
    for line in _table(administrator):
        out.print(line, soft_wrap=True, markup=False)
    return Told(trained, staged, promoted)


def serving(variables: Mapping[str, str], environment: str) -> tuple[str, str]:
    """Return the ARN that an environment's pointer names, and the ARN of the custom model behind it."""
    client = _clients(variables)
    parameter = names.pointer_parameter(PROJECT, environment, MODEL)
    pointer = client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
    found = client("bedrock").get_custom_model_deployment(customModelDeploymentIdentifier=pointer)
    return pointer, str(found["modelArn"])


def _clients(variables: Mapping[str, str]) -> Any:
    session: Any = boto3.Session(
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
    return lambda service: session.client(service, endpoint_url=variables["AWS_ENDPOINT_URL"])


def _act(out: Console, title: str) -> None:
    """A line across the terminal, and what begins there: a title in the line would be cut to its width."""
    out.print(Rule(style="dim"))
    out.print(title, style="bold")


def _approved(team: Team, out: Console, environment: str, who: str) -> Run:
    _act(out, f"{who} reads the evidence, approves {environment} and merges; promote.yml does the rest")
    _show_request(team, out)
    team.approve(environment, who)
    return _happened(team.merge(environment))


def _happened(run: Run) -> Run:
    for job in run.jobs:
        for step in job.steps:
            if step.result == "failure":
                raise StoryEndedError(f"{job.name}: {step.name} failed:\n{step.log}")
        if job.result == "failure":
            raise StoryEndedError(f"{job.name} did not run: nobody approved it")
    return run


def _show_request(team: Team, out: Console) -> None:
    request = team.repository.known()["pull_requests"][-1]
    pin = json.loads(team.repository.read(f"environments/{request['title'].split()[-1]}.{MODEL}.json", request["head"]))
    out.print(f"pull request {request['number']}: {request['title']}", markup=False)
    out.print(f"  manifest {pin['manifest']}\n  evidence {pin['reference']}", markup=False)


def _table(variables: Mapping[str, str]) -> Iterator[str]:
    """Lines of any length: an ARN that is folded cannot be compared with the one below, nor copied."""
    yield f"  {'environment':<11}  {'endpoint':<12}  custom model"
    for environment in ENVIRONMENTS:
        pointer, model = serving(variables, environment)
        yield f"  {environment:<11}  {pointer.rpartition('/')[2]:<12}  {model}"
