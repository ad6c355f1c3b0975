"""Reading and writing objects under a customer managed key needs rights on the key.

AWS: GetObject needs kms:Decrypt and PutObject kms:GenerateDataKey (multipart uploads both) on the key, asked for by
S3 in the caller's name with kms:ViaService (S3 User Guide, "Using server-side encryption with AWS KMS keys",
"Permissions"). A copy reads and writes, so it needs both of them. AWS managed keys allow every principal of the
account.
MiniStack 1.5.33: asks nothing.
Can go when: `_put_object`, `_get_object` and `_copy_object` evaluate the key's policy.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from ministack.core import responses
from ministack.services import s3

from local import authorization
from local.patches import upstream
from local.settings import Settings

_KEY = "x-amz-server-side-encryption-aws-kms-key-id"
_sse_of_object = upstream.function(s3, "_stored_sse_headers", ("obj",))
_error = s3._error


def apply(settings: Settings) -> None:
    """Install the patch."""
    upstream.replace(s3, "_put_object", ("bucket_name", "key", "body", "headers"), _checked_put)
    upstream.replace(s3, "_create_multipart_upload", ("bucket_name", "key", "headers"), _checked_upload)
    upstream.replace(s3, "_get_object", ("bucket_name", "key", "headers", "query_params"), _checked_get)
    upstream.replace(s3, "_copy_object", ("bucket_name", "dest_key", "headers"), _checked_copy)
    upstream.replace(
        s3, "_upload_part_copy", ("bucket_name", "dest_key", "query_params", "headers"), _checked_part_copy
    )


def _checked_put(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(bucket_name: str, key: str, body: bytes, headers: dict[str, str]) -> Any:
        denied = _denied_write(bucket_name, headers, ("kms:GenerateDataKey",))
        return denied or original(bucket_name, key, body, headers)

    return put


def _checked_upload(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(bucket_name: str, key: str, headers: dict[str, str]) -> Any:
        denied = _denied_write(bucket_name, headers, ("kms:GenerateDataKey", "kms:Decrypt"))
        return denied or original(bucket_name, key, headers)

    return create


def _checked_get(original: Callable[..., Any]) -> Callable[..., Any]:
    def get(bucket_name: str, key: str, headers: dict[str, str], query_params: dict[str, Any] | None = None) -> Any:
        denied = _denied_read(bucket_name, key, headers)
        return denied or original(bucket_name, key, headers, query_params)

    return get


def _checked_copy(original: Callable[..., Any]) -> Callable[..., Any]:
    def copy(bucket_name: str, dest_key: str, headers: dict[str, str]) -> Any:
        denied = _denied_source(headers) or _denied_write(bucket_name, headers, ("kms:GenerateDataKey",))
        return denied or original(bucket_name, dest_key, headers)

    return copy


def _checked_part_copy(original: Callable[..., Any]) -> Callable[..., Any]:
    def copy(bucket_name: str, dest_key: str, query_params: dict[str, Any], headers: dict[str, str]) -> Any:
        return _denied_source(headers) or original(bucket_name, dest_key, query_params, headers)

    return copy


def _denied_source(headers: dict[str, str]) -> Any:
    path = unquote(headers.get("x-amz-copy-source", "").lstrip("/").partition("?")[0])
    bucket_name, _, key = path.partition("/")
    return _denied_read(bucket_name, key, headers)


def _denied_read(bucket_name: str, key: str, headers: dict[str, str]) -> Any:
    found = s3._buckets.get(bucket_name, {}).get("objects", {}).get(key)
    used = _sse_of_object(found).get(_KEY, "") if found else ""
    return _denied(used, headers, ("kms:Decrypt",))


def _denied_write(bucket_name: str, headers: dict[str, str], actions: tuple[str, ...]) -> Any:
    sse, _ = s3._resolve_sse_write_headers(headers, bucket_name)
    return _denied((sse or {}).get(_KEY, ""), headers, actions)


def _denied(key: str, headers: dict[str, str], actions: tuple[str, ...]) -> Any:
    """S3's answer if the caller may not use the key; None if it may, or if nothing has to be asked."""
    if not key or "alias/aws/" in key or not headers.get("authorization"):
        return None
    region, account = responses.get_region(), responses.get_account_id()
    arn = key if key.startswith("arn:") else f"arn:aws:kms:{region}:{account}:key/{key}"
    context = {"kms:ViaService": f"s3.{region}.amazonaws.com", "kms:CallerAccount": account}
    try:
        for action in actions:
            authorization.authorize(headers, action, [arn], context)
    except authorization.AccessDeniedError as denied:
        return _error("AccessDenied", denied.message, 403)
    return None
