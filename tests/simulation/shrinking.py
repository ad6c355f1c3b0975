"""Makes a failing plan smaller while it still fails: fewer steps, fewer faults, a better behaved world."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace

from tests.simulation.aws.variants import Variants
from tests.simulation.cloudformation import StackVariants
from tests.simulation.lambda_service import DeliveryRates
from tests.simulation.plans import Plan
from tests.simulation.running import Result, run

MOST_RUNS = 300


def shrink(result: Result, *, live: Callable[[Plan], Result] = run, most: int = MOST_RUNS) -> Result:
    """The smallest failing result that was found within so many runs; it breaks one of the same invariants."""
    broken = {violation.invariant for violation in result.violations}
    runs = 0

    def fails(plan: Plan) -> Result | None:
        nonlocal runs
        runs += 1
        again = live(plan)
        return again if broken & {violation.invariant for violation in again.violations} else None

    exact = fails(replace(result.plan, struck=dict(result.struck)))
    best = exact or result
    improved = True
    while improved and runs < most:
        improved = False
        for smaller in _smaller(best.plan):
            if runs >= most:
                break
            found = fails(smaller)
            if found is not None:
                best, improved = found, True
                break
    return best


def _smaller(plan: Plan) -> Iterator[Plan]:
    """Plans with less in them, the boldest first."""
    if plan.struck:
        calls = list(plan.struck.items())
        yield replace(plan, struck={})
        if len(calls) > 1:
            yield replace(plan, struck=dict(calls[len(calls) // 2 :]))
            yield replace(plan, struck=dict(calls[: len(calls) // 2]))
    for index in range(len(plan.steps)):
        if len(plan.steps) > 1:
            yield replace(plan, steps=plan.steps[:index] + plan.steps[index + 1 :])
    if plan.delivery != DeliveryRates():
        yield replace(plan, delivery=DeliveryRates())
    for rate in fields(DeliveryRates):
        if getattr(plan.delivery, rate.name):
            yield replace(plan, delivery=replace(plan.delivery, **{rate.name: 0.0}))
    for name in [name for name, rate in plan.bus.items() if rate]:
        yield replace(plan, bus={**plan.bus, name: 0.0})
    for name in [name for name, rate in plan.odds.items() if rate]:
        yield replace(plan, odds={**plan.odds, name: 0.0})
    for number in list(plan.struck or {}):
        yield replace(plan, struck={n: kind for n, kind in (plan.struck or {}).items() if n != number})
    yield from _plainer(plan)


def _plainer(plan: Plan) -> Iterator[Plan]:
    """Plans in a world that is more like the default one."""
    for choice in fields(Variants):
        default = getattr(Variants(), choice.name)
        if getattr(plan.variants, choice.name) != default:
            yield replace(plan, variants=replace(plan.variants, **{choice.name: default}))
    for choice in fields(StackVariants):
        default = getattr(StackVariants(), choice.name)
        if getattr(plan.stack_variants, choice.name) != default:
            yield replace(plan, stack_variants=replace(plan.stack_variants, **{choice.name: default}))
