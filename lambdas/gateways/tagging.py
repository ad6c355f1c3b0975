"""Tags of things in Bedrock: whose they are, and what users want written on them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.gateways.clients import code_of

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient


def tags_of(bedrock: "BedrockClient", arn: str) -> dict[str, str]:
    """The tags of a resource; none for one that does not exist."""
    try:
        listed = bedrock.list_tags_for_resource(resourceARN=arn).get("tags", [])
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return {}
        raise
    return {tag["key"]: tag["value"] for tag in listed}


def change(bedrock: "BedrockClient", arn: str, add: Mapping[str, str], remove: Sequence[str]) -> None:
    """Add and remove tags; both may be repeated."""
    if add:
        bedrock.tag_resource(resourceARN=arn, tags=[{"key": key, "value": add[key]} for key in sorted(add)])
    if remove:
        bedrock.untag_resource(resourceARN=arn, tagKeys=list(remove))
