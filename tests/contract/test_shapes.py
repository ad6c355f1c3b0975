"""The check itself: it sees what botocore lets pass."""

from pathlib import Path
from typing import Any

import botocore
import pytest

from lambdas.gateways.clients import SERVICE_MODELS, session
from tests.contract.shapes import problems

PROVISIONED: dict[str, Any] = {"modelUnits": 1, "provisionedModelName": "name-1", "modelId": "my-model"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, None),
        ({"provisionedModelName": "two--hyphens"}, "does not match"),
        ({"provisionedModelName": "n" * 64}, "64 is more than 63"),
        ({"modelUnits": 0}, "0 is less than 1"),
        ({"modelUnits": "1"}, "str is no integer"),
        ({"commitmentDuration": "none"}, "'none' is none of ['OneMonth', 'SixMonths']"),
        ({"tags": [{"key": "k"}]}, "tags[0]: value is missing"),
        ({"unknown": "x"}, "unknown is unknown"),
    ],
)
def test_request_is_checked_beyond_what_botocore_checks(change: dict[str, Any], problem: str | None) -> None:
    """Patterns, enumerations, minima and maxima of the service model."""
    model = session().get_service_model("bedrock")
    shape = model.operation_model("CreateProvisionedModelThroughput").input_shape
    assert shape is not None
    found = list(problems({**PROVISIONED, **change}, shape))
    assert [problem is not None and problem in text for text in found] == ([True] if problem else [])


def test_shipped_bedrock_model_is_the_one_in_use() -> None:
    """The runtime's own boto3 floats; ours is found first."""
    paths = session().get_component("data_loader").search_paths
    assert paths[0].endswith("lambdas/gateways/service_models")


def test_shipped_bedrock_model_is_the_pinned_one() -> None:
    """When the lock file moves, the shipped model is copied anew from botocore's own data."""
    name = Path("bedrock/2023-04-20/service-2.json.gz")
    assert (SERVICE_MODELS / name).read_bytes() == (Path(botocore.__file__).parent / "data" / name).read_bytes()
