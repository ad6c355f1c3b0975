"""A team that trains in staging and prod too: the `cdk.json` of before models were promoted, which still works."""

import json
from collections.abc import Mapping
from typing import Any

LITE = "amazon.nova-lite-v1:0:300k"
ENVIRONMENTS = ("staging", "prod")
_FAQ: dict[str, Any] = {
    "training": {
        "base_model": LITE,
        "dataset": {split: f"datasets/bedrock-faq/{split}.jsonl" for split in ("training", "validation")},
        "hyperparameters": {"epochCount": 2},
    },
    "endpoint": {"serving": "on_demand"},
    "budget": {"max_usd_per_job": 10},
}


def everywhere(environments: Mapping[str, Any]) -> dict[str, Any]:
    """The environments of cdk.json, where staging and prod train a model of their own, and nothing judges it."""
    models, prices = {"faq": _FAQ}, {LITE: {"training_usd_per_1k_tokens": "<price>"}}
    own = {name: {**environments[name], "prices": prices, "models": models} for name in ENVIRONMENTS}
    trained: dict[str, Any] = json.loads(json.dumps({**environments, **own}))
    return trained
