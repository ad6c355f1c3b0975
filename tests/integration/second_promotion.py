"""A person at a shell who trains a better model in dev, and promotes it to prod without any workflow."""

import shutil
from pathlib import Path
from typing import Any

from tests.integration.embedded import ROOT, Command, Embedded
from tests.workflows import promoted_project
from tests.workflows.promoted_project import MODEL

ALARM = "prod-errors"
_TRAINING = Path("datasets") / "bedrock-faq" / "training.jsonl"
#: Where the model's stack is deployed alone: nothing below it changes with the model.
_ALONE = ("--exclusively", "--require-approval", "never")


class SecondPromotion:
    """A clone of a project in which a model serves in prod already.

    Args:
        embedded: the account.
        clone: of the project's `main`.
    """

    def __init__(self, embedded: Embedded, clone: Path) -> None:
        self._embedded, self.clone = embedded, clone

    def train(self) -> None:
        """Train on the data as it was, but for fewer epochs, and wait until the model serves in dev."""
        shutil.copy(ROOT / _TRAINING, self.clone / _TRAINING)
        promoted_project.edit(self.clone, _change)
        self._done(self._deploy("dev"))
        self._done(self.wait("dev"))

    def make_alarm(self) -> None:
        """Make the alarm that prod watches; where there is none, no model is put into service."""
        threshold = {"Threshold": 1, "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold"}
        metric = {"MetricName": "InvocationClientErrors", "Namespace": "AWS/Bedrock", "Statistic": "Sum", "Period": 60}
        self._embedded.client("cloudwatch").put_metric_alarm(AlarmName=ALARM, **metric, **threshold)

    def promote(self) -> Command:
        """Pin the model for prod and deploy it there."""
        approval = ("--approved-by", "carol", "--reference", "https://example.com/pull/3")
        self._done(self.ops("promote", "--from", "dev", "--to", "prod", "--model", MODEL, *approval))
        return self._deploy("prod")

    def wait(self, environment: str, until: str = "served") -> Command:
        """Wait as a workflow does."""
        return self.ops("wait", "--env", environment, "--model", MODEL, "--until", until)

    def ops(self, *arguments: str) -> Command:
        """A command of `python -m ops` in the clone."""
        return self._embedded.ops(*arguments, cwd=self.clone)

    def status(self, environment: str) -> str:
        """What a person sees."""
        return self.ops("status", "--env", environment, "--model", MODEL).stdout

    def destroy(self, environment: str) -> None:
        """Remove the model from an environment, and wait for its end."""
        stack = f"finetuning-{environment}-Model-{MODEL}"
        self._done(self._embedded.cdk("destroy", stack, "--force", "-c", f"env={environment}", cwd=self.clone))

    def _deploy(self, environment: str) -> Command:
        stack = f"finetuning-{environment}-Model-{MODEL}"
        return self._embedded.cdk("deploy", stack, *_ALONE, "-c", f"env={environment}", cwd=self.clone)

    def _done(self, command: Command) -> None:
        assert command.code == 0, command.output


def _change(context: dict[str, Any]) -> None:
    dev, prod = (context["environments"][name]["models"][MODEL] for name in ("dev", "prod"))
    dev["training"]["hyperparameters"] = {"epochCount": 4}
    # A day of the embedded AWS is less than a minute here.
    prod["endpoint"] |= {"alarms": [ALARM], "watch_minutes": 1440}
