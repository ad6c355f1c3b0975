"""Every fault of the catalogue has a scenario: a story that is played here, tests that exist, or both."""

import ast
import re
from pathlib import Path

import pytest

from tests.simulation.scenarios.catalogue import CATALOGUE, TITLES, play_fault
from tests.simulation.scenarios.commands import again

ROOT = Path(__file__).resolve().parents[3]
#: How many faults each part of the catalogue has.
PARTS = {"A": 30, "B": 16, "C": 13, "D": 9, "E": 7, "F": 3, "G": 4, "H": 7}
SEEDS = ("0", "1")


def test_every_fault_has_a_scenario() -> None:
    assert set(CATALOGUE) == {f"{part}{n:02}" for part, count in PARTS.items() for n in range(1, count + 1)}
    assert not [s.id for s in CATALOGUE.values() if s.story is None and not s.tests]


def test_every_fault_is_said_in_a_sentence_of_its_own() -> None:
    titles = list(TITLES.values())
    assert all(title.endswith(".") and len(title) > 15 for title in titles)
    assert len(set(titles)) == len(titles)


def test_tests_elsewhere_exist() -> None:
    for scenario in CATALOGUE.values():
        for test in scenario.tests:
            path, _, name = test.partition("::")
            tree = ast.parse((ROOT / path).read_text())
            assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, test


def test_stories_are_told_in_their_own_words() -> None:
    for scenario in CATALOGUE.values():
        if scenario.story is not None:
            assert re.match(r"[A-Z].*\.$", scenario.story.__doc__ or "", re.DOTALL), scenario.id


@pytest.mark.parametrize("fault", [s.id for s in CATALOGUE.values() if s.story is not None])
def test_fault_comes_to_what_it_must(fault: str) -> None:
    for seed in SEEDS:
        assert play_fault(fault, seed).violations == (), again("faults", fault, seed)
