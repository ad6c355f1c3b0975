"""The other side of the door: what `python -m local faults` and the tests use."""

import json
import urllib.error
import urllib.request
from typing import Any

from local.faults.rules import FaultsError


class FaultsClient:
    """Faults of a running embedded AWS.

    Args:
        endpoint_url: Its URL.
    """

    def __init__(self, endpoint_url: str) -> None:
        """Remember the URL."""
        self._url = f"{endpoint_url}/_faults"

    def shown(self) -> Any:
        """Rules with how often each was seen, quotas, and what was struck."""
        return self._call("GET")

    def set(self, *rules: dict[str, Any], **quotas: int) -> Any:
        """Put rules and quotas in the place of those in effect."""
        return self._call("PUT", {"rules": list(rules), "quotas": quotas})

    def add(self, *rules: dict[str, Any], **quotas: int) -> Any:
        """Add rules, and change quotas."""
        return self._call("POST", {"rules": list(rules), "quotas": quotas})

    def clear(self) -> Any:
        """End all faults."""
        return self._call("DELETE")

    def _call(self, method: str, document: Any = None) -> Any:
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(self._url, body, method=method)  # noqa: S310  # loopback
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            raise FaultsError("\n".join(json.load(error)["problems"])) from None
