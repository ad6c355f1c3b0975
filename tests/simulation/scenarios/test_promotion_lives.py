"""Promoted models under mixed faults: some lives of those that `python -m tests.simulation promotions` plays."""

import pytest

from tests.simulation.scenarios.commands import again
from tests.simulation.scenarios.promotion_lives import NAME, play_promotion


@pytest.mark.parametrize("seed", range(8))
def test_promotion_ends_as_it_must(seed: int) -> None:
    """Nothing is left held, nobody else's model is touched, and the last promotion serves."""
    assert play_promotion(NAME, str(seed)).violations == (), again("promotions", NAME, str(seed))
