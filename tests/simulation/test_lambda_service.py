"""Asynchronous invocation: retries, duplicates, age, kills, and what becomes of an event that is given up."""

import json
from typing import Any

import pytest

from tests.simulation.faults import chance
from tests.simulation.kernel import World
from tests.simulation.lambda_service import DeliveryRates, LambdaService


class Bench:
    """One function `f` that notes when it runs, and a consumer of the dead-letter queue."""

    def __init__(self, **rates: float) -> None:
        self.world = World(1)
        self.service = LambdaService(self.world, chance(1), DeliveryRates(**rates))
        self.runs: list[float] = []
        self.failures = 0
        self.seconds = 0.0
        self.letters: list[dict[str, Any]] = []
        self.letter_failures = 0
        self.service.add("f", self._run, timeout=100, maximum_event_age=240)
        self.service.dead_letters = self._receive

    def invoke(self) -> None:
        """Invoke and let everything happen."""
        self.service.invoke("f", {"a": 1})
        self.world.run()
        assert self.service.under_way == 0

    def _run(self, event: dict[str, Any]) -> None:
        assert event == {"a": 1}
        self.runs.append(self.world.now)
        if self.seconds:
            self.world.sleep(self.seconds)
        if self.failures:
            self.failures -= 1
            raise RuntimeError("no")

    def _receive(self, event: dict[str, Any]) -> list[str]:
        if self.letter_failures:
            self.letter_failures -= 1
            return [record["messageId"] for record in event["Records"]]
        self.letters += [json.loads(record["body"]) for record in event["Records"]]
        return []


def test_an_event_is_handled_once() -> None:
    bench = Bench()
    bench.invoke()
    assert len(bench.runs) == 1


def test_a_failure_is_retried_after_one_and_two_minutes() -> None:
    bench = Bench()
    bench.failures = 2
    bench.invoke()
    first, second, third = bench.runs
    assert 54 <= second - first <= 66
    assert 108 <= third - second <= 132
    assert bench.letters == []


def test_after_three_tries_an_event_goes_to_the_dead_letter_queue() -> None:
    bench = Bench()
    bench.failures = 3
    bench.invoke()
    (letter,) = bench.letters
    assert letter["requestPayload"] == {"a": 1}
    assert letter["requestContext"]["condition"] == "RetriesExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == 3


def test_a_function_is_killed_at_its_timeout_and_too_old_events_are_given_up() -> None:
    bench = Bench()
    bench.seconds = 1000.0
    bench.invoke()
    assert len(bench.runs) == 2  # the third try would come after the maximum age
    assert bench.letters[0]["requestContext"]["condition"] == "EventAgeExceeded"


def test_a_message_that_is_not_settled_comes_again() -> None:
    bench = Bench()
    bench.failures, bench.letter_failures = 3, 2
    bench.invoke()
    assert len(bench.letters) == 1


@pytest.mark.parametrize(("rate", "runs", "letters"), [("twice", 2, 0), ("lost", 0, 1), ("slow", 1, 0)])
def test_delivery_goes_wrong(rate: str, runs: int, letters: int) -> None:
    bench = Bench(**{rate: 1.0})
    bench.invoke()
    assert (len(bench.runs), len(bench.letters)) == (runs, letters)
    assert bench.world.now <= 400


def test_a_killed_sandbox_is_a_failure() -> None:
    bench = Bench(killed=1.0)
    bench.seconds = 6.0
    bench.service.dead_letters = None
    bench.invoke()
    assert len(bench.runs) == 3
    assert bench.service.given_up == [("f", {"a": 1})]


def test_a_module_that_cannot_be_imported_runs_nothing() -> None:
    bench = Bench(import_fails=1.0)
    bench.invoke()
    assert (bench.runs, len(bench.letters)) == ([], 1)
