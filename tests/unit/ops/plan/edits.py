"""A configuration in production, paths of its fields, and edits of it."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from configuration.dataset_files import local_file
from tests.unit.lambdas.story import MODEL

SAMPLE = "datasets/bedrock-faq/training.jsonl"
VALIDATION = "datasets/bedrock-faq/validation.jsonl"
#: Numbers of the tests' own; only their size next to the caps matters.
PRICES = {"training_usd_per_1k_tokens": 0.002, "unit_hour_usd": {"none": 30, "one_month": 20}}

FAQ = f"models/{MODEL}"
BASE_MODEL = f"{FAQ}/training/base_model"
EPOCHS = f"{FAQ}/training/hyperparameters/epochCount"
SERVING, UNITS = f"{FAQ}/endpoint/serving", f"{FAQ}/endpoint/model_units"
KEEP, TAGS = f"{FAQ}/training/keep_previous", f"{FAQ}/training/tags"
TRAINING, VALIDATING = f"{FAQ}/training/dataset/training", f"{FAQ}/training/dataset/validation"
HOURLY, BUDGET = f"{FAQ}/endpoint/max_hourly_usd", f"{FAQ}/budget"
COMMITMENT, APPROVED = f"{FAQ}/endpoint/commitment", f"{FAQ}/endpoint/commitment_approval"

Context = dict[str, Any]
#: Values by path below the environment; None takes a field away.
Changes = Mapping[str, Any]

ON_DEMAND: Changes = {SERVING: "on_demand", HOURLY: None}
NO_ENDPOINT: Changes = {SERVING: "none", HOURLY: None}
COMMITTED: Changes = {
    COMMITMENT: "one_month",
    APPROVED: {"id": "FIN-1", "approved_by": "the owner", "until": "2026-12-31"},
}
GATED: Changes = {
    f"{FAQ}/training/dataset/test": "datasets/bedrock-faq/test.jsonl",
    f"{FAQ}/evaluation": {"preset": "knowledge"},
    f"{FAQ}/gate": {"mode": "enabled", "thresholds": {"rouge_l": {"min": 0.4}}},
}
MANUAL: Changes = {f"{FAQ}/endpoint/approval": "manual"}


def base() -> Context:
    """Nova Lite on provisioned throughput, with prices and caps."""
    dataset = {"training": SAMPLE, "validation": VALIDATION}
    faq = {
        "training": {"base_model": "nova-lite", "dataset": dataset, "hyperparameters": {"epochCount": 2}},
        "endpoint": {"serving": "provisioned", "model_units": 1, "max_hourly_usd": 100},
        "budget": {"max_usd_per_job": 5, "max_usd_per_month": 100_000},
    }
    environment = {
        "account": "111122223333",
        "region": "us-east-1",
        "removal_policy": "destroy",
        "prices": {"nova-lite": PRICES, "nova-micro": PRICES},
        "models": {MODEL: faq},
    }
    return {"project": "finetuning", "environments": {"prod": environment}, "env": "prod"}


def edited(context: Context, changes: Changes) -> Context:
    """The context with changes."""
    changed = copy.deepcopy(context)
    for path, value in changes.items():
        *steps, last = path.split("/")
        target = changed["environments"]["prod"]
        for step in steps:
            target = target.setdefault(step, {})
        if value is None:
            target.pop(last, None)
        else:
            target[last] = value
    return changed


def copied(location: str, path: Path, change: Mapping[str, str]) -> None:
    """Copy a dataset file with other text in it."""
    text = local_file(location).read_text(encoding="utf-8")
    for before, after in change.items():
        assert before in text
        text = text.replace(before, after, 1)
    path.write_text(text, encoding="utf-8")
