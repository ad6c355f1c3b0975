"""The runbook's way to attach a retained Foundation again fits the template."""

import json
import re
from pathlib import Path

import pytest

from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.synthesis import Synthesis

RUNBOOK = (Path(__file__).resolve().parents[2] / "docs" / "runbook.md").read_text(encoding="utf-8")
#: What CloudFormation asks of each type. Source: the types' registry schemas, `primaryIdentifier`.
IDENTIFIERS = {
    "AWS::KMS::Key": "KeyId",
    "AWS::S3::Bucket": "BucketName",
    "AWS::S3::BucketPolicy": "Bucket",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::IAM::Role": "RoleName",
}


@pytest.fixture(scope="module")
def prod(synthesize: Synthesize) -> Synthesis:
    """Where data is retained."""
    return synthesize("prod")


def mapping() -> dict[str, dict[str, str]]:
    """The runbook's `import.json`."""
    [block] = re.findall(r"```json\n(.*?)```", RUNBOOK, re.DOTALL)
    found: dict[str, dict[str, str]] = json.loads(block)
    return found


def test_everything_retained_is_imported(prod: Synthesis) -> None:
    """And the service role, which is not retained."""
    resources = prod.resources("Foundation")
    retained = {name for name, resource in resources.items() if resource.get("DeletionPolicy") == "Retain"}
    [role] = prod.resources("Foundation", "AWS::IAM::Role")
    assert set(mapping()) == {*retained, role}


def test_each_is_named_by_its_identifier(prod: Synthesis) -> None:
    """By its type."""
    for name, identifier in mapping().items():
        assert list(identifier) == [IDENTIFIERS[prod.resources("Foundation")[name]["Type"]]]


def test_nothing_imported_refers_to_anything_else(prod: Synthesis) -> None:
    """The import's template has these resources only."""
    resources = prod.resources("Foundation")
    for name in mapping():
        text = json.dumps(resources[name])
        assert [other for other in resources if other not in mapping() and f'"{other}"' in text] == []


def test_resource_to_skip_exists(prod: Synthesis) -> None:
    """In a model's stack."""
    [skipped] = re.findall(r"--resources-to-skip (\w+)", RUNBOOK)
    [model] = [stack for stack in prod.templates if stack.startswith("Model-")][:1]
    assert prod.resources(model)[skipped]["Type"] == "Custom::BedrockModelCustomizationJob"


def test_outputs_that_the_runbook_names_exist(prod: Synthesis) -> None:
    """Where they are said to be."""
    assert "NoticesTopicArn" in prod.templates["Control"]["Outputs"]
    assert "RegistryTableName" in prod.templates["Foundation"]["Outputs"]
