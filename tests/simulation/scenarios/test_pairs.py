"""Some pairs of what can go wrong; `make simulate` lives through all of them."""

from tests.simulation.scenarios import pairs
from tests.simulation.scenarios.catalogue import CATALOGUE
from tests.simulation.scenarios.mechanisms import MECHANISMS
from tests.simulation.scenarios.running import run_all

#: Together about two seconds.
PAIRS = 50
#: What is no course of events but a property of a template, of an answer, or of what the service does anyway.
NOT_COMBINED = {f"A{n}" for n in (13, 14, 15, 20, 23, 24, 29, 30)} | {"B09", "B10", "B16", "C04", "C05", "C06", "D09"}
NOT_COMBINED |= {"F02", "F03"}
#: Promotions: lives of their own (`promotion_lives`), and copies, which come from other accounts.
NOT_COMBINED |= {f"E{n:02}" for n in range(1, 8)}


def test_every_mechanism_is_paired_with_every_other() -> None:
    names = [name for name, _ in pairs.parts()]
    assert len(names) == len(set(names)) == len(MECHANISMS) * (len(MECHANISMS) + 1) // 2
    assert len(MECHANISMS) >= 40


def test_mechanisms_bring_about_the_faults_of_the_catalogue() -> None:
    brought_about = {fault for mechanism in MECHANISMS.values() for fault in mechanism.faults}
    assert brought_about <= set(CATALOGUE)
    assert set(CATALOGUE) - brought_about <= NOT_COMBINED


def test_some_pairs_violate_nothing() -> None:
    every = list(pairs.parts())
    counts = run_all(pairs.play_pair, every[:: len(every) // PAIRS], processes=1)
    assert counts.failing == []
