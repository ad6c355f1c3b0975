"""A copy of the project with an environment of its own, which nobody else's stacks can meet."""

import copy
import json
from pathlib import Path
from typing import Any

from tests import project_copy
from tests.e2e.settings import CAP_USD, Settings

ENVIRONMENT, MODEL = "e2e", "faq"
#: Hours after which an evaluation is given up, and its endpoint removed.
_EVALUATION_HOURS = 2


def make(folder: Path, settings: Settings) -> None:
    """Copy the project, with the shipped `dev` as environment `e2e`: Nova on demand, capped, gone afterwards.

    Account, Region and the price of training are left to `ops init`, as in the README.
    """
    project_copy.copy(folder)
    project_copy.set_up(folder)
    path = folder / "cdk.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    environments = document["context"]["environments"]
    document["context"]["environments"] = {ENVIRONMENT: _environment(copy.deepcopy(environments["dev"]), settings)}
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _environment(dev: dict[str, Any], settings: Settings) -> dict[str, Any]:
    model = dev["models"][MODEL]
    base_model = model["training"]["base_model"]
    prices = {"input_usd_per_1k_tokens": settings.input_price, "output_usd_per_1k_tokens": settings.output_price}
    model["budget"] = {"max_usd_per_job": CAP_USD, "max_usd_per_month": CAP_USD}
    model["endpoint"] = {"serving": "on_demand"}
    if "evaluation" in model:
        model["evaluation"]["hours"] = _EVALUATION_HOURS
        # The sample is small: what is proved here is the way, and a verdict against it must not end it early.
        model["gate"] = {**model.get("gate", {}), "mode": "dry_run"}
    dev["removal_policy"] = "destroy"
    dev["prices"][base_model] |= prices
    return {**dev, "models": {MODEL: model}}
