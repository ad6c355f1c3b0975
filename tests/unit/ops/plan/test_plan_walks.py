"""Plans stay true on long ways: edits upon edits, jobs that still run, refused deployments, drawn from a seed."""

import random
from pathlib import Path
from typing import Any

import pytest

from configuration.dataset_files import local_file
from configuration.errors import ConfigurationError
from finetuning.lifecycle.forecast import Change, Forecast
from tests.unit.ops.plan.edits import (
    APPROVED,
    BASE_MODEL,
    BUDGET,
    COMMITMENT,
    EPOCHS,
    FAQ,
    HOURLY,
    KEEP,
    SAMPLE,
    SERVING,
    TAGS,
    TRAINING,
    UNITS,
    VALIDATING,
    Context,
    base,
    edited,
)
from tests.unit.ops.plan.rehearsed import Rehearsed
from tests.unit.ops.plan.scenes import foretold

STEPS = 8
#: What happens only because a field has another value than before.
ANOTHER = {Change.ADOPTED, Change.REPLACED}
RECORDS = {"few.jsonl": 10, "fewer.jsonl": 9}
_OPTIONS: dict[str, list[Any]] = {
    EPOCHS: [None, 2, 3, 4],
    KEEP: [None, 0, 1, 2],
    TAGS: [None, {"team": "support"}, {"team": "search", "unit": "x"}],
    UNITS: [None, 1, 2],
    TRAINING: list(RECORDS),
    BASE_MODEL: ["nova-lite", "nova-micro"],
    f"{FAQ}/endpoint/approval": [None, "manual"],
    SERVING: ["provisioned", "provisioned", "on_demand", "none"],
    f"{BUDGET}/max_usd_per_job": [5, 5, 0.001],
    f"{BUDGET}/max_usd_per_month": [100_000, 45_000, 22_000],
    COMMITMENT: [None, None, "one_month"],
}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Small datasets: the beginning of the sample."""
    lines = local_file(SAMPLE).read_text(encoding="utf-8").splitlines(keepends=True)
    for name, records in RECORDS.items():
        (tmp_path / name).write_text("".join(lines[:records]), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("seed", range(10))
def test_every_plan_of_a_walk_comes_true(seed: int, files: Path) -> None:
    """Whatever was deployed before, and whether or not its job has ended."""
    draw, world, chosen = random.Random(seed), Rehearsed(), dict[str, Any]()  # noqa: S311 - a seed, not a secret
    deployed = 0
    for _ in range(STEPS):
        for path in draw.choices(list(_OPTIONS), k=draw.randint(0, 3)):
            chosen[path] = draw.choice(_OPTIONS[path])
        context, to_the_end = _context(chosen, files), draw.random() < 0.8
        try:
            plan = world.plan(context)
        except ConfigurationError:
            continue
        before, forecast = world.scene(), plan.forecast
        assert forecast is not None
        for change, causes in (
            (forecast.training, forecast.training_causes),
            (forecast.endpoint, forecast.endpoint_causes),
        ):
            assert not (change in ANOTHER and not causes.another), "there is always a field that is the reason"
        world.deploy_from(context, to_the_end=to_the_end)
        if to_the_end and not _asks_preflight(forecast):
            assert foretold(forecast.steps) + foretold(forecast.anyway) == world.done_since(before), chosen
            deployed += 1
    assert deployed


def _asks_preflight(forecast: Forecast) -> bool:
    """Whether the deployment would be refused by the preflight resource, which is no part of this stack."""
    return forecast.endpoint == Change.REFUSED


def _context(chosen: dict[str, Any], files: Path) -> Context:
    """The base with what was chosen, as far as it goes together."""
    changes = {**chosen, VALIDATING: None, TRAINING: str(files / chosen.get(TRAINING, "few.jsonl"))}
    if changes.get(SERVING, "provisioned") != "provisioned":
        changes |= {HOURLY: None, UNITS: None, COMMITMENT: None}
    if changes.get(SERVING) == "none":
        changes[f"{FAQ}/endpoint/approval"] = None
    if changes.get(COMMITMENT):
        changes[APPROVED] = {"id": f"FIN-{len(chosen)}", "approved_by": "the owner", "until": "2026-12-31"}
    return edited(base(), changes)
