"""Delivery of the answer, to a real server on this machine."""

import threading
import urllib.error
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from lambdas.responder import deadline, delivery, kept
from lambdas.responder.delivery import DeliveryError, RefusedAnswerError, deliver


class Bucket:
    """A server that answers with the given statuses, the last one for ever; it keeps what was put."""

    def __init__(self) -> None:
        self.statuses = [200]
        self.puts: list[tuple[str, str | None, bytes]] = []
        self.lengths: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.puts.append((self.path, self.headers["Content-Type"], body))
                outer.lengths.append(self.headers["Content-Length"])
                self.send_response(outer.statuses.pop(0) if len(outer.statuses) > 1 else outer.statuses[0])
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/answer?Signature=canary"


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """A running server."""
    bucket = Bucket()
    thread = threading.Thread(target=bucket.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield bucket
    bucket.server.shutdown()
    thread.join()
    bucket.server.server_close()


def test_answer_is_put_without_a_content_type(bucket: Bucket) -> None:
    """The URL was signed without one."""
    deliver(bucket.url, b'{"Status": "SUCCESS"}')
    assert bucket.puts == [("/answer?Signature=canary", "", b'{"Status": "SUCCESS"}')]


def test_length_is_that_of_the_bytes(bucket: Bucket) -> None:
    """Not that of the characters (fault A12)."""
    deliver(bucket.url, "漢字".encode())
    assert bucket.lengths == ["6"]


def test_server_errors_are_tried_again_with_growing_pauses(bucket: Bucket) -> None:
    """Bounded and backing off (fault A08); the same bytes are sent again (fault A10)."""
    bucket.statuses = [500, 503, 502, 200]
    pauses: list[float] = []
    deliver(bucket.url, b"body", pause=pauses.append)
    for pause, longest in zip(pauses, (0.5, 1.0, 2.0), strict=True):
        assert longest / 2 <= pause <= longest
    assert [body for _, _, body in bucket.puts] == [b"body"] * 4


def test_pauses_are_spread_by_the_answer_and_never_by_chance() -> None:
    """A hundred answers that fail together do not come again together, and each does the same in every run."""
    firsts = [_pauses(f"answer {number}".encode())[0] for number in range(100)]
    assert firsts == [_pauses(f"answer {number}".encode())[0] for number in range(100)]
    assert len({round(pause, 2) for pause in firsts}) > 15
    assert (min(firsts), max(firsts)) >= (0.25, 0.5)
    assert max(firsts) <= 0.5


def test_delivery_that_keeps_failing_raises(bucket: Bucket) -> None:
    """Then Lambda delivers the event again, instead of a loop without end."""
    bucket.statuses = [500]
    with pytest.raises(DeliveryError, match="cloudformation did not take the answer: HTTP status 500") as failure:
        deliver(bucket.url, b"body", pause=_at_once)
    assert not isinstance(failure.value, RefusedAnswerError)
    assert len(bucket.puts) == 5


def test_whole_delivery_fits_into_the_margin_of_the_function() -> None:
    """The slowest one: every try takes its longest, and so do both looks at the table of answers."""
    pauses = sum(delivery.FIRST_PAUSE_SECONDS * 2**attempt for attempt in range(delivery.TRIES - 1))
    assert delivery.TRIES * delivery.TRY_SECONDS + pauses + kept.LIMIT_SECONDS < deadline.MARGIN_SECONDS


@pytest.mark.parametrize("status", [400, 403, 404])
def test_expired_url_is_not_tried_again(bucket: Bucket, status: int) -> None:
    """It will not get better (fault A09)."""
    bucket.statuses = [status]
    with pytest.raises(RefusedAnswerError, match=f"HTTP status {status}"):
        deliver(bucket.url, b"body", pause=_at_once)
    assert len(bucket.puts) == 1


@pytest.mark.parametrize("status", [401, 405, 409, 429, 500, 503])
def test_any_other_status_may_get_better(status: int) -> None:
    """Only what S3 says of an expired URL is final."""
    puts: list[bytes] = []

    def put(url: str, body: bytes) -> None:
        puts.append(body)
        if len(puts) < 3:
            raise urllib.error.HTTPError(url, status, "no", None, None)  # type: ignore[arg-type]  # no headers needed

    deliver("https://example.com", b"body", put=put, pause=_at_once)
    assert puts == [b"body"] * 3


NOWHERE: list[Callable[[], str]] = [
    lambda: "http://127.0.0.1:9/?Signature=canary",
    lambda: "no-scheme/?Signature=canary",
    lambda: "http://127.0.0.1:9/with space?Signature=canary",
]


@pytest.mark.parametrize("url", NOWHERE)
def test_undeliverable_answer_never_shows_the_url(url: Callable[[], str], capsys: pytest.CaptureFixture[str]) -> None:
    """The URL is a credential: neither the log nor the error has it (invariant I7)."""
    with pytest.raises(DeliveryError) as failure:
        deliver(url(), b"body", pause=_at_once)
    assert "canary" not in f"{failure.value!r} {failure.value.__context__!r} {capsys.readouterr()}"


def test_refused_answer_never_shows_the_url(bucket: Bucket, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither does a traceback of it."""
    bucket.statuses = [403]
    with pytest.raises(RefusedAnswerError) as failure:
        deliver(bucket.url, b"body", pause=_at_once)
    assert (failure.value.__cause__, failure.value.__suppress_context__) == (None, True)
    assert "canary" not in f"{failure.value!r} {capsys.readouterr()}"


def _pauses(body: bytes) -> list[float]:
    pauses: list[float] = []

    def put(url: str, body: bytes) -> None:
        raise TimeoutError

    with pytest.raises(DeliveryError):
        deliver("https://example.com", body, put=put, pause=pauses.append)
    return pauses


def _at_once(seconds: float) -> None:
    """Do not wait."""
