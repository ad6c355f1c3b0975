"""Plans of models that come from another environment, and of those that are trained again by a manifest."""

from pathlib import Path
from typing import Any

import pytest

import configuration
from configuration import Selection
from finetuning.lifecycle import Action, ModelRecord, Observed
from finetuning.lifecycle.forecast import Change
from finetuning.manifest import Data
from ops.plan import rendering
from ops.plan.planning import ModelPlan, plans
from ops.plan.sites import Nowhere
from tests.fakes import manifests

FILES = {
    "training": "datasets/bedrock-faq/training.jsonl",
    "validation": "datasets/bedrock-faq/validation.jsonl",
}
TEST = "datasets/bedrock-faq/test.jsonl"


class Somewhere(Nowhere):
    """Where a record of the model is."""

    def __init__(self, record: ModelRecord) -> None:
        super().__init__("finetuning", "prod", 1_780_000_000.0)
        self.record = record

    def look(self, model: str) -> tuple[ModelRecord, Observed]:
        """The record, and nothing of what it bought."""
        return self.record, Observed(now=1_780_000_000.0)


def selected(folder: Path, model: dict[str, Any], **manifest: Any) -> Selection:
    """Prod with one model whose pin names this manifest."""
    manifests.pin(folder, manifests.made(**manifest), "prod")
    place = {"account": "111122223333", "region": "us-east-1", "removal_policy": "destroy"}
    models = {"faq": {"endpoint": {"serving": "on_demand"}, **model}}
    context = {
        "project": "finetuning",
        "env": "prod",
        "environments": {"dev": place, "prod": {**place, "models": models}},
    }
    return configuration.load(context, None, pins_folder=folder)


def swapped(folder: Path, **manifest: Any) -> Selection:
    """It takes over the very model."""
    model = {"training": {"base_model": "nova-lite"}, "promotion": {"source": "dev"}}
    return selected(folder, model, **manifest)


def plan(selection: Selection, record: ModelRecord | None = None) -> ModelPlan:
    """The one plan."""
    site = Somewhere(record or ModelRecord("finetuning", "prod", "faq"))
    [made] = plans(selection, site, all_models=False)
    return made


def told(made: ModelPlan) -> list[tuple[str, str, str]]:
    """What is said of it."""
    return list(rendering.told(made))


def test_promoted_model_is_held_and_served_and_nothing_is_trained(tmp_path: Path) -> None:
    """It costs nothing but what the endpoint costs."""
    made = plan(swapped(tmp_path))
    assert made.forecast is not None
    assert made.is_configured
    assert [step.action for step in made.forecast.steps] == [
        Action.HOLD_MODEL,
        Action.CREATE_ENDPOINT,
        Action.PUBLISH_POINTER,
    ]
    assert (made.forecast.training, made.refusals, made.forecast.money.job) == (Change.ADOPTED, (), 0.0)
    assert (
        " ",
        "training",
        f"no job: custom model {manifests.JOB_NAME} comes as it is, by manifest {made.manifest[:12]}…",
    ) in [(" ", label, text) for _, label, text in told(made)]
    assert rendering.last_line([made]) == "Plan: 1 to add, 2 to change, 0 to remove."


def test_promoted_model_that_is_there_is_left_alone(tmp_path: Path) -> None:
    """The same manifest again."""
    first = plan(swapped(tmp_path))
    assert first.forecast is not None
    again = plan(swapped(tmp_path), first.forecast.after)
    assert again.forecast is not None
    assert again.forecast.training is Change.NOTHING


def test_removal_lets_go_of_the_model(tmp_path: Path) -> None:
    """It is not deleted, and the plan says so."""
    first = plan(swapped(tmp_path))
    assert first.forecast is not None
    [gone] = _plans_without(first.forecast.after, tmp_path)
    assert gone.forecast is not None
    assert Action.DELETE_MODEL not in {step.action for step in gone.forecast.steps}


def _plans_without(record: ModelRecord, folder: Path) -> list[ModelPlan]:
    """What a removal of its stack would do."""

    class Left(Somewhere):
        def deployed(self) -> tuple[str, ...]:
            return ("faq",)

    selection = swapped(folder)
    empty = Selection(selection.project, selection.environment, {})
    return list(plans(empty, Left(record), all_models=True))


def retrained(folder: Path, **files: str) -> Selection:
    """It is trained again; the manifest's model had these files."""
    model: dict[str, Any] = {
        "training": {
            "base_model": "nova-lite",
            "dataset": {**FILES, "test": TEST},
            "hyperparameters": {"epochCount": 2},
        },
        "promotion": {"source": "dev", "method": "retrain"},
        "budget": {"unknown_prices": ["training"]},
        "evaluation": {"preset": "knowledge"},
        "gate": {"mode": "enabled", "thresholds": {"rouge_l": {"min": 0.4}}},
    }
    return selected(folder, model, data=Data(**files))


def test_other_data_than_the_manifests_is_refused_before_anything_is_deployed(tmp_path: Path) -> None:
    """As the deployment would, with the same words."""
    made = plan(retrained(tmp_path, training="a" * 64))
    assert made.forecast is None
    first, second = made.refusals
    assert first.startswith("training: datasets/bedrock-faq/training.jsonl has, as it is staged, SHA-256 ")
    assert second.startswith("validation: the manifest's model had none, and datasets/bedrock-faq/validation.jsonl is")
    assert rendering.last_line([made]) == "Plan: the deployment would be refused."


def test_the_manifests_data_is_trained_again(tmp_path: Path) -> None:
    """The digests of the staged files are what counts."""
    refused = plan(retrained(tmp_path, training="a" * 64, validation="a" * 64))
    digests = {text.split(":")[0]: text.split("SHA-256 ")[1][:64] for text in refused.refusals}
    made = plan(retrained(tmp_path, **digests))
    assert made.refusals == ()
    assert made.forecast is not None
    assert made.forecast.training is Change.STARTED
    assert made.training is not None
    assert made.training.evaluation is not None
    reference = made.training.evaluation.settings["reference"]
    assert reference["metrics"] == pytest.approx({"rouge_l": 0.75})
