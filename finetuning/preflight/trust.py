"""Reads a role's trust policy as far as a service's own conditions go; what it does not know it does not guess.

Source: IAM User Guide, 'IAM JSON policy elements: Condition operators' and 'Principal'.
"""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from fnmatch import fnmatchcase
from typing import Any

_ASSUME = ("sts:AssumeRole", "sts:*", "*")
#: By these, a service says on whose behalf it acts. Source: IAM User Guide, 'The confused deputy problem'.
_ON_BEHALF_OF = frozenset({"aws:sourceaccount", "aws:sourcearn"})


class Trust(Enum):
    """Whether a service may assume a role in a given context."""

    YES = auto()
    ANYBODY = auto()  # also on behalf of other accounts
    UNKNOWN = auto()
    NO = auto()


def trusts(document: Mapping[str, Any], service: str, context: Mapping[str, str]) -> Trust:
    """Return whether a trust policy lets a service assume the role.

    Args:
        document: the policy.
        service: principal, such as ``bedrock.amazonaws.com``.
        context: the condition keys that the service sets, in lower case.
    """
    named = [s for s in _listed(document.get("Statement")) if _names(s, service)]
    denied = [_meets(s, context) for s in named if s.get("Effect") == "Deny"]
    allowed = [(s, _meets(s, context)) for s in named if s.get("Effect") == "Allow"]
    if True in denied or all(met is False for _, met in allowed):
        return Trust.NO
    certain = [s for s, met in allowed if met is True]
    if None in denied or not certain:
        return Trust.UNKNOWN
    return Trust.YES if all(_ON_BEHALF_OF & _keys(s) for s in certain) else Trust.ANYBODY


def _names(statement: Mapping[str, Any], service: str) -> bool:
    principal = statement.get("Principal", {})
    services = (
        ["*"] if principal == "*" else _listed(principal.get("Service")) if isinstance(principal, Mapping) else []
    )
    actions = [str(action) for action in _listed(statement.get("Action"))]
    return bool({service, "*"} & set(services)) and any(action in _ASSUME for action in actions)


def _meets(statement: Mapping[str, Any], context: Mapping[str, str]) -> bool | None:
    """Whether all conditions hold; None if that cannot be said."""
    outcomes = [
        _holds(str(operator), str(key).lower(), [str(value) for value in _listed(values)], context)
        for operator, keys in (statement.get("Condition") or {}).items()
        for key, values in keys.items()
    ]
    if False in outcomes:
        return False
    return None if None in outcomes else True


def _holds(operator: str, key: str, values: Sequence[str], context: Mapping[str, str]) -> bool | None:
    actual = context.get(key)
    if actual is None:
        return None
    kind = operator.removesuffix("IfExists")
    if kind == "StringEquals":
        return actual in values
    # An ARN's operators both take wildcards.
    if kind in {"StringLike", "ArnEquals", "ArnLike"}:
        return any(fnmatchcase(actual, value.replace("[", "[[]")) for value in values)
    return None


def _keys(statement: Mapping[str, Any]) -> set[str]:
    return {str(key).lower() for keys in (statement.get("Condition") or {}).values() for key in keys}


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
