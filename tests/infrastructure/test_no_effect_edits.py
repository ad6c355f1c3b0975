"""No edit that asks for the same job starts one: a surprise training costs money and replaces what serves (T19)."""

import copy
import shutil
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

import app
import configuration
from configuration.wanted import job_properties
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.training import TrainingWanted, want_training
from finetuning.lifecycle.wanted import training_wanted
from stacks import environment as stacks_environment
from stacks.constructs.function_source import staged_source
from tests.infrastructure.no_effect_edits import Environment, edited, spellings
from tests.infrastructure.synthesis import LOOPBACK, Synthesis, context
from tests.unit.lambdas.story import KEY, ROLE

EDITS = 600
HYPERPARAMETERS = {
    "local": {"epochCount": 10, "learningRateMultiplier": 0.5, "earlyStoppingThreshold": 0.001},
    "dev": {"epochCount": 2, "learningRate": 5e-05, "learningRateWarmupSteps": 10},
}
STAGED = {
    "TrainingUri": f"s3://data/datasets/faq/{'a' * 64}/training.jsonl",
    "ValidationUri": f"s3://data/datasets/faq/{'b' * 64}/validation.jsonl",
    "TestUri": f"s3://data/datasets/faq/{'c' * 64}/test.jsonl",
    "EstimatedTokens": "30000",
}


def reviewed(name: str) -> Environment:
    """An environment of cdk.json, with hyperparameters of every kind."""
    environment: Environment = copy.deepcopy(context(name)["environments"][name])
    environment["models"]["faq"]["training"]["hyperparameters"] = HYPERPARAMETERS[name]
    environment["prices"] = {
        environment["models"]["faq"]["training"]["base_model"]: {
            "training_usd_per_1k_tokens": 0.002,
            "unit_hour_usd": {"none": 20},
        }
    }
    if environment["models"]["faq"]["endpoint"]["serving"] == "provisioned":
        environment["models"]["faq"]["endpoint"]["max_hourly_usd"] = 50
    return environment


def in_context(name: str, environment: Environment) -> dict[str, Any]:
    """The context of cdk.json with an edited environment in its place."""
    given = context(name, model="faq")
    return {**given, "environments": {**given["environments"], name: environment}}


def properties_of(name: str, environment: Environment) -> dict[str, Any]:
    """The job's properties as the custom resource gets them: the same code as the stack's, without the synth."""
    selection = configuration.load(in_context(name, environment), LOOPBACK if name == "local" else None)
    return {**job_properties("faq", selection.models["faq"], selection.environment), **STAGED}


def wanted(properties: Mapping[str, Any]) -> TrainingWanted:
    """What the custom resource's function makes of the properties."""
    return training_wanted(properties, service_role_arn=ROLE, key_arn=KEY)


def trained(name: str, properties: Mapping[str, Any]) -> ModelRecord:
    """A record whose job has been started."""
    blank = ModelRecord(project="finetuning", environment=name, model="faq")
    record = want_training(blank, Claim("stack", "Job", "Job-1"), wanted(properties))
    current = record.training.current
    assert current is not None
    return record.with_training(replace(current, intended=True, status="Completed"))


@pytest.mark.parametrize("name", HYPERPARAMETERS)
def test_edits_without_effect_start_no_job(name: str) -> None:
    """Order, white space, spellings of numbers and of the base model, tags, retention, waivers, other models."""
    before = reviewed(name)
    record = trained(name, properties_of(name, before))
    seen = set()
    for seed in range(EDITS):
        after = edited(before, seed)
        properties = properties_of(name, after)
        following = want_training(record, Claim("stack", "Job", "Job-2", replaces="Job-1"), wanted(properties))
        assert len(following.training.generations) == 1, f"seed {seed}: {after}"
        assert following.training.current_id == record.training.current_id
        assert following.training.physical_id == "Job-1", "another physical id is a replacement"
        seen.add(repr(after))
    assert len(seen) > EDITS * 0.95, "the edits differ from each other"


def test_spellings_include_the_known_traps() -> None:
    """Of 5e-05 (fault A26)."""
    assert {"5e-05", "0.00005", "5e-5", "5.0E-05", 5e-05} <= set(spellings(Decimal("5e-05")))


@pytest.mark.parametrize("name", HYPERPARAMETERS)
@pytest.mark.parametrize(
    "change",
    [
        {"Hyperparameters": {"epochCount": "3"}},
        {"Hyperparameters": {}},
        {"TrainingUri": f"s3://data/datasets/faq/{'c' * 64}/training.jsonl"},
        {"ValidationUri": ""},
        {"BaseModel": "amazon.nova-micro-v1:0:128k"},
    ],
)
def test_edits_with_effect_start_one(name: str, change: dict[str, Any]) -> None:
    """So that the test above is no vacuous truth."""
    properties = properties_of(name, reviewed(name))
    if "BaseModel" in change:
        change = {**change, "Hyperparameters": {}}
    record = trained(name, properties)
    following = want_training(
        record, Claim("stack", "Job", "Job-2", replaces="Job-1"), wanted({**properties, **change})
    )
    assert len(following.training.generations) == 2
    assert following.training.physical_id == "Job-2"


@pytest.mark.parametrize(("name", "seed"), [("local", 1), ("local", 2), ("dev", 3), ("dev", 4)])
def test_synthesized_job_is_the_one_of_the_short_way(name: str, seed: int, tmp_path: Path) -> None:
    """The tests above skip the synth, which takes seconds."""
    environment = edited(reviewed(name), seed)
    assert _job(_synthesized(name, environment, tmp_path)) == {
        key: value for key, value in properties_of(name, environment).items() if key not in STAGED
    }


def test_new_code_changes_no_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions' asset is another, and no model's stack hears of it (fault A28)."""
    before = _synthesized("dev", reviewed("dev"), tmp_path / "before")
    changed = tmp_path / "source"
    shutil.copytree(staged_source(), changed)
    (changed / "lambdas" / "log.py").write_text("# another release", encoding="utf-8")
    monkeypatch.setattr(stacks_environment, "staged_source", lambda: str(changed))
    after = _synthesized("dev", reviewed("dev"), tmp_path / "after")
    assert after.text("Control") != before.text("Control")
    assert after.text("Model-faq") == before.text("Model-faq")


def _synthesized(name: str, environment: Environment, folder: Path) -> Synthesis:
    made = cdk.App(context=in_context(name, environment), outdir=str(folder), analytics_reporting=False)
    assert app.synthesize(made, LOOPBACK if name == "local" else None) == 0
    return Synthesis(name, folder)


def _job(synthesis: Synthesis) -> dict[str, Any]:
    properties = synthesis.only("Model-faq", "Custom::BedrockModelCustomizationJob")
    return {key: value for key, value in properties.items() if key not in {"ServiceToken", "ServiceTimeout", *STAGED}}
