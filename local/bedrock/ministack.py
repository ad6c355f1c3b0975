"""The rest of AWS as MiniStack provides it."""

import json
import logging
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from ministack.core import responses
from ministack.services import cloudwatch, eventbridge, kms, sts

from local import authorization
from local.bedrock.neighbours import PRINCIPAL, ConditionKeys, FunctionError, Headers, Key, Storage, StorageError
from local.bedrock.protocol.faults import access_denied

_SESSION_SECONDS = 12 * 3600
_LOG = logging.getLogger(__name__)


@cache
def _sdk() -> botocore.session.Session:
    """The SDK with its data read once: a session of its own per client would read S3's description anew each time."""
    return botocore.session.Session()


def place() -> tuple[str, str]:
    """Account and Region of the running request."""
    return responses.get_account_id(), responses.get_region()


class MiniStackNeighbours:
    """IAM, S3, KMS, EventBridge and CloudWatch of the MiniStack in this process.

    Args:
        endpoint_url: Where MiniStack listens: S3 is called over loopback, so that IAM judges every access.
    """

    def __init__(self, endpoint_url: str) -> None:
        """Remember the endpoint."""
        self._endpoint_url = endpoint_url

    def authorize(self, headers: Headers, action: str, arn: str, keys: ConditionKeys) -> None:
        """Require that the caller may perform an action on a resource; raises Fault (AccessDeniedException)."""
        try:
            authorization.authorize(headers, action, [arn], keys)
        except authorization.AccessDeniedError as error:
            raise access_denied(error.message) from error

    def require_pass_role(self, headers: Headers, role_arn: str, resource_arn: str) -> None:
        """Require that the caller may pass a role to Bedrock; raises Fault (AccessDeniedException)."""
        try:
            authorization.require_pass_role(headers, role_arn, PRINCIPAL, resource_arn)
        except authorization.AccessDeniedError as error:
            raise access_denied(error.message) from error

    def may_assume(self, role_arn: str, keys: ConditionKeys) -> bool:
        """Whether a role exists and its trust policy lets Bedrock assume it under these condition keys."""
        return authorization.role_trusts(role_arn, PRINCIPAL, keys)

    def storage_as(self, role_arn: str, session: str) -> Storage:
        """S3 as a role sees it, in an STS session of this name."""
        return _S3(self._client_as(role_arn, session, "s3"))

    def role_may(self, role_arn: str, session: str, action: str, arn: str, keys: ConditionKeys) -> bool:
        """Whether a role may perform an action on a resource, in an STS session of this name."""
        access_key, _, _ = _session(role_arn, session)
        return authorization.session_may(access_key, action, arn, keys)

    def call(self, role_arn: str, session: str, function_arn: str, payload: bytes) -> bytes:
        """Call a Lambda function as a role, and return what it returns; raises FunctionError."""
        try:
            answer = self._client_as(role_arn, session, "lambda").invoke(FunctionName=function_arn, Payload=payload)
            content: bytes = answer["Payload"].read()
        except (ClientError, BotoCoreError) as error:
            raise FunctionError(str(error)) from error
        if "FunctionError" in answer:
            raise FunctionError(content.decode(errors="replace")[:500])
        return content

    def _client_as(self, role_arn: str, session: str, service: str) -> Any:
        _, region = place()
        access_key, secret, token = _session(role_arn, session)
        return _sdk().create_client(
            service,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            endpoint_url=self._endpoint_url,
            config=Config(s3={"addressing_style": "path"}, proxies={}, retries={"total_max_attempts": 2}),
        )

    def key(self, identifier: str) -> Key | None:
        """The KMS key with this ARN, id or alias; None if there is none in this account and Region."""
        record = kms._resolve_key(identifier)
        return _KmsKey(record["Arn"], record["KeyState"] == "Enabled") if record else None

    def key_of(self, arn: str) -> Key | None:
        """The KMS key with this ARN, in whichever account and Region it is; None if there is none."""
        _, _, _, region, account, _ = arn.split(":", 5)
        with responses.request_scope(account, region):
            return self.key(arn)

    def publish(self, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str]) -> None:
        """Put an event of source `aws.bedrock` on the default event bus."""
        entry = {
            "Source": "aws.bedrock",
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
            "Resources": list(resources),
        }
        try:
            eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
        except Exception:
            # Delivery is best effort: a job must not fail because its event could not be delivered.
            _LOG.exception("event %s was not delivered", detail_type)

    def count(self, metric: str, model_id: str) -> None:
        """Add one to a metric of CloudWatch's namespace `AWS/Bedrock`, of dimension `ModelId`."""
        cloudwatch.record_metric("AWS/Bedrock", metric, 1.0, "Count", {"ModelId": model_id})


def _session(role_arn: str, session: str) -> tuple[str, str, str]:
    """Begin a session of a role, as STS would; returns its access key id, secret and token."""
    account, _ = place()
    access_key, secret, token = f"ASIA{secrets.token_hex(8).upper()}", secrets.token_hex(20), secrets.token_hex(40)
    role = role_arn.rsplit("/", 1)[-1]
    sts.register_session(
        access_key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}",
            "UserId": f"{sts._role_id(role_arn)}:{session}",
            "AccountId": account,
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": time.time() + _SESSION_SECONDS,
        },
    )
    return access_key, secret, token


@dataclass(frozen=True)
class _KmsKey:
    arn: str
    enabled: bool


class _S3:
    def __init__(self, client: Any) -> None:
        self._client = client

    def read(self, bucket: str, key: str) -> bytes:
        try:
            content: bytes = self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise StorageError(str(error)) from error
        return content

    def write(self, bucket: str, key: str, content: bytes) -> None:
        try:
            self._client.put_object(Bucket=bucket, Key=key, Body=content)
        except (ClientError, BotoCoreError) as error:
            raise StorageError(str(error)) from error
