"""The other AWS services that Bedrock calls or is called through: IAM, S3, KMS, EventBridge and CloudWatch."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

ConditionKeys = Mapping[str, str | Sequence[str]]
Headers = Mapping[str, str]

PRINCIPAL = "bedrock.amazonaws.com"


class FunctionError(Exception):
    """A Lambda function could not be called or failed; the text says why."""


class StorageError(Exception):
    """S3 refused an access or does not have the object; the text is S3's error code."""


class Storage(Protocol):
    """S3 with the rights of one role."""

    def read(self, bucket: str, key: str) -> bytes:
        """The content of an object; raises StorageError."""

    def write(self, bucket: str, key: str, content: bytes) -> None:
        """Store an object; raises StorageError."""


class Key(Protocol):
    """A KMS key."""

    @property
    def arn(self) -> str:
        """Its ARN."""

    @property
    def enabled(self) -> bool:
        """Whether it can be used."""


class Neighbours(Protocol):
    """What Bedrock needs of the rest of AWS, in the account and Region of the running request."""

    def authorize(self, headers: Headers, action: str, arn: str, keys: ConditionKeys) -> None:
        """Require that the caller may perform an action on a resource; raises Fault (AccessDeniedException)."""

    def require_pass_role(self, headers: Headers, role_arn: str, resource_arn: str) -> None:
        """Require that the caller may pass a role to Bedrock; raises Fault (AccessDeniedException)."""

    def may_assume(self, role_arn: str, keys: ConditionKeys) -> bool:
        """Whether a role exists and its trust policy lets Bedrock assume it under these condition keys."""

    def storage_as(self, role_arn: str, session: str) -> Storage:
        """S3 as a role sees it, in an STS session of this name."""

    def role_may(self, role_arn: str, session: str, action: str, arn: str, keys: ConditionKeys) -> bool:
        """Whether a role may perform an action on a resource, in an STS session of this name."""

    def call(self, role_arn: str, session: str, function_arn: str, payload: bytes) -> bytes:
        """Call a Lambda function as a role, and return what it returns; raises FunctionError."""

    def key(self, identifier: str) -> Key | None:
        """The KMS key with this ARN, id or alias; None if there is none in this account and Region."""

    def key_of(self, arn: str) -> Key | None:
        """The KMS key with this ARN, in whichever account and Region it is; None if there is none."""

    def publish(self, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str]) -> None:
        """Put an event of source `aws.bedrock` on the default event bus."""

    def count(self, metric: str, model_id: str) -> None:
        """Add one to a metric of CloudWatch's namespace `AWS/Bedrock`, of dimension `ModelId`."""


__all__ = ["PRINCIPAL", "ConditionKeys", "FunctionError", "Headers", "Key", "Neighbours", "Storage", "StorageError"]
