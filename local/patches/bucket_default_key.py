"""PutObject with `aws:kms` and no key id uses the bucket's default key, else the account's aws/s3 key.

AWS: "If you specify x-amz-server-side-encryption:aws:kms, but do not provide a key id, Amazon S3 uses the AWS managed
key" - or, where the bucket's default encryption names a key, that one (S3 User Guide, "Specifying server-side
encryption with AWS KMS"). The CDK CLI uploads assets like that.
MiniStack 1.5.33: refuses with InvalidArgument.
Can go when: `_resolve_sse_write_headers` falls back.
"""

from collections.abc import Callable
from typing import Any

from ministack.core import responses
from ministack.services import s3

from local.patches import upstream
from local.settings import Settings

_ALGORITHM = "x-amz-server-side-encryption"
_KEY = "x-amz-server-side-encryption-aws-kms-key-id"
_defaults = upstream.function(s3, "_bucket_default_sse_headers", ("bucket_name",))


def apply(settings: Settings) -> None:
    """Install the patch."""
    upstream.replace(s3, "_resolve_sse_write_headers", ("headers", "bucket_name"), _with_default_key)


def _with_default_key(original: Callable[..., Any]) -> Callable[..., Any]:
    def resolve(headers: dict[str, str], bucket_name: str) -> Any:
        if headers.get(_ALGORITHM) == "aws:kms" and not headers.get(_KEY):
            managed = f"arn:aws:kms:{responses.get_region()}:{responses.get_account_id()}:alias/aws/s3"
            headers = {**headers, _KEY: _defaults(bucket_name).get(_KEY) or managed}
        return original(headers, bucket_name)

    return resolve
