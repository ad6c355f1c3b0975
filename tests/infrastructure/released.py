"""The release before this one: its templates, and a record that it wrote when a model served.

`tests/data/releases/<day>/`: `<environment>.json` has the templates of that day's cdk.json by stack, without rules,
parameters and the keys of assets; `<environment>-record.json` the document of the registry. Add a folder for each
release, and never change one.
"""

import json
from functools import cache
from typing import Any

from tests.infrastructure.synthesis import ROOT

LATEST = "2026-11-22"
#: What that day's cdk.json wanted otherwise of `dev`; whoever upgrades keeps their own.
CONFIGURED = {"dev": {"training.hyperparameters": '{"epochCount": 2}'}}
_FOLDER = ROOT / "tests" / "data" / "releases" / LATEST


def templates(environment: str) -> dict[str, dict[str, Any]]:
    """The templates by stack."""
    found: dict[str, dict[str, Any]] = json.loads((_FOLDER / f"{environment}.json").read_text(encoding="utf-8"))
    return found


def record(environment: str) -> str:
    """The document of the model `faq`."""
    return (_FOLDER / f"{environment}-record.json").read_text(encoding="utf-8")


@cache
def replacing(type_: str) -> frozenset[str]:
    """The properties of a type whose change makes CloudFormation replace the resource, from the type's own schema.

    CloudFormation User Guide, 'Resource type schema': `createOnlyProperties` and `conditionalCreateOnlyProperties`.
    """
    if type_.startswith("Custom::"):
        return frozenset({"ServiceToken"})
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # takes seconds, so only where it is needed

    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type_).schema
    pointers = [*schema.get("createOnlyProperties", []), *schema.get("conditionalCreateOnlyProperties", [])]
    return frozenset(pointer.split("/")[2] for pointer in pointers)
