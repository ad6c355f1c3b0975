"""The project as a team sets it up that trains in dev and promotes to staging and prod, in one model account."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from configuration import delivery
from ops import cdk_json
from ops.commands import init
from tests.workflows.repository import Repository

PROJECT, MODEL = "finetuning", "faq"
ENVIRONMENTS = ("dev", "staging", "prod")
ACCOUNT, REGION = "111122223333", "us-east-1"
#: An account of applications, which may invoke what prod serves, and nothing else.
WORKLOAD_ACCOUNT = "444455556666"
#: Dollars for training on 1,000 tokens; any number will do, because nothing is billed on the embedded AWS.
_TRAINING_PRICE = "0.002"


def configure(clone: Path) -> None:
    """Write where the shipped environments are, and who may deploy and invoke them, into `cdk.json`."""
    path = clone / "cdk.json"
    for environment in ENVIRONMENTS:
        prices = [_TRAINING_PRICE] if environment == "dev" else []
        _, changed = init.write(path, environment, ACCOUNT, REGION, prices)
        cdk_json.write(path, changed)

    def change(context: dict[str, Any]) -> None:
        context["delivery"]["github"]["repository"] = Repository.name
        context["delivery"]["workload_accounts"] = {"prod": [WORKLOAD_ACCOUNT]}
        for environment in ENVIRONMENTS:
            context["environments"][environment]["permissions_boundary"] = delivery.boundary_arn(PROJECT, ACCOUNT)

    edit(clone, change)


def edit(clone: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the context of `cdk.json`."""
    path = clone / "cdk.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document["context"])
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
