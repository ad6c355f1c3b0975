"""A plan says exactly what the deployment after it does: for each edit, what is planned, what is done, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from finetuning.lifecycle.caps import billed
from finetuning.lifecycle.forecast import Change
from tests.unit.ops.plan.edits import (
    BASE_MODEL,
    BUDGET,
    COMMITTED,
    EPOCHS,
    FAQ,
    HOURLY,
    KEEP,
    MANUAL,
    NO_ENDPOINT,
    ON_DEMAND,
    PRICES,
    SAMPLE,
    TAGS,
    TRAINING,
    UNITS,
    VALIDATING,
    Changes,
    Context,
    base,
    copied,
    edited,
)
from tests.unit.ops.plan.rehearsed import Rehearsed
from tests.unit.ops.plan.scenes import foretold


@dataclass(frozen=True)
class Edit:
    """An edit, after a history of deployments; each is said as what differs from `base`.

    Attributes:
        because: fields that ask for another job or endpoint.
        in_place: fields that change what is there, or what is remembered of it.
    """

    name: str
    changes: Changes
    training: Change = Change.NOTHING
    endpoint: Change = Change.NOTHING
    because: Sequence[str] = ()
    in_place: Sequence[str] = ()
    history: Sequence[Changes] = ({},)


JOB, SWAP = Change.STARTED, Change.SWAPPED
EPOCH_COUNT = "training.hyperparameters.epochCount"

EDITS = [
    Edit("the first deployment", {}, JOB, Change.CREATED, history=()),
    Edit("nothing", {}),
    Edit("a hyperparameter", {EPOCHS: 3}, JOB, SWAP, [EPOCH_COUNT]),
    Edit("a hyperparameter, spelled otherwise", {EPOCHS: "2.0"}),
    Edit("a hyperparameter less", {EPOCHS: None}, JOB, SWAP, [EPOCH_COUNT]),
    Edit(
        "a hyperparameter more",
        {f"{FAQ}/training/hyperparameters/learningRate": 5e-05},
        JOB,
        SWAP,
        ["training.hyperparameters.learningRate"],
    ),
    Edit("a tag", {TAGS: {"team": "search"}}, Change.RETAGGED, Change.RETAGGED, in_place=["tags.team"]),
    Edit("a tag of the environment", {"tags": {"unit": "x"}}, Change.RETAGGED, Change.RETAGGED, in_place=["tags.unit"]),
    Edit("fewer models kept", {EPOCHS: 3, KEEP: 0}, in_place=["training.keep_previous"], history=({}, {EPOCHS: 3})),
    Edit("more models kept", {KEEP: 3}, in_place=["training.keep_previous"]),
    Edit("no validation dataset", {VALIDATING: None}, JOB, SWAP, ["training.dataset.validation"]),
    Edit(
        "a validation dataset",
        {},
        JOB,
        SWAP,
        ["training.dataset.validation"],
        history=({VALIDATING: None},),
    ),
    Edit("another dataset", {TRAINING: "other.jsonl"}, JOB, SWAP, ["training.dataset.training"]),
    Edit("white space in the dataset", {TRAINING: "spaced.jsonl"}),
    Edit("the dataset under another name", {TRAINING: "renamed.jsonl"}),
    Edit(
        "a system prompt",
        {f"{FAQ}/training/dataset/system_prompt": "Answer briefly."},
    ),
    Edit("a waiver", {f"{FAQ}/training/dataset/waivers": {"DS606": "long answers are meant"}}),
    Edit(
        "another base model",
        {BASE_MODEL: "nova-micro"},
        JOB,
        Change.REPLACED,
        ["training.base_model"],
    ),
    Edit("the base model by another name", {BASE_MODEL: "amazon.nova-lite-v1:0:300k"}),
    Edit(
        "served on demand",
        ON_DEMAND,
        Change.NOTHING,
        Change.REPLACED,
        ["endpoint.serving"],
        ["endpoint.max_hourly_usd"],
    ),
    Edit(
        "served on demand, and another job",
        {**ON_DEMAND, EPOCHS: 3},
        JOB,
        Change.REPLACED,
        [EPOCH_COUNT, "endpoint.serving"],
        ["endpoint.max_hourly_usd"],
    ),
    Edit("not served", NO_ENDPOINT, Change.NOTHING, Change.REMOVED),
    Edit("served again", {}, Change.NOTHING, Change.CREATED, history=({}, NO_ENDPOINT)),
    Edit("more units", {UNITS: 2}, Change.NOTHING, Change.REPLACED, ["endpoint.model_units"]),
    Edit("back to what is kept", {}, Change.ADOPTED, SWAP, [EPOCH_COUNT], history=({}, {EPOCHS: 3})),
    Edit("back to what is not kept", {}, JOB, SWAP, [EPOCH_COUNT], history=({}, {EPOCHS: 3}, {EPOCHS: 4})),
    Edit(
        "back to what is kept longer",
        {KEEP: 2},
        Change.ADOPTED,
        SWAP,
        [EPOCH_COUNT],
        history=({KEEP: 2}, {KEEP: 2, EPOCHS: 3}, {KEEP: 2, EPOCHS: 4}),
    ),
    Edit(
        "another job, once approved",
        {EPOCHS: 3, **MANUAL},
        JOB,
        SWAP,
        [EPOCH_COUNT],
        ["endpoint.approval"],
    ),
    Edit("approval for what serves", MANUAL, in_place=["endpoint.approval"]),
    Edit(
        "another price",
        {"prices/nova-lite": {**PRICES, "training_usd_per_1k_tokens": 0.003, "unit_hour_usd": {"none": 31}}},
        in_place=["the job's price", "the price per hour"],
    ),
    Edit(
        "lower caps",
        {f"{BUDGET}/max_usd_per_job": 1, HOURLY: 31},
        in_place=["budget.max_usd_per_job", "endpoint.max_hourly_usd"],
    ),
    Edit(
        "a job over its cap",
        {EPOCHS: 3, f"{BUDGET}/max_usd_per_job": 0.05},
        Change.REFUSED,
        in_place=["budget.max_usd_per_job"],
        because=[EPOCH_COUNT],
    ),
    Edit(
        "a commitment",
        COMMITTED,
        Change.NOTHING,
        Change.REPLACED,
        ["endpoint.commitment"],
        ["endpoint.commitment_approval.id", "endpoint.commitment_approval.until"],
    ),
    Edit("another job behind a commitment", {**COMMITTED, EPOCHS: 3}, JOB, SWAP, [EPOCH_COUNT], history=(COMMITTED,)),
    Edit(
        "less than a commitment",
        {},
        Change.NOTHING,
        Change.REPLACED,
        ["endpoint.commitment"],
        ["endpoint.commitment_approval.id", "endpoint.commitment_approval.until"],
        history=(COMMITTED,),
    ),
    Edit(
        "a lower month, a smaller endpoint and another job at once",
        {UNITS: 1, EPOCHS: 3, f"{BUDGET}/max_usd_per_month": 22_000},
        JOB,
        Change.REPLACED,
        [EPOCH_COUNT, "endpoint.model_units"],
        ["budget.max_usd_per_month"],
        history=({UNITS: 2},),
    ),
    Edit(
        "a first job beside an endpoint that leaves nothing of the month",
        {f"{BUDGET}/max_usd_per_month": 21_900.01},
        Change.REFUSED,
        history=(),
    ),
    Edit("a watch for idleness", {f"{FAQ}/endpoint/idle_days": 7}, in_place=["endpoint.idle_days"]),
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Copies of the sample: with other content, with other white space only, and the same."""
    copied(SAMPLE, tmp_path / "other.jsonl", {"What is Amazon Bedrock": "Tell me what is Amazon Bedrock"})
    copied(
        SAMPLE,
        tmp_path / "spaced.jsonl",
        {'{"system": ': '{ "system"  :  ', '"messages": [': '"messages":['},
    )
    copied(SAMPLE, tmp_path / "renamed.jsonl", {})
    return tmp_path


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_the_deployment_does_what_was_planned(edit: Edit, files: Path) -> None:
    """Every purchase, swap, deletion and change of tags, by name, and the field that is the reason."""
    world = Rehearsed()
    for changes in edit.history:
        world.deploy_from(_with(changes, files))
    wanted = _with(edit.changes, files)
    plan, before = world.plan(wanted), world.scene()
    forecast = plan.forecast
    assert forecast is not None
    world.deploy_from(wanted)
    assert foretold(forecast.steps) + foretold(forecast.anyway) == world.done_since(before)
    assert (forecast.training, forecast.endpoint) == (edit.training, edit.endpoint)
    causes = forecast.training_causes, forecast.endpoint_causes
    assert {c.field for each in causes for c in each.another} == set(edit.because)
    assert {c.field for each in causes for c in each.in_place} == set(edit.in_place)

    again = world.plan(wanted).forecast
    assert again is not None
    assert again.steps == (), "what was deployed needs no further deployment"
    assert forecast.money.hourly_after == again.money.hourly_before
    assert len(world.throughput.alive) == len(billed(forecast.after))


def _with(changes: Changes, files: Path) -> Context:
    """The base with changes; a file that is named alone is one of the copies."""
    local = {path: str(files / value) if path == TRAINING else value for path, value in changes.items()}
    return edited(base(), local)
