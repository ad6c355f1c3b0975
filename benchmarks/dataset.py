"""The data gate: its speed against bare parsing, the article's script and code by hand; its memory; long lines."""

import io
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.dataset_generator import lines
from benchmarks.measure import ROOT, Figure
from finetuning import catalog
from finetuning.dataset.check import DatasetCheck

RECORDS = 10_000
ROUNDS = {"small": 7, "large": 3}
#: iter_lines takes half a minute for the large set; its time grows with the number of lines, so a tenth will do.
STREAMED_LARGE_RECORDS = 1_000
MEGABYTE = 1_000_000
MEMORY_BOUND_MB = 64


def figures() -> Iterator[Figure]:
    """Make the datasets, measure, remove them."""
    with tempfile.TemporaryDirectory() as folder:
        measured = _Measured(Path(folder))
        for size in ("small", "large"):
            yield from _set_figures(measured, Path(folder), size)
        yield from _memory_figures(measured)
    yield _long_line()


class _Measured:
    """Runs sides in turn and remembers the memory that they took."""

    def __init__(self, folder: Path) -> None:
        self._out = folder / "out.jsonl"
        self.growth: dict[tuple[str, str], int] = {}
        self.peak: dict[tuple[str, str], int] = {}

    def ratio(self, size: str, ours: str, other: str, source: str) -> tuple[float, float, float]:
        """Return seconds of both sides (medians), and the median of other/ours round by round."""
        rounds = [(self.run(size, ours, source), self.run(size, other, source)) for _ in range(ROUNDS[size] + 1)][1:]
        return (
            statistics.median(a for a, _ in rounds),
            statistics.median(b for _, b in rounds),
            statistics.median(b / a for a, b in rounds),
        )

    def run(self, size: str, side: str, source: str) -> float:
        """Return the seconds of one side, in a process of its own."""
        command = [sys.executable, "-m", "benchmarks.dataset_sides", side, source, str(self._out)]
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
        result: dict[str, Any] = json.loads(done.stdout)
        self.growth[side, size] = result["peak"] - result["before"]
        self.peak[side, size] = result["peak"]
        return float(result["seconds"])


def _set_figures(measured: _Measured, folder: Path, size: str) -> Iterator[Figure]:
    bounds = {"small": (1.35, 3.0, 3.5), "large": (1.05, 3.0, 12.0)}[size]
    source = _written(folder, size, "messages")
    megabytes = source.stat().st_size / MEGABYTE
    name = f"{size} set, {megabytes:.0f} MB"
    ours, other, ratio = measured.ratio(size, "rules", "bare_orjson", str(source))
    yield Figure(f"all rules: {name}", f"{ours:.3f} s", f"bare orjson.loads {other:.3f} s", 1 / ratio, bound=bounds[0])
    with _served(folder) as url:
        streamed = source if size == "small" else _head(source, STREAMED_LARGE_RECORDS)
        ours, other, ratio = measured.ratio(size, "stream_rules", "stream_by_hand", f"{url}/{streamed.name}")
    of = name if size == "small" else f"{STREAMED_LARGE_RECORDS} records of the {size} set"
    yield Figure(
        f"stream from S3: {of}",
        f"{ours:.3f} s",
        f"iter_lines, json, by hand {other:.2f} s",
        ratio,
        "×",
        floor=bounds[2],
    )
    gate = measured.run(size, "full_gate", str(streamed))
    yield Figure(f"full gate: {of}", f"{gate:.2f} s", "", streamed.stat().st_size / MEGABYTE / gate, unit="MB/s")
    source.unlink()
    source = _written(folder, size, "prompt-completion")
    ours, other, ratio = measured.ratio(size, "convert", "article", str(source))
    source.unlink()
    yield Figure(
        f"check and convert: {name}",
        f"{ours:.3f} s",
        f"the article's script {other:.2f} s",
        ratio,
        "×",
        floor=bounds[1],
    )


def _memory_figures(measured: _Measured) -> Iterator[Figure]:
    for side in ("rules", "convert"):
        growth = max(measured.growth[side, size] for size in ROUNDS) / MEGABYTE
        yield Figure(f"memory: {side}, growth", "the larger of both sets", "", growth, "MB", bound=MEMORY_BOUND_MB)
        ratio = measured.peak[side, "large"] / measured.peak[side, "small"]
        peak = f"large {measured.peak[side, 'large'] / MEGABYTE:.0f} MB"
        yield Figure(
            f"memory: {side}, peak", peak, f"small {measured.peak[side, 'small'] / MEGABYTE:.0f} MB", ratio, bound=1.15
        )


def _long_line() -> Figure:
    """One line of twice the length must take twice the time."""
    times = {size: min(_seconds_of_one_line(size) for _ in range(5)) for size in (4_000_000, 8_000_000)}
    once, twice = times.values()
    return Figure("one line of 8 MB", f"{twice:.3f} s", f"one line of 4 MB {once:.3f} s", twice / once, bound=2.3)


def _seconds_of_one_line(size: int) -> float:
    content = json.dumps("word " * (size // 5))
    line = f'{{"messages": [{{"role": "user", "content": {content}}}, {{"role": "assistant", "content": "A"}}]}}\n'
    stream = io.BytesIO(line.encode())
    check = DatasetCheck(catalog.find("claude-3-haiku"), "test")
    start = time.perf_counter()
    check.validate(stream)
    return time.perf_counter() - start


def _written(folder: Path, size: str, data_format: str) -> Path:
    path = folder / f"{size}-{data_format}.jsonl"
    with path.open("wb") as out:
        out.writelines(lines(RECORDS, size, data_format))
    return path


def _head(path: Path, records: int) -> Path:
    head = path.with_name(f"head-{path.name}")
    with path.open("rb") as source, head.open("wb") as out:
        out.writelines(islice(source, records))
    return head


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files below its folder; the first part of a path, the bucket, is the folder itself."""

    def translate_path(self, path: str) -> str:
        """Drop the bucket."""
        return super().translate_path("/" + path.rsplit("/", 1)[-1])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder as a bucket on the loopback interface."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/bucket"
    finally:
        server.shutdown()
        server.server_close()
