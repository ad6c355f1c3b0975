"""The key that a write asks for is a condition key.

AWS: `s3:x-amz-server-side-encryption-aws-kms-key-id` holds the key of a PutObject or CreateMultipartUpload that names
one (Service Authorization Reference, "Condition keys for Amazon S3"); bucket policies use it to demand one key.
MiniStack 1.5.33: does not know it, so such a statement takes every request for one that names none.
Can go when: `_s3_object_context` sets it.
"""

from collections.abc import Callable
from typing import Any

from ministack.core import iam_actions

from local.patches import upstream
from local.settings import Settings

_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"


def apply(settings: Settings) -> None:
    """Install the patch."""
    parameters = ("iam_action", "query_params", "path", "headers")
    upstream.replace(iam_actions, "_s3_object_context", parameters, _with_key)


def _with_key(original: Callable[..., Any]) -> Callable[..., Any]:
    def context(iam_action: str, query_params: dict[str, Any], path: str, headers: dict[str, str]) -> Any:
        found = original(iam_action, query_params, path, headers)
        if iam_action == "s3:PutObject" and headers.get(_HEADER):
            found[f"s3:{_HEADER}"] = headers[_HEADER]
        return found

    return context
