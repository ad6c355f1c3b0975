"""What is still there of an environment is found by name and tag, and nothing of others."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops import project
from ops.commands import leftovers
from ops.session import Session

PREFIX = "finetuning-local-"
OTHER = "finetuning-dev-faq-0123456789-1"
OURS = "finetuning-local-faq-0123456789-1"


class FakeBedrock:
    """Lists what it was given."""

    def __init__(self, **listed: list[dict[str, str]]) -> None:
        self._listed = listed

    def get_paginator(self, operation: str) -> "FakeBedrock":
        """The pages of an operation."""
        key = {
            "list_model_customization_jobs": "modelCustomizationJobSummaries",
            "list_custom_models": "modelSummaries",
            "list_provisioned_model_throughputs": "provisionedModelSummaries",
            "list_custom_model_deployments": "modelDeploymentSummaries",
        }[operation]
        return FakeBedrock(**{key: self._listed.get(key, [])})

    def paginate(self, *, nameContains: str) -> Iterator[dict[str, Any]]:
        """One page."""
        assert nameContains == PREFIX
        yield dict(self._listed)


class FakeS3:
    """Buckets and their tags."""

    def __init__(self, **tags: dict[str, str]) -> None:
        self._tags = tags

    def list_buckets(self) -> dict[str, Any]:
        """All buckets."""
        return {"Buckets": [{"Name": name.replace("_", "-")} for name in self._tags]}

    def get_bucket_tagging(self, *, Bucket: str) -> dict[str, Any]:
        """The tags of one."""
        tags = self._tags[Bucket.replace("-", "_")]
        if not tags:
            raise ClientError({"Error": {"Code": "NoSuchTagSet", "Message": ""}}, "GetBucketTagging")
        return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}


@pytest.fixture
def session() -> Session:
    """The environment `local`."""
    return Session("finetuning", project.Environment("local", "000000000000", "us-west-2", "destroy", {}))


def in_bedrock(**listed: list[dict[str, str]]) -> list[str]:
    """Kind and name of what is left in Bedrock."""
    bedrock: Any = FakeBedrock(**listed)
    return [f"{found.kind}: {found.name}" for found in leftovers.in_bedrock(bedrock, PREFIX)]


def test_jobs_at_rest_are_records_and_not_leftovers() -> None:
    """Bedrock keeps a job's record for ever; only running ones count."""
    jobs = [{"jobName": OURS, "status": status, "jobArn": "a"} for status in ("Completed", "Failed", "InProgress")]
    assert in_bedrock(modelCustomizationJobSummaries=jobs) == [f"customization job: {OURS}"]


def test_models_and_endpoints_of_this_environment_are_listed() -> None:
    """Each kind by its own name field; other environments' are left out."""
    found = in_bedrock(
        modelSummaries=[{"modelName": name, "modelArn": "a"} for name in (OURS, OTHER)],
        provisionedModelSummaries=[{"provisionedModelName": OURS, "status": "InService", "provisionedModelArn": "a"}],
        modelDeploymentSummaries=[
            {"customModelDeploymentName": OURS, "status": "Active", "customModelDeploymentArn": "a"}
        ],
    )
    assert found == [f"custom model: {OURS}", f"provisioned throughput: {OURS}", f"custom model deployment: {OURS}"]


def test_buckets_are_ours_by_name_or_by_tag(session: Session) -> None:
    """CloudFormation may cut the stack's name, so tags count as well; the CDK's own bucket is not ours."""
    s3: Any = FakeS3(
        finetuning_local_foundation_data={},
        finetuning_lo_cut={"aws:cloudformation:stack-name": "finetuning-local-Foundation"},
        finetuning_dev_foundation_data={"aws:cloudformation:stack-name": "finetuning-dev-Foundation"},
        cdk_assets={},
    )
    names = [found.name for found in leftovers.buckets(s3, session, PREFIX)]
    assert names == ["finetuning-local-foundation-data", "finetuning-lo-cut"]


def test_owner_tags_name_project_and_environment(session: Session) -> None:
    """Both must match."""
    tags = {"finetuning:project": "finetuning", "finetuning:environment": "local"}
    assert leftovers.is_ours(tags, session)
    assert not leftovers.is_ours({**tags, "finetuning:environment": "dev"}, session)
