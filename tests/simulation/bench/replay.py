"""One life of a variant again, as small as it gets, with its trace."""

from collections.abc import Iterator

from tests.simulation.bench.trial import play_scenario
from tests.simulation.bench.variant import Variant, planted
from tests.simulation.plans import Plan
from tests.simulation.runner import described
from tests.simulation.running import Result, run
from tests.simulation.shrinking import shrink


def replay(variant: Variant, seed: int, *, lines: int) -> Iterator[str]:
    """What happens in this life, and what is wrong then, as lines of text."""
    with planted(variant):
        if variant.scenario:
            played = play_scenario(variant, seed)
            yield from (f"{at:12.2f}  {who:<44} {what[:240]}" for at, who, what in played.trace[-lines:])
            yield from (f"VIOLATED {violation}" for violation in played.violations)
            return
    result = _run(variant, variant.draw(seed))
    if result.violations:
        result = shrink(result, live=lambda plan: _run(variant, plan))
    yield from described(result, lines=lines)


def _run(variant: Variant, plan: Plan) -> Result:
    with planted(variant):
        return run(plan)
