"""What `delivery` of `cdk.json` says of an account that `init` writes: it is for the environments of one account."""

from collections.abc import Iterator, Mapping
from typing import Any

from configuration import placeholders


def values(
    context: Mapping[str, Any], environment: str, account: str, region: str
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what the first environment of a real account says, if nobody has, and a corrected account."""
    section = context.get("delivery")
    if not isinstance(section, dict):
        return
    for name, value in (("account", account), ("region", region)):
        if placeholders.is_placeholder(section.get(name)):
            yield ("context", "delivery", name), value
    if _is_corrected(context, environment, account):
        yield ("context", "delivery", "account"), account


def kept(context: Mapping[str, Any], environment: str, account: str) -> str:
    """The account that stays there although the environment's is corrected to another; "" if none does."""
    section = context.get("delivery")
    now = section.get("account") if isinstance(section, dict) else None
    if not isinstance(now, str) or placeholders.is_placeholder(now) or now == account:
        return ""
    before = _account(context, environment)
    if placeholders.is_placeholder(before) or before == account or _is_corrected(context, environment, account):
        return ""
    return now


def _is_corrected(context: Mapping[str, Any], environment: str, account: str) -> bool:
    """Whether it says the account that the environment had, and no other environment has it."""
    now, before = context["delivery"].get("account"), _account(context, environment)
    others = {_account(context, name) for name in context["environments"] if name != environment}
    return now == before != account and now not in others and not placeholders.is_placeholder(now)


def _account(context: Mapping[str, Any], environment: str) -> object:
    raw = context["environments"][environment]
    return raw.get("account") if isinstance(raw, dict) else None
