"""The shipped sample fits the base models that the environments are set up for."""

from pathlib import Path

import pytest

from finetuning import catalog
from finetuning.dataset.check import DatasetCheck
from finetuning.dataset.gate import conclude

SAMPLE = Path(__file__).parents[3] / "datasets" / "bedrock-faq"


def report(alias, split):
    """Return the report of one file of the sample."""
    dataset = DatasetCheck(catalog.find(alias), split)
    with (SAMPLE / f"{split}.jsonl").open("rb") as lines:
        for line in lines:
            dataset.feed(line)
    return dataset.finish()


@pytest.mark.parametrize(("alias", "warnings"), [("claude-3-haiku", {}), ("nova-lite", {"DS504": 1})])
def test_sample_passes(alias, warnings):
    """85 training and 32 validation records, no error; Nova's provider advises more than it needs."""
    training, validation = report(alias, "training"), report(alias, "validation")
    assert (training.written_records, validation.written_records) == (85, 32)
    assert (training.counts, validation.counts) == (warnings, {})
    assert conclude(catalog.find(alias), [training, validation]).together == ()
    assert training.errors == validation.errors == 0


def test_sample_has_a_licence():
    """Data of others is shipped with its licence."""
    assert (SAMPLE / "LICENSE").read_text().startswith("MIT License")
