"""The types of single values, which several sections share."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

#: Bedrock API reference, data type Tag: characters allowed in the key and the value of a tag.
TAG_CHARACTERS = r"^[a-zA-Z0-9\s._:/=+@-]*$"
#: Bedrock allows 50 tags on a resource (API reference, TooManyTagsException); four are the owner tags.
MAX_TAGS = 46
#: KMS Developer Guide, 'Find the key ID and key ARN'; an alias would be resolved by S3 and not by the policy.
KEY_ARN = r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$"
#: Bedrock API reference, CreateModelCustomizationJob, ``roleArn``.
ROLE_ARN = r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$"
#: IAM User Guide, 'IAM ARNs'.
POLICY_ARN = r"^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$"
#: Lambda API reference, data type FunctionConfiguration; Bedrock API reference, data type LambdaGraderConfig.
FUNCTION_ARN = r"^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[a-zA-Z0-9_-]+(:[a-zA-Z0-9$_.-]+)?$"
#: A prefix, so that rights end there; the characters are those that Bedrock takes in the URIs of media (rule DS209).
MEDIA_PREFIX = r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([A-Za-z0-9_.-]+/)+$"
#: What SNS takes as the endpoint of an ``email`` or ``https`` subscription (SNS API reference, Subscribe).
SUBSCRIBER = re.compile(r"https://[^\s/@]+(/\S*)?|[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+")
RESERVED_TAG_PREFIXES = ("aws:", "finetuning:")


class Section(BaseModel):
    """An object of the configuration: immutable, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def _not_a_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value


def _no_reserved_tags(tags: Mapping[str, str]) -> Mapping[str, str]:
    for key in tags:
        if key.lower().startswith(RESERVED_TAG_PREFIXES):
            raise ValueError(f"tag {key!r} is reserved; keys must not begin with {' or '.join(RESERVED_TAG_PREFIXES)}")
    return tags


def _a_subscriber(value: str) -> str:
    if not SUBSCRIBER.fullmatch(value):
        raise ValueError("must be an e-mail address or an https:// URL")
    return value


def no_repetition(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse values that are named twice."""
    repeated = sorted({value for value in values if values.count(value) > 1})
    if repeated:
        raise ValueError(f"must name each value once; repeated: {', '.join(repeated)}")
    return values


Text = Annotated[str, Field(min_length=1)]
Number = Annotated[int, BeforeValidator(_not_a_boolean)]
#: An amount of US dollars, above zero: a cap of nothing forbids what it caps, and leaving the thing out says so better.
Dollars = Annotated[float, BeforeValidator(_not_a_boolean), Field(gt=0, allow_inf_nan=False)]
AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
KeyArn = Annotated[str, Field(pattern=KEY_ARN)]
RoleArn = Annotated[str, Field(pattern=ROLE_ARN)]
PolicyArn = Annotated[str, Field(pattern=POLICY_ARN)]
FunctionArn = Annotated[str, Field(pattern=FUNCTION_ARN)]
TagKey = Annotated[str, Field(min_length=1, max_length=128, pattern=TAG_CHARACTERS)]
TagValue = Annotated[str, Field(max_length=256, pattern=TAG_CHARACTERS)]
Tags = Annotated[dict[TagKey, TagValue], Field(max_length=MAX_TAGS), AfterValidator(_no_reserved_tags)]
Subscriber = Annotated[str, AfterValidator(_a_subscriber)]
Subscribers = Annotated[tuple[Subscriber, ...], AfterValidator(no_repetition)]
#: Bedrock API reference, data type VpcConfig.
SubnetIds = Annotated[
    tuple[Annotated[str, Field(pattern=r"^subnet-[0-9a-f]+$")], ...],
    Field(min_length=1, max_length=16),
    AfterValidator(no_repetition),
]
SecurityGroupIds = Annotated[
    tuple[Annotated[str, Field(pattern=r"^sg-[0-9a-f]+$")], ...],
    Field(min_length=1, max_length=5),
    AfterValidator(no_repetition),
]
