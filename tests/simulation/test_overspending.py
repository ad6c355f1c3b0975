"""Some hundred ways to overspend, of which none succeeds; and the judge that says so finds what is planted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.simulation.bench.trial import failures_without_flaw, try_until_caught
from tests.simulation.bench.variants import VARIANTS
from tests.simulation.environment import Environment
from tests.simulation.fault import Fault
from tests.simulation.faults import KINDS, Struck
from tests.simulation.kernel import Call
from tests.simulation.money import Money
from tests.simulation.oracle import check
from tests.simulation.overspending import overspending
from tests.simulation.plans import DAY, Plan
from tests.simulation.runner import run_chunk
from tests.simulation.spending import Terms, alone
from tests.simulation.wanted import Wanted

#: Together about ten seconds on one core; `make simulate` lives more.
LIVES, CHUNK = 240, 60
#: Caught by one of the first seeds each, of three kinds; the bench tries them all.
QUICK = ("no-job-cap", "no-cap-in-intent", "unknown-price-is-free")
#: Twenty dollars an hour, under a cap of sixty.
MONEY = Money(1000, "0.01", "20", "15", max_hourly_usd="60")


def ways(plan: Plan) -> int:
    """How often a plan asks for what its own caps forbid, or again for what it had before."""
    found = 0
    for step in plan.steps:
        if step.wanted is not None:
            found += any(alone(Terms.of(asked)) for asked in (step.wanted.job, step.wanted.endpoint))
        found += step.what in {"retry", "resume"}
    return found


@pytest.mark.parametrize("first", range(0, LIVES, CHUNK))
def test_no_purchase_breaks_a_cap(first: int) -> None:
    """Nor any other invariant: what is refused is said, and what is allowed is bought."""
    tally = run_chunk(range(first, first + CHUNK), plan=overspending)
    assert not tally.failing, {seed: [str(each) for each in found] for seed, found in tally.failing.items()}


def test_the_ways_are_many() -> None:
    """Deployments that ask for too much, and operators who ask again."""
    assert sum(ways(overspending(seed)) for seed in range(LIVES)) >= 400


@pytest.mark.parametrize("name", QUICK)
def test_a_planted_flaw_is_caught_and_the_unmodified_code_is_not(name: str) -> None:
    """By the world's own ledger."""
    verdict = try_until_caught(VARIANTS[name], range(80))
    assert verdict.invariants == ("I10",), f"{name} was not caught in {verdict.lives} lives"
    assert verdict.seed is not None
    assert not failures_without_flaw(VARIANTS[name], [verdict.seed])


class Outage:
    """Bedrock cannot be reached for one operation until it `is_over`."""

    def __init__(self, operation: str, kind: str) -> None:
        self._operation, self._kind, self.is_over = operation, kind, False
        self.struck: list[Struck] = []

    def strike(self, call: Call) -> Fault | None:
        """The fault of this call, or None."""
        struck = not self.is_over and call.operation == self._operation
        return KINDS[self._kind](call) if struck else None


@contextmanager
def out_of(operation: str, kind: str) -> Iterator[tuple[Environment, Outage]]:
    """A world in which an operation fails for a while."""
    outage = Outage(operation, kind)
    environment = Environment(1, faults=outage)
    try:
        yield environment, outage
    finally:
        environment.close()


@pytest.mark.parametrize("kind", ["lost", "refused", "crash before"])
def test_lowered_cap_holds_although_an_earlier_try_was_lost(kind: str) -> None:
    """The intent of a try that bought nothing is no licence to buy when the cap has fallen."""
    wanted = Wanted(money=MONEY)
    with out_of("bedrock.create_provisioned_model_throughput", kind) as (environment, outage):
        environment.deploy(wanted.template)
        environment.run(2 * DAY)
        environment.deploy(replace(wanted, money=replace(MONEY, max_hourly_usd="10")).template)
        environment.run(DAY)
        outage.is_over = True
        environment.run(2 * DAY)
        environment.run_until_quiet()
        assert [str(violation) for violation in check(environment)] == []
        assert [purchase.kind for purchase in environment.account.bedrock.purchases] == ["job"]


@pytest.mark.parametrize("kind", ["lost", "reply lost"])
def test_purchase_that_was_allowed_is_made_once_bedrock_answers(kind: str) -> None:
    """Caps keep nothing from being bought that fits them."""
    with out_of("bedrock.create_provisioned_model_throughput", kind) as (environment, outage):
        environment.deploy(Wanted(money=MONEY).template)
        environment.run(2 * DAY)
        outage.is_over = True
        environment.run(DAY)
        environment.run_until_quiet()
        assert [str(violation) for violation in check(environment)] == []
        assert [purchase.kind for purchase in environment.account.bedrock.purchases] == ["job", "provisioned"]
