"""Each base model, customization type and serving path: taken, or refused in these very words."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.unit.configuration.conftest import ProblemsOf
from tests.unit.configuration.matrix import Combination, combinations, context

FILE = Path(__file__).resolve().parents[2] / "data/configuration/matrix.json"
#: Written once and read by people, so that a rule that changes its mind is seen.
EXPECTED = json.loads(FILE.read_text(encoding="utf-8"))
CELLS = EXPECTED["cells"]
#: How many are taken, and how many are refused.
TALLY = {("prod", "taken"): 29, ("prod", "refused"): 115, ("local", "taken"): 50, ("local", "refused"): 94}


@pytest.mark.parametrize("cell", combinations(), ids="-".join)
def test_combination_is_taken_or_refused_word_for_word(cell: Combination, problems_of: ProblemsOf) -> None:
    """Nothing else is wrong with it, so its problems are the combination's."""
    refusals = CELLS[cell.environment][cell.base_model][cell.customization_type][cell.serving]
    path = f"environments.{cell.environment}.models.faq"
    expected = [f"{path}.{EXPECTED['refusals'][name]}" for name in refusals]
    assert problems_of(context(cell), "http://127.0.0.1:1") == expected


def test_matrix_is_whole() -> None:
    """No cell without a word, and no word without its cell; in both environments some are taken and some refused."""
    cells = [
        (Combination(environment, model, kind, serving), refusals)
        for environment, models in CELLS.items()
        for model, kinds in models.items()
        for kind, paths in kinds.items()
        for serving, refusals in paths.items()
    ]
    assert {cell for cell, _ in cells} == set(combinations())
    assert Counter((cell.environment, "refused" if refusals else "taken") for cell, refusals in cells) == TALLY
    assert {name for _, refusals in cells for name in refusals} == set(EXPECTED["refusals"])
