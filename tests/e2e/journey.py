"""From nothing to an answer of a tuned model on a real account, and back to nothing, whatever fails in between."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e import remains
from tests.e2e.clone import ENVIRONMENT, MODEL
from tests.e2e.commands import CommandFailedError, Shell
from tests.e2e.settings import CAP_USD, RefusedError, Settings

QUESTION = "What is Amazon Bedrock?"
#: A job on the sample takes one to a few hours; see README, "The first deploy on a real account".
_TRAINING_MINUTES, _SERVING_MINUTES = 300, 60
#: After `cdk destroy` the driver is done, but the index of tags and the lists of Bedrock lag behind.
_MOST_LOOKS, _LOOK_SECONDS = 60, 15.0
_TWICE = 2
#: Whose answers are asked for, without a champion; and `evaluation.max_answer_tokens`, where nothing is said of it.
_SUBJECTS, _ANSWER_TOKENS = 2, 512


@dataclass
class Journey:
    """What happened.

    Attributes:
        estimate_usd: what job and evaluation cost at most, by the plan.
        failure: why it ended early, or "".
        evaluation: the summary of the evaluation, as Markdown.
        remains: what is still there, in words.
    """

    estimate_usd: float | None = None
    failure: str = ""
    evaluation: str = ""
    remains: list[str] = field(default_factory=list)


def travel(shell: Shell, settings: Settings, client: remains.Client, wait: float = _LOOK_SECONDS) -> Journey:
    """Deploy, train, evaluate, serve, ask and remove.

    Args:
        shell: in the clone.
        settings: where, and what things cost.
        client: makes the client of a service.
        wait: seconds between two looks at what is still there.
    """
    journey = Journey()
    try:
        _check_account(client("sts"), settings.account)
        if left := remains.look(client, _project(shell.folder), ENVIRONMENT):
            raise RefusedError(_before(left))
        _prepare(shell, settings, journey)
    except (RefusedError, CommandFailedError) as error:
        # Nothing has been deployed, so there is nothing to remove.
        journey.failure = str(error)
        return journey
    try:
        _there(shell, journey)
    except CommandFailedError as error:
        journey.failure = str(error)
    except KeyboardInterrupt:
        journey.failure = "interrupted"
    finally:
        _back(shell, client, journey, wait)
    return journey


def _check_account(sts: Any, account: str) -> None:
    found = sts.get_caller_identity()["Account"]
    if found != account:
        raise RefusedError(f"the credentials are of account {found}, and E2E_ACCOUNT says {account}")


def _before(left: list[str]) -> str:
    things = "\n".join(f"  {each}" for each in left)
    fix = f"remove it with: cdk destroy --all --force -c env={ENVIRONMENT}, in a clone that has this environment"
    return f"something of environment {ENVIRONMENT!r} is there already:\n{things}\n{fix}"


def _prepare(shell: Shell, settings: Settings, journey: Journey) -> None:
    """`init`, what the account says, and what it will cost: nothing of this is deployed or billed."""
    where = ("--account", settings.account, "--region", settings.region)
    shell.ops("init", "--env", ENVIRONMENT, *where, "--training-price", f"{settings.training_price:g}")
    # Says also whether the CDK is bootstrapped there, and how to do it.
    shell.ops("preflight", "--env", ENVIRONMENT)
    planned = json.loads(shell.ops("plan", "--env", ENVIRONMENT, "--json").output)
    (model,) = planned["models"]
    usd = model["usd"] or {}
    job = usd.get("job")
    journey.estimate_usd = None if job is None else job + _evaluation_usd(model, settings)
    if journey.estimate_usd is None or journey.estimate_usd > CAP_USD:
        raise RefusedError(f"job and evaluation may cost {journey.estimate_usd} dollars, and the cap is {CAP_USD:.2f}")
    if usd.get("hourly_most") != 0:
        raise RefusedError(f"something would be billed by the hour: {usd.get('hourly_most')} dollars")


def _evaluation_usd(model: Mapping[str, Any], settings: Settings) -> float:
    """What the evaluation costs at most: every question to candidate and base model, and the longest answers."""
    test = ((model.get("dataset") or {}).get("splits") or {}).get("test")
    if test is None:
        return 0.0
    asked, answered = test["estimated_tokens"], test["records"] * _ANSWER_TOKENS
    return float(_SUBJECTS * (asked * settings.input_price + answered * settings.output_price) / 1000)


def _there(shell: Shell, journey: Journey) -> None:
    env = ("--env", ENVIRONMENT)
    shell.run("cdk", "deploy", "--all", "-c", f"env={ENVIRONMENT}", "--require-approval", "never", "--no-notices")
    both = (*env, "--model", MODEL)
    hours = _TRAINING_MINUTES / 60 + 1
    shell.ops("wait", *both, "--until", "evaluated", "--minutes", str(_TRAINING_MINUTES), hours=hours)
    shell.ops("wait", *both, "--until", "served", "--minutes", str(_SERVING_MINUTES), hours=2)
    shell.ops("report", *both, "--output", "run-report.html")
    journey.evaluation = shell.ops("report", *both, "--markdown").output
    shell.ops("ask", QUESTION, *both)
    shell.ops("cost", *env)


def _back(shell: Shell, client: remains.Client, journey: Journey, wait: float) -> None:
    """Remove everything; a destruction that fails is tried once more, and what is left is said."""
    for _ in range(_TWICE):
        destroyed = shell.run(
            "cdk", "destroy", "--all", "--force", "-c", f"env={ENVIRONMENT}", "--no-notices", checked=False, hours=2
        )
        if destroyed.code == 0:
            break
    project = _project(shell.folder)
    for _ in range(_MOST_LOOKS):
        journey.remains = remains.look(client, project, ENVIRONMENT)
        if not journey.remains:
            return
        shell.say(f"still there: {'; '.join(journey.remains)}")
        time.sleep(wait)


def _project(folder: Path) -> str:
    return str(json.loads((folder / "cdk.json").read_text(encoding="utf-8"))["context"]["project"])
