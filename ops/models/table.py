"""All base models at a glance."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from rich.table import Table
from rich.text import Text

from finetuning import catalog
from finetuning.base_model import BaseModel
from ops.models.live import Disagreement

_STYLES = {"active": "green", "legacy": "yellow", "ended": "red"}
#: Bedrock's own words are long; the JSON document has them.
_SHORT = {
    "FINE_TUNING": "fine-tuning",
    "CONTINUED_PRE_TRAINING": "continued pre-training",
    "DISTILLATION": "distillation",
    "REINFORCEMENT_FINE_TUNING": "reinforcement",
}


def chosen(region: str | None) -> list[BaseModel]:
    """The base models that are customized in a Region, or all."""
    return [
        model
        for model in catalog.base_models()
        if region is None or any(region in model.customization_regions(kind) for kind in model.customizations)
    ]


def summary(model: BaseModel, on: date) -> dict[str, Any]:
    """What the table says of one base model, for a JSON document."""
    return {
        "name": model.name,
        "id": model.customization_id,
        "alias": model.aliases[0],
        "regions": model.regions,
        "status": model.status(on),
        "legacy": model.lifecycle.legacy,
        "end_of_life": model.lifecycle.end_of_life,
        "customization_types": model.customization_types,
        "serving": list(model.serving),
        "format": model.data_format,
        "hyperparameters": list(model.hyperparameters) if model.hyperparameters_known else None,
    }


def render(models: Iterable[BaseModel], on: date) -> Table:
    """One row for each base model."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("name", "id", "regions", "status", "customization", "serving", "format"):
        table.add_column(heading, header_style="dim", overflow="fold", no_wrap=heading in {"id", "status"})
    for model in models:
        table.add_row(
            model.name,
            model.customization_id,
            ", ".join(model.regions),
            status(model, on),
            "\n".join(_SHORT[kind] for kind in model.customization_types),
            "\n".join(model.serving) or "none",
            model.data_format,
        )
    return table


def status(model: BaseModel, on: date) -> Text:
    """Active, legacy or ended, with the day on which it ended or ends."""
    now, end = model.status(on), model.lifecycle.end_of_life
    return Text(f"{now} {end}" if now == "ended" else f"{now}, ends {end}" if end else now, _STYLES[now])


def render_disagreements(found: Sequence[Disagreement]) -> Table:
    """One row for each."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("id", "fact", "catalog", "live account"):
        table.add_column(heading, header_style="dim", overflow="fold")
    for each in found:
        table.add_row(each.model, each.fact, each.catalog, Text(each.live, "red"))
    return table
