"""The responder over several deliveries of a request: one run, one answer, and no silence."""

import json
import time
import urllib.error
from collections.abc import Callable
from typing import Any

import pytest

from finetuning.errors import FineTuningError, TransientError
from lambdas.responder import Answer, CustomResource, CustomResourceRequest, deadline, kept, respond
from lambdas.responder.delivery import deliver
from tests.fakes.answers import FakeAnswers
from tests.unit.lambdas.test_responder import ALLOCATED, Resource, an_event


class Context:
    """Lambda's context of a function that ends in so many seconds."""

    function_name = "finetuning-dev-Control-Function"

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the end."""
        return int(self.seconds * 1000)


class Counting(Resource):
    """Counts its runs, and answers another attribute in each."""

    runs = 0

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Answer what only this run answers."""
        self.runs += 1
        if self.error:
            raise self.error
        return Answer(request.allocated_id, {"Run": str(self.runs)})


class Hanging(Resource):
    """Hangs in a call, and takes every Exception for a failed one, as AWS's library does."""

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Hang."""
        self.delete(request)
        return Answer("never")

    def delete(self, request: CustomResourceRequest) -> None:
        """Hang."""
        for _ in range(5):
            try:
                time.sleep(20)
            except Exception:  # noqa: S112 - as AWS's library does
                continue


def delivered(event: dict[str, Any], resource: CustomResource, times: int, **given: Any) -> list[bytes]:
    """The bodies that are sent when an event is delivered so many times."""
    bodies: list[bytes] = []
    for _ in range(times):
        respond(event, lambda: resource, send=lambda _, body: bodies.append(body), **given)
    return bodies


@pytest.mark.parametrize("times", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("error", [None, RuntimeError("no")])
def test_every_delivery_gets_the_same_bytes_and_one_of_them_runs(times: int, error: Exception | None) -> None:
    """Whether it succeeds or fails (faults A05, A06, A10)."""
    resource, answers = Counting(error=error), FakeAnswers()
    bodies = delivered(an_event(), resource, times, answers=lambda: answers)
    assert len(set(bodies)) == 1
    assert len(bodies) == times
    assert resource.runs == 1


def test_concurrent_deliveries_send_what_was_kept_first() -> None:
    """The slower one runs too, but does not contradict (fault A06)."""
    answers = FakeAnswers()

    class Overtaken(Counting):
        def apply(self, request: CustomResourceRequest) -> Answer:
            answers.keep(request.request_id, b"first")
            return super().apply(request)

    assert delivered(an_event(), Overtaken(), 1, answers=lambda: answers) == [b"first"]


def test_other_requests_run_for_themselves() -> None:
    """Answers are kept by request."""
    resource, answers = Counting(), FakeAnswers()
    first = delivered(an_event(), resource, 1, answers=lambda: answers)
    second = delivered(an_event(RequestId="request-2"), resource, 1, answers=lambda: answers)
    assert first != second
    assert resource.runs == 2


@pytest.mark.parametrize("fails", ["open", "find", "keep"])
def test_answers_that_cannot_be_kept_are_given_all_the_same(fails: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The table is a help and no condition (fault A01)."""
    answers = FakeAnswers(fails=fails)

    def opened() -> kept.Answers:
        if fails == "open":
            raise ModuleNotFoundError("No module named 'botocore'")
        return answers

    [body] = delivered(an_event(), Counting(), 1, answers=opened)
    assert json.loads(body)["Status"] == "SUCCESS"
    assert '"level": "WARNING"' in capsys.readouterr().out


@pytest.mark.parametrize(
    "error", [ModuleNotFoundError("botocore"), TimeoutError("slow"), TransientError("changed by others")]
)
def test_delete_that_may_succeed_later_is_delivered_again(error: Exception) -> None:
    """A clean-up Delete that is answered FAILED is forgotten, and what it was for stays (invariant I1)."""
    sent: list[bytes] = []
    answers = FakeAnswers()
    with pytest.raises(type(error)):
        respond(
            an_event("Delete", PhysicalResourceId="Job-old"),
            lambda: _raising(error),
            answers=lambda: answers,
            send=lambda _, body: sent.append(body),
        )
    assert (sent, answers.bodies) == ([], {})


def test_delete_that_is_refused_is_answered_failed() -> None:
    """What is raised on purpose will not get better."""
    event = an_event("Delete", PhysicalResourceId="Job-old")
    [body] = delivered(event, _raising(FineTuningError("still there")), 1)
    answer = json.loads(body)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", "Job-old")
    assert answer["Reason"] == "FineTuningError: still there"


def test_work_that_takes_too_long_is_broken_off_and_answered() -> None:
    """Also when it hangs in a call: Lambda would end the function without a word (fault A03)."""
    begun = time.monotonic()
    [body] = delivered(an_event(), Hanging(), 1, context=Context(deadline.MARGIN_SECONDS + 0.1))
    assert time.monotonic() - begun < 5
    answer = json.loads(body)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", ALLOCATED)
    assert answer["Reason"].startswith("BrokenOffError: the function ran out of time; what it began is cleaned up")


def test_delete_that_takes_too_long_goes_on_in_the_next_delivery() -> None:
    """Lambda delivers it again, because it raises and does not die (fault A03)."""
    event = an_event("Delete", PhysicalResourceId="Job-old")
    with pytest.raises(TransientError, match="ran out of time"):
        delivered(event, Hanging(), 1, context=Context(deadline.MARGIN_SECONDS + 0.1))


def test_function_that_starts_late_still_answers() -> None:
    """There may be no time left at all."""
    [body] = delivered(an_event(), Hanging(), 1, context=Context(1))
    assert json.loads(body)["Status"] == "FAILED"


def test_work_in_time_is_not_disturbed_afterwards() -> None:
    """The timer ends with the work; Lambda freezes the process and thaws it later."""
    delivered(an_event(), Counting(), 1, context=Context(deadline.MARGIN_SECONDS + 0.05))
    time.sleep(0.1)


def test_refused_answer_is_counted_and_nothing_runs_again(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody listens any more, so it does not raise; the alarm is on the metric (fault A09)."""
    resource = Counting()
    respond(
        an_event(), lambda: resource, context=Context(100), send=lambda url, body: deliver(url, body, put=_put(403))
    )
    logged = capsys.readouterr().out
    metric = json.loads(logged.splitlines()[-1])
    assert (metric["RefusedAnswers"], metric["Function"]) == (1, Context.function_name)
    assert "HTTP status 403" in logged
    assert "canary" not in logged
    assert resource.runs == 1


def test_answer_that_is_not_taken_raises_and_is_the_same_in_the_next_delivery() -> None:
    """A lost response: S3 has the answer, and gets it again (fault A10)."""
    answers, resource, taken = FakeAnswers(), Counting(), list[bytes]()

    def taken_but_lost(url: str, body: bytes) -> None:
        taken.append(body)
        raise TimeoutError

    for _ in range(3):
        with pytest.raises(FineTuningError, match="did not take the answer: TimeoutError"):
            respond(
                an_event(),
                lambda: resource,
                answers=lambda: answers,
                send=lambda url, body: deliver(url, body, put=taken_but_lost, pause=lambda _: None),
            )
    assert len(taken) == 15
    assert len(set(taken)) == 1
    assert resource.runs == 1


def test_without_the_main_thread_there_is_no_deadline() -> None:
    """Signals belong to the main thread; Lambda runs handlers in it."""
    import threading

    done: list[str] = []

    def work() -> None:
        with deadline.within(0.001):
            time.sleep(0.01)
            done.append("done")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["done"]


def _raising(error: Exception) -> CustomResource:
    class Raising(Resource):
        def delete(self, request: CustomResourceRequest) -> None:
            raise error

    return Raising()


def _put(status: int) -> Callable[[str, bytes], None]:
    def put(url: str, body: bytes) -> None:
        raise urllib.error.HTTPError(url, status, "no", None, None)  # type: ignore[arg-type]  # no headers needed

    return put
