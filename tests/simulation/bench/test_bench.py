"""The bench in small: the whole of it is `python -m tests.simulation bench`."""

import pytest

from tests.simulation.bench.__main__ import main
from tests.simulation.bench.trial import failures_without_flaw, live, try_until_caught
from tests.simulation.bench.variant import Variant
from tests.simulation.bench.variants import VARIANTS
from tests.simulation.bench.variants.gating import GATING

#: Found by one of the first seeds each, of three kinds.
QUICK = ("no-kept-answers", "bought-again", "keeps-every-model")
SEEDS = range(25)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=list(VARIANTS))
def test_every_variant_replaces_something_that_is_there(variant: Variant) -> None:
    assert variant.replacements
    assert variant.faults or variant in GATING, "that a model is worse is no fault of the catalogue"
    for replacement in variant.replacements:
        assert replacement.make(replacement.real) is not replacement.real


@pytest.mark.parametrize("name", QUICK)
def test_a_flaw_is_caught_and_the_unmodified_code_is_not(name: str) -> None:
    verdict = try_until_caught(VARIANTS[name], SEEDS)

    assert verdict.seed is not None, f"{name} was not caught in {verdict.lives} lives"
    assert not failures_without_flaw(VARIANTS[name], range(verdict.seed + 1))


def test_afterwards_the_code_is_as_it_was() -> None:
    real = [replacement.real for replacement in VARIANTS["url-logged"].replacements]

    assert live(VARIANTS["url-logged"], 0)
    assert [replacement.real for replacement in VARIANTS["url-logged"].replacements] == real


def test_a_life_is_shown_again_by_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--variant", "url-logged", "--seed", "0", "--lines", "5"]) == 1
    assert "VIOLATED I7" in capsys.readouterr().out
