"""The prices that `cdk.json` gives for an environment, read leniently: a broken entry is an unknown price."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from finetuning import catalog
from ops import project


def read(environment: str, path: Path | None = None) -> Mapping[str, Any]:
    """Return `environments.<environment>.prices` as it is written; nothing if there is none."""
    context = project.read(path or project.FILE).get("context")
    environments = context.get("environments") if isinstance(context, dict) else None
    entry = environments.get(environment) if isinstance(environments, dict) else None
    prices = entry.get("prices") if isinstance(entry, dict) else None
    return prices if isinstance(prices, dict) else {}


def unit_hour_usd(prices: Mapping[str, Any], base_model: str, commitment: str) -> float | None:
    """Return what one model unit costs an hour, or None if that is not given.

    Args:
        prices: by any identifier of a base model.
        base_model: any identifier, such as the foundation model's ARN.
        commitment: `none`, `one_month` or `six_months`.
    """
    wanted = _id(base_model)
    for name, entry in prices.items():
        if wanted and _id(name) == wanted and isinstance(entry, dict):
            by_commitment = entry.get("unit_hour_usd")
            price = by_commitment.get(commitment) if isinstance(by_commitment, dict) else None
            if isinstance(price, int | float) and not isinstance(price, bool) and price > 0:
                return float(price)
    return None


def _id(identifier: str) -> str:
    """The catalog's id of a base model, or "" if it does not know it."""
    try:
        return catalog.find(identifier).customization_id
    except catalog.UnknownBaseModelError:
        return ""
