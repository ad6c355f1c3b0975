"""The project as somebody sets it up who trains in dev and promotes to staging and prod, all in one model account."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from configuration import delivery
from tests.workflows.repository import Repository

ACCOUNT, REGION = "111122223333", "us-east-1"
#: An account of applications, which may invoke what prod serves, and nothing else.
WORKLOAD_ACCOUNT = "444455556666"
BASE_MODEL = "amazon.nova-lite-v1:0:300k"
MODEL = "faq"
#: Dollars for 1,000 tokens; any number will do, because nothing is billed here.
_PRICES = {"training_usd_per_1k_tokens": 0.002, "input_usd_per_1k_tokens": 0.0001, "output_usd_per_1k_tokens": 0.0003}
_DATASET = {split: f"datasets/bedrock-faq/{split}.jsonl" for split in ("training", "validation", "test")}
_TRAINED: dict[str, Any] = {
    "training": {"base_model": BASE_MODEL, "dataset": _DATASET, "hyperparameters": {"epochCount": 5}},
    "endpoint": {"serving": "on_demand"},
    "evaluation": {"preset": "knowledge", "baselines": ["base", "champion"]},
    "gate": {
        "mode": "enabled",
        "thresholds": {"rouge_l": {"min": 0.3, "min_gain_over_base": 0.05, "max_loss_to_champion": 0.15}},
    },
}
_PROMOTED: dict[str, Any] = {
    "training": {"base_model": BASE_MODEL},
    "endpoint": {"serving": "on_demand"},
    "promotion": {"source": "dev", "method": "swap"},
}


def configure(clone: Path) -> None:
    """Write the three environments, and who may deploy them, into `cdk.json`."""

    def change(context: dict[str, Any]) -> None:
        environments = context["environments"]
        for name, model in (("dev", _TRAINED), ("staging", _PROMOTED), ("prod", _PROMOTED)):
            environments[name] = {**_ENVIRONMENT, "models": {MODEL: model}}
        context["delivery"] = _DELIVERY

    edit(clone, change)


def edit(clone: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the context of `cdk.json`."""
    path = clone / "cdk.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document["context"])
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


_ENVIRONMENT: dict[str, Any] = {
    "account": ACCOUNT,
    "region": REGION,
    "tags": {},
    "removal_policy": "destroy",
    "permissions_boundary": delivery.boundary_arn("finetuning", ACCOUNT),
    "prices": {BASE_MODEL: _PRICES},
}
_DELIVERY: dict[str, Any] = {
    "account": ACCOUNT,
    "region": REGION,
    "github": {"repository": Repository.name},
    "environments": ["dev", "staging", "prod"],
    "workload_accounts": {"prod": [WORKLOAD_ACCOUNT]},
}
