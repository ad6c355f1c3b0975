"""Delivery of the answer, to a real server on this machine."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from lambdas.responder.delivery import DeliveryError, deliver


class Bucket:
    """A server that answers with the given statuses, the last one for ever; it keeps what was put."""

    def __init__(self) -> None:
        self.statuses = [200]
        self.puts: list[tuple[str, str | None, bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.puts.append((self.path, self.headers["Content-Type"], body))
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


def test_server_errors_are_tried_again_with_growing_pauses(bucket: Bucket) -> None:
    """Bounded and backing off (fault A08); the same bytes are sent again (fault A10)."""
    bucket.statuses = [500, 503, 200]
    pauses: list[float] = []
    deliver(bucket.url, b"body", pause=pauses.append)
    assert pauses == [0.5, 1.0]
    assert [body for _, _, body in bucket.puts] == [b"body"] * 3


def test_delivery_that_keeps_failing_raises(bucket: Bucket) -> None:
    """Then Lambda delivers the event again, instead of a loop without end."""
    bucket.statuses = [500]
    with pytest.raises(DeliveryError, match="cloudformation did not take the answer: HTTP status 500"):
        deliver(bucket.url, b"body", pause=_at_once)
    assert len(bucket.puts) == 5


@pytest.mark.parametrize("status", [400, 403, 404])
def test_expired_url_is_not_tried_again(bucket: Bucket, status: int) -> None:
    """It will not get better (fault A09)."""
    bucket.statuses = [status]
    with pytest.raises(DeliveryError, match=f"HTTP status {status}"):
        deliver(bucket.url, b"body", pause=_at_once)
    assert len(bucket.puts) == 1


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


def _at_once(seconds: float) -> None:
    """Do not wait."""
