"""The service role and the key, as far as preflight looks at them."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from finetuning.preflight.facts import Key, Role
from finetuning.preflight.finding import Unreadable
from lambdas.gateways.clients import client
from lambdas.gateways.reading import read

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


class RoleGateway:
    """Reads roles."""

    def __init__(self, iam: Any = None) -> None:
        self._iam = iam or client("iam")

    def role(self, arn: str) -> Role | Unreadable | None:
        """The role of this ARN, or None; one of another path or account by the same name is not it."""
        found = read("iam:GetRole", lambda: self._role(arn.rpartition("/")[2]), "NoSuchEntity")
        return None if isinstance(found, Role) and found.arn != arn else found

    def _role(self, name: str) -> Role:
        role = self._iam.get_role(RoleName=name)["Role"]
        # botocore parses the document; one that it was not told to parse is text, percent-encoded.
        trust: Any = role.get("AssumeRolePolicyDocument", {})
        return Role(role["Arn"], json.loads(unquote(trust)) if isinstance(trust, str) else trust)


class KeyGateway:
    """Reads keys."""

    def __init__(self, kms: "KMSClient | None" = None) -> None:
        self._kms: KMSClient = kms or client("kms")

    def key(self, arn: str) -> Key | Unreadable | None:
        """The key of this ARN, or None."""
        return read("kms:DescribeKey", lambda: self._key(arn), "NotFoundException")

    def _key(self, arn: str) -> Key:
        found = self._kms.describe_key(KeyId=arn)["KeyMetadata"]
        usage, spec = found.get("KeyUsage", ""), found.get("KeySpec", "")
        return Key(found.get("Arn", arn), str(found.get("KeyState", "")), str(usage), str(spec))
