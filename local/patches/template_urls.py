"""Templates are read from URLs that name the bucket in the host, as the CDK CLI gives them.

AWS: `TemplateURL` is any URL of an object in S3 (CloudFormation API Reference, CreateStack); the bucket is the first
part of the host or of the path (S3 User Guide, "Virtual hosting of general purpose buckets").
MiniStack 1.5.33: takes the first part of the path for the bucket.
Can go when: `_resolve_document` reads the host.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ministack.services.cloudformation import helpers

from local.patches import upstream
from local.settings import Settings

_HOST = re.compile(r"(?P<bucket>.+?)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?")


def apply(settings: Settings) -> None:
    """Install the patch."""
    upstream.replace(helpers, "_resolve_document", ("params", "body_key", "url_key", "label"), _by_path)


def _by_path(original: Callable[..., Any]) -> Callable[..., Any]:
    def resolve(params: dict[str, Any], body_key: str, url_key: str, label: str) -> Any:
        given = params.get(url_key)
        url = given[0] if isinstance(given, list) and given else given
        parsed = urlsplit(str(url or ""))
        host = _HOST.fullmatch(parsed.hostname or "")
        if host:
            params = {**params, url_key: [f"https://s3.amazonaws.com/{host['bucket']}{parsed.path}"]}
        return original(params, body_key, url_key, label)

    return resolve
