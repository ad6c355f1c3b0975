"""The gate's word on the losses: by the files that the job had to write, and for every file a word."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning import metrics
from finetuning.lifecycle import ModelRecord
from tests.fakes.clock import EPOCH
from tests.unit.lambdas.test_judging_actions import Judging
from tests.unit.lifecycle.candidates import candidate, evaluation

VALIDATED = {"validationDataConfig": {"validators": [{"s3Uri": "s3://data/validation.jsonl"}]}}


def with_losses(**settings: Any) -> ModelRecord:
    """A candidate whose losses are judged by the gate's defaults, of a job with these settings."""
    curve = {"max_overfit": 0.5, "require_improvement": True}
    wanted = replace(evaluation(), settings={"gate": {"curve": curve}})
    record = candidate(wanted)
    [generation] = record.training.generations
    return record.with_training(replace(generation, settings={**generation.settings, **settings}))


@pytest.mark.parametrize(
    ("datasets", "missing", "said"),
    [
        ({}, metrics.VALIDATION_FILE, ""),
        (VALIDATED, "", ""),
        (VALIDATED, metrics.VALIDATION_FILE, f"{metrics.VALIDATION_FILE} is missing"),
        ({}, metrics.TRAINING_FILE, f"{metrics.TRAINING_FILE} is missing"),
    ],
    ids=["no validation dataset", "both files", "no validation file", "no training file"],
)
def test_losses_are_judged_by_the_files_that_the_job_had_to_write(
    datasets: dict[str, Any], missing: str, said: str
) -> None:
    """A job without a validation dataset has no validation losses, and that is nothing against it."""
    judging = Judging(with_losses(**datasets))
    judging.evidence.files.pop(missing, None)
    judging.act("judge_training")
    found = judging.generation.curve
    assert found is not None
    assert (found.passed, found.mode, found.at) == (not said, "enabled", EPOCH)
    assert found.said.startswith(said)


def test_losses_that_cannot_be_read_are_what_is_said_against_the_model() -> None:
    """The step ends with a verdict, and is not tried again for ever."""
    judging = Judging(with_losses())
    judging.evidence.files[metrics.TRAINING_FILE] = "nothing of the kind\n1\n"
    judging.act("judge_training")
    found = judging.generation.curve
    assert found is not None
    assert not found.passed
    assert found.said.startswith(f"{metrics.TRAINING_FILE} has no column step_number")
