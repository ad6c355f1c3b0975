"""The watchdog over weeks of virtual time, on the real sweep and driver, in worlds with faults."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from finetuning.lifecycle.retrying import resume
from tests.simulation.aws.runtime import Asked
from tests.simulation.aws.site import EPOCH
from tests.simulation.aws.things import Endpoint
from tests.simulation.aws.variants import Variants
from tests.simulation.environment import Environment
from tests.simulation.faults import RandomFaults, chance
from tests.simulation.oracle import check
from tests.simulation.wanted import Wanted

DAY = 86_400.0
WATCHED = Wanted(idle_days="5", removes_idle=True)
FAULTS = {"lost": 0.01, "reply lost": 0.01, "crash before": 0.005, "crash after": 0.005, "refused": 0.01}
SEEDS = range(6)


@contextmanager
def served(seed: int, wanted: Wanted = WATCHED) -> Iterator[Environment]:
    """A model that serves; from then on calls are struck."""
    environment = Environment(f"idle {seed}", variants=Variants.draw(chance(f"{seed} idle")))
    try:
        environment.deploy(wanted.template)
        environment.run_while_busy()
        for _ in range(20):
            environment.run(DAY / 4)
            if any(endpoint.status == "InService" for endpoint in endpoints(environment)):
                break
        environment.world.faults = RandomFaults(chance(f"{seed} idle faults"), FAULTS)
        yield environment
    finally:
        environment.close()


def live(environment: Environment, days: int, *, each_day: Callable[[], None] = lambda: None) -> None:
    """Let days pass, and at last let nothing go wrong any more."""
    for _ in range(days):
        each_day()
        environment.run(DAY)
    environment.calm()
    environment.run_until_quiet()


def endpoints(environment: Environment) -> list[Endpoint]:
    """What is billed by the hour."""
    return [thing for thing in environment.things if isinstance(thing, Endpoint)]


def asking(environment: Environment) -> Callable[[], None]:
    """A client that asks each endpoint something."""

    def ask() -> None:
        for endpoint in endpoints(environment):
            asked = Asked(environment.world.now, endpoint.arn, endpoint.model_arn, "")
            environment.account.bedrock.runtime.asked.append(asked)

    return ask


def notices(environment: Environment) -> list[str]:
    """What people were told of idle endpoints, without repetitions of what was sent twice."""
    told = (notice.text for notice in environment.account.topic.notices if notice.subject.endswith(": idle"))
    return list(dict.fromkeys(told))


def violations(environment: Environment) -> list[str]:
    """Of all invariants."""
    return [str(violation) for violation in check(environment)]


@pytest.mark.parametrize("seed", SEEDS)
def test_idle_endpoint_goes_after_people_were_told_and_comes_back_by_consent(seed: int) -> None:
    """The model stays, and the applications' pointer is withdrawn."""
    with served(seed) as environment:
        live(environment, 12)
        assert endpoints(environment) == []
        assert ["; it is removed" in text for text in notices(environment)] == [False, True]
        assert violations(environment) == []
        environment.operate("resume", resume)
        environment.run(DAY)
        environment.run_until_quiet(most=2 * DAY)
        assert len(endpoints(environment)) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_endpoint_in_use_stays(seed: int) -> None:
    """For weeks."""
    with served(seed) as environment:
        live(environment, 25, each_day=asking(environment))
        assert len(endpoints(environment)) == 1
        assert notices(environment) == []
        assert violations(environment) == []


def test_what_must_not_go_stays() -> None:
    """Committed, or not allowed to go."""
    until = str(int(EPOCH + 90 * DAY))
    committed = replace(WATCHED, commitment="one_month", approval="approval", approved_until=until)
    for wanted in (committed, replace(WATCHED, removes_idle=False)):
        with served(1, wanted) as environment:
            live(environment, 15)
            assert len(endpoints(environment)) == 1
            assert len(notices(environment)) == 1


def test_metric_that_is_not_of_this_endpoint_removes_nothing() -> None:
    """It does not show the driver's own question either."""
    with served(1) as environment:
        environment.account.metrics.counts = False
        live(environment, 15)
        assert len(endpoints(environment)) == 1
        assert len(notices(environment)) == 1


def test_metric_that_cannot_be_read_concludes_nothing() -> None:
    """People hear of it by the sweep's alarm."""
    with served(1) as environment:
        environment.account.metrics.status = "Forbidden"
        live(environment, 15)
        assert len(endpoints(environment)) == 1
        assert notices(environment) == []
