"""The policies of every role fit it, in every Region and however much is configured."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from finetuning import catalog
from tests.infrastructure import given
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.rights import STACKS
from tests.infrastructure.synthesis import Synthesis
from tests.infrastructure.template import statements


def test_policies_fit_a_role(each: Synthesis) -> None:
    """Beyond 10,240 characters CDK splits them into managed policies of its own making.

    Source: IAM User Guide, 'IAM and AWS STS quotas', inline policies of a role, all of them together.
    """
    for stack in STACKS:
        _assert_policies_fit(each.resources(stack))


#: What the driver's own policy has no room for.
MANAGED = ("DriverFunctionCopies", "DriverFunctionManifests", "DriverFunctionPromotions")


def _assert_policies_fit(resources: Mapping[str, Any]) -> int:
    """All policies of a role together, and each managed policy (6,144 characters); returns how many roles there are."""
    inline: Counter[str] = Counter()
    for role, statement in statements(resources, "AWS::IAM::Policy"):
        inline[role] += len(json.dumps(_resolved(statement), separators=(",", ":"))) + 1
    managed: Counter[str] = Counter()
    for logical_id, resource in resources.items():
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            assert logical_id.startswith(MANAGED)
            document = _resolved(resource["Properties"]["PolicyDocument"])
            managed[logical_id] += len(json.dumps(document, separators=(",", ":")))
    assert max(inline.values(), default=0) < 10_000, inline
    assert max(managed.values(), default=0) < 6_000, managed
    return len(inline)


LONGEST_PROJECT = "sixteen-letters1"
REGIONS = sorted({region for model in catalog.base_models() for region in model.regions})


@pytest.mark.parametrize("region", REGIONS)
def test_policies_fit_a_role_in_every_region(synthesize: Synthesize, region: str) -> None:
    """However many base models there are in a Region, whatever is brought, and however long the names are."""
    moved = {name: value.replace("us-east-1", region) for name, value in given.EVERYTHING.items()}
    del moved["training.dataset.media"]  # not every model takes any, and no role of the Control stack hears of them
    model = next(model for model in catalog.living(catalog.reviewed()) if region in model.regions)
    prices = {"training_usd_per_1k_tokens": 0.002, "unit_hour_usd": {"none": 20}}
    wanted = {
        "environment.region": region,
        "environment.prices": json.dumps({model.customization_id: prices}),
        "training.base_model": model.customization_id,
        "training.hyperparameters": "{}",
        "endpoint.serving": "none",
        "evaluation": "null",  # not every model can be asked without an endpoint
        "gate.thresholds": "{}",
        "training.accept_unknown": '["hyperparameters", "dataset"]',
    }
    synthesis = synthesize("dev", project=LONGEST_PROJECT, **{**moved, **wanted})
    roles = 0
    for path in synthesis.folder.glob("*.template.json"):
        roles += _assert_policies_fit(json.loads(path.read_text(encoding="utf-8"))["Resources"])
    assert roles > 10


def _resolved(value: object) -> object:
    """A statement with an ARN of usual length in the place of each reference."""
    if isinstance(value, list):
        return [_resolved(item) for item in value]
    if isinstance(value, dict):
        if set(value) & {"Fn::GetAtt", "Ref", "Fn::ImportValue", "Fn::Join", "Fn::Sub"}:
            return "x" * 130
        return {key: _resolved(item) for key, item in value.items()}
    return value
