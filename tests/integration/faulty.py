"""An environment of several models on an embedded AWS with faults: one deployment carries many stories at once."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lambdas.gateways.registry_table import RegistryTable
from local.faults.client import FaultsClient
from tests.integration.embedded import ROOT, Command, Embedded, eventually

PARTS = ("app.py", "cdk.json", "configuration", "stacks", "lambdas", "finetuning", "metrics", "ops", "datasets")
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0:200k"
#: Simulated seconds per real second: a job takes three seconds, throughput one.
CLOCK_SPEED = 1800
ALL = {"times": 0}
#: Model stacks side by side. More need more Lambda sandboxes, whose cold starts cost more than they save.
SIDE_BY_SIDE = ("--concurrency", "4", "--asset-parallelism")
LIVE_JOBS = ("InProgress", "Stopping")


class FaultyEnvironment:
    """The `local` environment of a clone of the project, with models of the test's choice.

    Every model's name is part of the names of its stack, jobs and endpoints, so that a fault with `contains` strikes
    one model only.
    """

    def __init__(self, embedded: Embedded, clone: Path, models: Mapping[str, Mapping[str, Any]]) -> None:
        """Make the clone; models map a name to fields of their hyperparameters."""
        self.embedded, self.clone = embedded, clone
        self.faults = FaultsClient(embedded.settings.endpoint_url)
        for part in PARTS:
            source = ROOT / part
            copy: Callable[..., Any] = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, clone / part, **({"ignore": _no_caches} if source.is_dir() else {}))
        self.configure({name: model(**values) for name, values in models.items()})

    def configure(self, models: Mapping[str, Any], **fields: Any) -> None:
        """Write models and other fields of the environment into cdk.json."""
        path = self.clone / "cdk.json"
        document = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))
        local = {**document["context"]["environments"]["local"], "models": models, **fields}
        document["context"]["environments"] = {"local": local}
        path.write_text(json.dumps(document), encoding="utf-8")

    def change(self, change: Callable[[Any], None]) -> None:
        """Change the environment's section of cdk.json."""
        path = self.clone / "cdk.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        change(document["context"]["environments"]["local"])
        path.write_text(json.dumps(document), encoding="utf-8")

    def deploy(self) -> Command:
        """`cdk deploy --all`, model stacks side by side and in the order of their names in cdk.json."""
        return self.embedded.deploy(*SIDE_BY_SIDE, cwd=self.clone)

    def deploy_models(self) -> Command:
        """The model stacks alone."""
        stacks, alone = "finetuning-local-Model-*", ("--exclusively", "--require-approval", "never")
        return self.embedded.cdk("deploy", stacks, *alone, *SIDE_BY_SIDE, cwd=self.clone)

    def destroy(self) -> Command:
        """`cdk destroy --all`, of what was synthesized last."""
        return self.embedded.destroy_synthesized("--concurrency", "4")

    def ops(self, *arguments: str) -> Command:
        """A command of `python -m ops`."""
        return self.embedded.ops(*arguments, "--env", "local", cwd=self.clone)

    def jobs(self, model: str) -> list[Any]:
        """Every job ever started for a model, newest first."""
        return [job for job in self.embedded.jobs() if job["jobName"].startswith(f"finetuning-local-{model}-")]

    def throughputs(self, model: str) -> list[Any]:
        """Every provisioned throughput of a model."""
        prefix = f"finetuning-local-{model}-"
        return [item for item in self.embedded.throughputs() if item["provisionedModelName"].startswith(prefix)]

    def custom_models(self, model: str) -> list[Any]:
        """Every custom model of a model."""
        return [m for m in self.embedded.custom_models() if m["modelName"].startswith(f"finetuning-local-{model}-")]

    def leftovers(self) -> dict[str, list[str]]:
        """Everything in Bedrock that costs money, whoever it belongs to."""
        live = [job["jobName"] for job in self.embedded.jobs() if job["status"] in LIVE_JOBS]
        return {
            "jobs": live,
            "models": [model["modelName"] for model in self.embedded.custom_models()],
            "throughputs": [item["provisionedModelName"] for item in self.embedded.throughputs()],
        }

    def pointer(self, model: str) -> str:
        """The endpoint that applications of a model are given."""
        return self.embedded.pointer(model=model)

    def serves(self, model: str, *, sweep: bool = False, seconds: float = 40) -> str:
        """The ARN of the model's one throughput, once it is in service and published; with sweeps if need be."""

        def look() -> str:
            if sweep:
                self.sweep()
            found = self.throughputs(model)
            arn = found[0]["provisionedModelArn"] if found else ""
            ready = bool(found) and found[0]["status"] == "InService" and self.pointer(model) == arn
            return arn if ready else ""

        return eventually(look, seconds=seconds)

    def settled(self, *models: str, seconds: float = 40) -> None:
        """Wait until no execution of the driver runs for these models."""
        eventually(lambda: not any(self.executions("RUNNING", f":{model}-") for model in models), seconds=seconds)

    def sweep(self) -> None:
        """Run the sweep now: its schedule of 15 minutes is not on the simulated clock."""
        name = self.function("sweep")
        reply = self.embedded.client("lambda").invoke(FunctionName=name, Payload=b"{}")
        assert "FunctionError" not in reply, reply["Payload"].read()

    def function(self, feature: str) -> str:
        """The name of the function of a feature."""
        pages = self.embedded.client("lambda").get_paginator("list_functions").paginate()
        found = [f["FunctionName"] for page in pages for f in page["Functions"] if f".{feature}." in f["Handler"]]
        return str(found[0])

    def executions(self, status: str, model: str = "") -> list[str]:
        """ARNs of the driver's executions in a status, of one model or of all."""
        states = self.embedded.client("stepfunctions")
        machines = states.list_state_machines()["stateMachines"]
        (machine,) = (found for found in machines if not found["name"].endswith("-evaluation"))
        pages = states.get_paginator("list_executions").paginate(
            stateMachineArn=machine["stateMachineArn"], statusFilter=status
        )
        found = [execution["executionArn"] for page in pages for execution in page["executions"]]
        return [arn for arn in found if model in arn]

    def let_an_hour_pass(self, model: str) -> None:
        """Make every moment in a model's record an hour older: functions have the real clock.

        They believe that something is gone only minutes after it was bought.
        """
        client = self.embedded.client("dynamodb")
        (name,) = (name for name in client.list_tables()["TableNames"] if "Registry" in name)
        table = RegistryTable(name, client)
        document, version = table.read(model) or ("{}", 0)
        aged = json.loads(document, object_hook=lambda fields: {key: _aged(key, fields[key]) for key in fields})
        table.write(model, json.dumps(aged, sort_keys=True), over=version)

    def tags(self, arn: str) -> dict[str, str]:
        """Tags of something in Bedrock."""
        listed = self.embedded.client("bedrock").list_tags_for_resource(resourceARN=arn)["tags"]
        return {tag["key"]: tag["value"] for tag in listed}

    def stack(self, model: str) -> Any:
        """The description of a model's stack."""
        cloudformation = self.embedded.client("cloudformation")
        return cloudformation.describe_stacks(StackName=f"finetuning-local-Model-{model}")["Stacks"][0]


def model(**hyperparameters: Any) -> dict[str, Any]:
    """A model of the sample dataset with provisioned throughput; one epoch unless told otherwise."""
    return {
        "training": {
            "base_model": HAIKU,
            "dataset": {
                "training": "datasets/bedrock-faq/training.jsonl",
                "validation": "datasets/bedrock-faq/validation.jsonl",
            },
            "hyperparameters": {"epochCount": 1, **hyperparameters},
        },
        "endpoint": {"serving": "provisioned", "model_units": 1},
    }


def fault(operation: str, what: str, model: str = "", **fields: Any) -> dict[str, Any]:
    """A rule, for one model if it is named."""
    return {"operation": operation, "what": what, "contains": model, **fields}


def _aged(name: str, value: Any) -> Any:
    return value - 3600 if name.endswith("_at") and isinstance(value, float) and value else value


def _no_caches(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "__pycache__"]
