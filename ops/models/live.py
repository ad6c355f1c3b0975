"""Where the live account and the catalog disagree about base models."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from finetuning import catalog
from finetuning.base_model import BaseModel
from ops.session import Session

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient

#: Customization types that FoundationModelDetails knows; of others the account says nothing. Source: Bedrock API
#: reference, ``customizationsSupported``.
_SAID = ("FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION")
_DATES = {"legacy": "legacyTime", "extended_access": "publicExtendedAccessTime", "end_of_life": "endOfLifeTime"}


@dataclass(frozen=True)
class Disagreement:
    """One fact that the account states otherwise than the catalog.

    Attributes:
        model: id of the base model.
        fact: what they disagree about.
        catalog: what the catalog says.
        live: what the account says.
    """

    model: str
    fact: str
    catalog: str
    live: str


def disagreements(session: Session, on: date) -> list[Disagreement]:
    """Compare the catalog with what Bedrock says in the environment's Region, as of a day."""
    bedrock: BedrockClient = session.client("bedrock")
    listed = {summary["modelId"]: summary for summary in bedrock.list_foundation_models()["modelSummaries"]}
    region = session.environment.region
    found = [
        disagreement
        for model in catalog.base_models()
        if _is_expected(model, region)
        for disagreement in _of_one(model, listed.get(model.customization_id), region, on)
    ]
    return found + list(_unknown(listed))


def _is_expected(model: BaseModel, region: str) -> bool:
    return any(region in model.customization_regions(kind) for kind in model.customizations)


def _of_one(model: BaseModel, live: Mapping[str, Any] | None, region: str, on: date) -> Iterator[Disagreement]:
    name, status = model.customization_id, model.status(on)
    if live is None:
        if status != "ended":
            yield Disagreement(name, "status", status, f"not offered in {region}")
        return
    lifecycle = live.get("modelLifecycle", {})
    said = str(lifecycle.get("status", "ACTIVE")).lower()
    if said != status:
        yield Disagreement(name, "status", status, said)
    for fact, member in _DATES.items():
        day, known = lifecycle.get(member), getattr(model.lifecycle, fact)
        if day is not None and day.date() != known:
            yield Disagreement(name, fact, str(known or "none announced"), str(day.date()))
    expected = [kind for kind in _SAID if region in model.customization_regions(kind) and status == "active"]
    supported = [kind for kind in _SAID if kind in live.get("customizationsSupported", [])]
    if expected != supported:
        yield Disagreement(name, "customization types", _words(expected), _words(supported))


def _unknown(listed: Mapping[str, Mapping[str, Any]]) -> Iterator[Disagreement]:
    """Yield the text models that can be customized and that the catalog does not have."""
    known = {name for model in catalog.base_models() for name in (model.customization_id, *model.context_variants)}
    for name, summary in sorted(listed.items()):
        kinds = [kind for kind in _SAID if kind in summary.get("customizationsSupported", [])]
        if kinds and name not in known and summary.get("outputModalities") == ["TEXT"]:
            yield Disagreement(name, "customization types", "not in the catalog", _words(kinds))


def _words(kinds: list[str]) -> str:
    return ", ".join(kinds) or "none"
