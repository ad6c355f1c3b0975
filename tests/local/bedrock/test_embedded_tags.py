"""Who may change which tags, judged by IAM on the running server."""

from typing import Any

import pytest

from tests.local.bedrock.embedded import Embedded
from tests.local.bedrock.errors import refused

OWNER = {"key": "finetuning:environment", "value": "dev"}
#: Change the user's tags on what is ours, and nobody's owner tags.
RETAG = {
    "Effect": "Allow",
    "Action": ["bedrock:TagResource", "bedrock:UntagResource"],
    "Resource": "*",
    "Condition": {
        "StringEquals": {"aws:ResourceTag/finetuning:environment": "dev"},
        "ForAllValues:StringNotLike": {"aws:TagKeys": ["finetuning:*"]},
    },
}
#: Put owner tags only on what is bought for this environment.
BUY = {
    "Effect": "Allow",
    "Action": ["bedrock:TagResource", "bedrock:CreateProvisionedModelThroughput"],
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:RequestTag/finetuning:environment": "dev"}},
}


def bought(client: Any, name: str, *tags: dict[str, str]) -> str:
    """Throughput of a base model with tags; its ARN."""
    request = {"provisionedModelName": name, "modelUnits": 1, "modelId": "anthropic.claude-3-haiku-20240307-v1:0:200k"}
    arn: str = client.create_provisioned_model_throughput(**request, tags=list(tags))["provisionedModelArn"]
    return arn


@pytest.fixture
def thing(embedded: Embedded, request: pytest.FixtureRequest) -> Any:
    """A throughput of the environment that is ours, deleted afterwards."""
    client = embedded.root.client("bedrock")
    arn = bought(client, request.node.name.replace("_", "-")[:60], OWNER, {"key": "team", "value": "a"})
    yield arn
    while True:
        try:
            client.delete_provisioned_model_throughput(provisionedModelId=arn)
        except client.exceptions.ConflictException:
            continue
        except client.exceptions.ResourceNotFoundException:
            pass
        return


def test_user_tags_of_ours_may_be_changed_and_owner_tags_not(embedded: Embedded, thing: str) -> None:
    """By aws:ResourceTag and aws:TagKeys."""
    role = embedded.root.assume(embedded.root.role("retag", [RETAG])).client("bedrock")
    role.tag_resource(resourceARN=thing, tags=[{"key": "team", "value": "b"}, {"key": "cost", "value": "1"}])
    role.untag_resource(resourceARN=thing, tagKeys=["cost"])
    refused("AccessDeniedException", role.tag_resource, resourceARN=thing, tags=[{**OWNER, "value": "prod"}])
    refused("AccessDeniedException", role.untag_resource, resourceARN=thing, tagKeys=["team", OWNER["key"]])
    tags = embedded.root.client("bedrock").list_tags_for_resource(resourceARN=thing)["tags"]
    assert tags == [OWNER, {"key": "team", "value": "b"}]


def test_tags_of_others_and_of_what_is_gone_are_denied(embedded: Embedded) -> None:
    """What is not there has no tags, so the condition fails before it is looked for."""
    role = embedded.root.assume(embedded.root.role("retag-others", [RETAG])).client("bedrock")
    gone = "arn:aws:bedrock:us-west-2:000000000000:provisioned-model/abcdefabcdef"
    refused("AccessDeniedException", role.tag_resource, resourceARN=gone, tags=[{"key": "team", "value": "b"}])


def test_purchase_needs_the_owner_tags(embedded: Embedded) -> None:
    """By aws:RequestTag, of the purchase and of its tags."""
    role = embedded.root.assume(embedded.root.role("buyer", [BUY])).client("bedrock")
    refused("AccessDeniedException", bought, client=role, name="untagged")
