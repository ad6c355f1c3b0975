"""What a fresh clone leaves to be written: values such as ``<account>``, and the command that writes them."""

from collections.abc import Iterator, Mapping
from typing import Any

from configuration.prices import PRICE_PAGE
from finetuning import catalog
from finetuning.problems import Problem

ACCOUNT, REGION = "111122223333", "us-east-1"
PRICE = "training_usd_per_1k_tokens"


def is_placeholder(value: object) -> bool:
    """Return whether a value has yet to be written."""
    return isinstance(value, str) and value.startswith("<") and value.endswith(">")


def within(section: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each placeholder in an environment, but not in its models, with the keys that lead there."""
    if isinstance(section, Mapping):
        for key, value in section.items():
            if path or key != "models":
                yield from within(value, (*path, str(key)))
    elif isinstance(section, str) and is_placeholder(section):
        yield path, section


def problems(environment: str, raw: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """Yield a problem for each placeholder, with the one command that replaces them all."""
    found = dict(within(raw))
    command = init_command(environment, raw, with_price=any(keys[-1] == PRICE for keys in found))
    for keys, value in found.items():
        known_to_init = keys in (("account",), ("region",)) or keys[-1] == PRICE
        fix = f"run {command}" if known_to_init else "write it into cdk.json"
        if keys[-1] == PRICE:
            fix = f"read it on {PRICE_PAGE} (training of {_name(keys[-2])} in {_region(raw)}), then {fix}"
        yield Problem(".".join([path, *keys]), f"is the placeholder {value!r}", fix)


def init_command(environment: str, raw: Mapping[str, Any], *, with_price: bool) -> str:
    """Return the command that initialises an environment; what is known already is in it."""
    account = raw.get("account")
    account = account if isinstance(account, str) and not is_placeholder(account) else ACCOUNT
    command = f"python -m ops init --env {environment} --account {account} --region {_region(raw)}"
    return f"{command} --training-price <US dollars for 1,000 tokens>" if with_price else command


def _region(raw: Mapping[str, Any]) -> str:
    region = raw.get("region")
    return region if isinstance(region, str) and not is_placeholder(region) else REGION


def _name(identifier: str) -> str:
    try:
        return catalog.find(identifier).name
    except catalog.UnknownBaseModelError:
        return identifier
