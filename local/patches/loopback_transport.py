"""Loopback counts as TLS.

AWS: `aws:SecureTransport` is true for HTTPS requests, which all SDK requests are (IAM User Guide, "AWS global condition
context keys"); the CDK's bootstrap bucket and every `enforce_ssl` bucket denies the others.
MiniStack 1.5.33: serves plain HTTP, so the key is false and those buckets deny everything.
Can go when: the server speaks TLS with a certificate that all clients trust.
"""

from collections.abc import Callable
from typing import Any

from ministack import app

from local.patches import upstream
from local.settings import Settings


def apply(settings: Settings) -> None:
    """Install the patch."""
    upstream.replace(app, "pin_request_origin", ("source_ip", "secure_transport"), _secure_on_loopback)


def _secure_on_loopback(original: Callable[..., Any]) -> Callable[..., Any]:
    def pin(source_ip: str, secure_transport: bool) -> None:
        original(source_ip, secure_transport or source_ip == "127.0.0.1")

    return pin
