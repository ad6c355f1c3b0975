"""A project whose models come to other environments by each method: trained again, as they are, and as copies."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from finetuning import names
from tests import project_copy
from tests.integration.embedded import Command, Embedded
from tests.workflows import promoted_project

PROJECT, ACCOUNT = "finetuning", "111122223333"
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0:200k"
#: Where the base model is trained, and where else it can be copied to and served, as the catalog has it.
HOME, ELSEWHERE = "us-west-2", "us-east-1"
#: A day on which the base model lived: no other one can be copied to a Region where it can be served.
LIVED = "2025-12-15"
#: That are asked: few, because nothing here is about statistics.
RECORDS = 10
APPROVAL = ("--approved-by", "carol", "--reference", "https://example.com/pull/3")
_ALONE = ("--exclusively", "--require-approval", "never")
_SIDE_BY_SIDE = ("--concurrency", "3", "--asset-parallelism")


class PromotionMethods:
    """A person at a shell in a clone: `dev` trains, `staging` trains again or swaps, `east` copies.

    Args:
        embedded: the account, with room for throughput.
        clone: the folder to make.
    """

    def __init__(self, embedded: Embedded, clone: Path) -> None:
        self._embedded, self.clone = embedded, clone
        project_copy.copy(clone)
        _let_live(clone / "finetuning" / "catalog.json")
        promoted_project.edit(clone, lambda context: context.update(environments=_environments()))

    def change(self, environment: str, model: str, change: Any) -> None:
        """Change a model's section of `cdk.json`."""
        promoted_project.edit(self.clone, lambda context: change(context["environments"][environment]["models"][model]))

    def trust_dev(self) -> None:
        """Let `east` trust the key that signs dev's manifests, as docs/promotion.md says."""
        stack = self._embedded.client("cloudformation").describe_stacks(StackName=f"{PROJECT}-dev-Foundation")
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Stacks"][0]["Outputs"]}
        key = outputs["ManifestKeyArn"]
        self.change("east", "faq", lambda model: model["promotion"].update(manifest_key_arn=key))

    def deploy(self, environment: str, *models: str) -> Command:
        """The stacks that models share, and those of these models, or of all, side by side."""
        stacks = [f"{PROJECT}-{environment}-{shared}" for shared in ("Foundation", "Control")]
        chosen = [*stacks, *(_stack(environment, model) for model in models)] if models else ["--all"]
        asked = ("--require-approval", "never", "-c", f"env={environment}", *_SIDE_BY_SIDE)
        return self._embedded.cdk("deploy", *chosen, *asked, cwd=self.clone)

    def deploy_model(self, environment: str, model: str) -> Command:
        """One model's stack, where the stacks that all models share are there already."""
        stack = _stack(environment, model)
        return self._embedded.cdk("deploy", stack, *_ALONE, "-c", f"env={environment}", cwd=self.clone)

    def destroy_model(self, environment: str, model: str) -> Command:
        """Remove a model from an environment."""
        stack = _stack(environment, model)
        return self._embedded.cdk("destroy", stack, "--force", "-c", f"env={environment}", cwd=self.clone)

    def pin(self, model: str) -> None:
        """Pin what serves in dev for every environment that takes it, as approved."""
        done(self.ops("promote", "--from", "dev", "--model", model, *APPROVAL))

    def wait(self, environment: str, *models: str, until: str = "served") -> Command:
        """Wait as a workflow does, for one model or for all."""
        chosen = [argument for model in models for argument in ("--model", model)]
        return self.ops("wait", "--env", environment, *chosen, "--until", until, "--minutes", "2")

    def ops(self, *arguments: str) -> Command:
        """A command of `python -m ops` in the clone."""
        return self._embedded.ops(*arguments, cwd=self.clone)

    def serving(self, environment: str, model: str) -> tuple[str, str]:
        """The ARN that the pointer names and that of the custom model behind it; two "" where nothing serves."""
        client = self.client(environment)
        ssm = client("ssm")
        try:
            parameter = ssm.get_parameter(Name=names.pointer_parameter(PROJECT, environment, model))
        except ssm.exceptions.ParameterNotFound:
            return "", ""
        pointer = str(parameter["Parameter"]["Value"])
        found = client("bedrock").get_provisioned_model_throughput(provisionedModelId=pointer)
        return pointer, str(found["modelArn"])

    def trained_on(self, model: str) -> tuple[str, dict[str, str], str]:
        """Digest of the training data, hyperparameters and base model of a custom model that was trained at home."""
        bedrock = self._embedded.client("bedrock")
        found = bedrock.get_custom_model(modelIdentifier=model)
        digest = found["trainingDataConfig"]["s3Uri"].split("/")[-2]
        return digest, found["hyperParameters"], found["baseModelArn"]

    def held(self, environment: str) -> list[str]:
        """ARNs of the models at home that an environment holds."""
        bedrock = self._embedded.client("bedrock")
        arns = [str(model["modelArn"]) for model in self._embedded.custom_models()]
        tags = {arn: bedrock.list_tags_for_resource(resourceARN=arn)["tags"] for arn in arns}
        return [arn for arn, found in tags.items() if names.hold_tag(environment) in {tag["key"] for tag in found}]

    def unowned(self, environment: str) -> list[str]:
        """What `ops orphans` finds that nobody wants."""
        return [str(found) for found in self.ops("orphans", "--env", environment, "--json").json()["orphans"]]

    def alive(self, environment: str) -> dict[str, list[str]]:
        """Names of all that Bedrock has in the environment's Region and may be billed, whoever it belongs to."""
        bedrock = self.client(environment)("bedrock")
        throughputs = bedrock.list_provisioned_model_throughputs()["provisionedModelSummaries"]
        models = bedrock.list_custom_models()["modelSummaries"]
        deployments = bedrock.list_custom_model_deployments()["modelDeploymentSummaries"]
        bought = [found["provisionedModelName"] for found in throughputs]
        bought += [found["customModelDeploymentName"] for found in deployments]
        return {"endpoints": sorted(bought), "models": sorted(found["modelName"] for found in models)}

    def client(self, environment: str) -> Any:
        """Makes clients of an environment's Region."""
        return lambda service: self._embedded.client(service, ELSEWHERE if environment == "east" else HOME)


def done(command: Command) -> Command:
    """The command, which succeeded."""
    assert command.code == 0, command.output
    return command


def _stack(environment: str, model: str) -> str:
    return f"{PROJECT}-{environment}-Model-{model}"


def _let_live(catalog: Path) -> None:
    """Judge base models on the day on which this one lived: what the catalog says of it is as it was."""
    document = json.loads(catalog.read_text(encoding="utf-8"))
    catalog.write_text(json.dumps(document | {"reviewed": LIVED}), encoding="utf-8")


def _environments() -> dict[str, Any]:
    judged = {
        "evaluation": {"preset": "knowledge", "baselines": [], "max_records": RECORDS},
        "gate": {"mode": "enabled", "min_records": RECORDS // 2, "thresholds": {"rouge_l": {"min": 0.2}}},
    }
    source = {"promotion": {"source": "dev"}}
    copied = {"promotion": {"source": "dev", "method": "copy"}}
    again = {"promotion": {"source": "dev", "method": "retrain", "band": 0.01}}
    taken = {"base_model": HAIKU}
    return {
        "dev": _environment(HOME, {"faq": _model(_training(), judged), "sales": _model(_training(), judged)}),
        "staging": _environment(HOME, {"faq": _model(_training(), judged | again), "sales": _model(taken, source)}),
        "east": _environment(ELSEWHERE, {"faq": _model(taken, copied)}),
    }


def _environment(region: str, models: Mapping[str, Any]) -> dict[str, Any]:
    prices = {HAIKU: {"training_usd_per_1k_tokens": 0.002, "unit_hour_usd": {"none": 20}}}
    return {
        "account": ACCOUNT,
        "region": region,
        "removal_policy": "destroy",
        "prices": prices,
        "models": dict(models),
    }


def _model(training: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    endpoint = {"serving": "provisioned", "model_units": 1, "max_hourly_usd": 20}
    return {"training": dict(training), "endpoint": endpoint, **fields}


def _training() -> dict[str, Any]:
    files = {split: f"datasets/bedrock-faq/{split}.jsonl" for split in ("training", "validation", "test")}
    return {"base_model": HAIKU, "dataset": files, "hyperparameters": {"epochCount": 10}}
