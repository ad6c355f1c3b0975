"""KMS judges requests that name an alias by the key behind it, and knows its condition keys.

AWS: the resource of a policy statement is the key's ARN, also when the request names an alias; which alias may be used
is said with the condition keys kms:RequestAlias and kms:ResourceAliases (KMS Developer Guide, "Use aliases to control
access to KMS keys"); all requests have kms:CallerAccount, and Sign and Verify kms:SigningAlgorithm and kms:MessageType
(ibid., "AWS KMS condition keys").
MiniStack 1.5.33: compares the alias's ARN with the policy, and knows none of these condition keys.
Can go when: `extract_resource_arn` resolves aliases and kms requests have a service context.
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.core import iam_actions, responses
from ministack.services import kms

from local.patches import upstream
from local.settings import Settings

_ALIAS = "alias/"
_SIGNING = {"SigningAlgorithm": "kms:SigningAlgorithm", "MessageType": "kms:MessageType"}
_resolve = upstream.function(kms, "_resolve_key", ("key_id_or_arn",))


def apply(settings: Settings) -> None:
    """Install the patch."""
    parameters = ("service", "method", "path", "headers", "body", "query_params", "region", "account_id")
    upstream.replace(iam_actions, "extract_resource_arn", parameters, _with_key)
    upstream.replace(
        iam_actions, "request_tag_context", ("service", "iam_action", "body", "params"), _with_condition_keys
    )


def _with_key(original: Callable[..., str]) -> Callable[..., str]:
    def extract(service: str, *arguments: Any) -> str:
        arn = original(service, *arguments)
        key = _resolve(arn) if service == "kms" and f":{_ALIAS}" in arn else None
        return str(key["Arn"]) if key else arn

    return extract


def _with_condition_keys(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def context(service: str, iam_action: str, body: bytes, params: dict[str, Any]) -> dict[str, Any]:
        keys = original(service, iam_action, body, params)
        return {**keys, "kms:CallerAccount": responses.get_account_id(), **_of_key(body)} if service == "kms" else keys

    return context


def _of_key(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return {}
    named = str(request.get("KeyId", ""))
    keys: dict[str, Any] = {key: str(request[member]) for member, key in _SIGNING.items() if member in request}
    alias = named.rpartition(f":{_ALIAS}")[2] if f":{_ALIAS}" in named else named.removeprefix(_ALIAS)
    if _ALIAS in named:
        keys["kms:RequestAlias"] = f"{_ALIAS}{alias}"
    key = _resolve(named)
    if key:
        names = [arn.rpartition(":")[2] for arn, target in kms._aliases.items() if target == key["KeyId"]]
        keys["kms:ResourceAliases"] = sorted(names)
    return keys
