"""One side of one comparison, in a process of its own: `python -m benchmarks.dataset_sides SIDE SOURCE [OUT]`.

Prints one JSON document: seconds without the imports, and the peak of the process's memory, in bytes, before and after.
"""

import gc
import json
import sys
import time
from collections.abc import Callable, Iterable
from typing import IO, Any

import boto3
import orjson

from benchmarks.measure import peak_memory
from finetuning import catalog
from finetuning.dataset.check import DatasetCheck
from finetuning.dataset.gate import Gate

#: The other side reads with the buffer that suits it best; Python's own size makes it slower by a third.
BUFFER = 1024**2
BASE_MODEL = catalog.find("claude-3-haiku")
ROLES = ("user", "assistant")


def bare_orjson(source: str, _out: str) -> None:
    """Parse every line and do nothing with it."""
    with open(source, "rb", buffering=BUFFER) as lines:
        for line in lines:
            orjson.loads(line)


def rules(source: str, _out: str) -> None:
    """Hold every line to all rules of one record."""
    check = DatasetCheck(BASE_MODEL, "training")
    with open(source, "rb", buffering=0) as stream:
        check.validate(stream)
    _require_good(check.finish().errors)


def convert(source: str, out: str) -> None:
    """Check and convert a file, as `ops data convert` does."""
    check = DatasetCheck(BASE_MODEL, "training", hashes=False)
    with open(source, "rb", buffering=0) as stream, open(out, "wb") as copy:
        copy.writelines(check.convert(stream))
    _require_good(check.finish().errors)


def article(source: str, out: str) -> None:
    """What the article's script does: no checks, text mode, a dictionary per line."""
    with open(source) as lines, open(out, "w") as copy:
        for line in lines:
            data = json.loads(line)
            record = {
                "messages": [
                    {"role": "user", "content": data["prompt"]},
                    {"role": "assistant", "content": data["completion"]},
                ]
            }
            copy.write(json.dumps(record) + "\n")


def full_gate(source: str, _out: str) -> None:
    """Everything there is: rules, conversion, digest, duplicates, outliers, secrets, personal data."""
    gate = Gate(BASE_MODEL)
    with open(source, "rb", buffering=0) as stream:
        for _ in gate.check("training", stream):
            pass
    gate.report()


def stream_rules(source: IO[bytes], _out: str) -> None:
    """Hold an object in S3 to all rules while it arrives."""
    check = DatasetCheck(BASE_MODEL, "training")
    check.validate(source)
    _require_good(check.finish().errors)


def stream_by_hand(source: Any, _out: str) -> None:
    """What is often written: botocore's iter_lines, the json module, and the rules by hand."""
    _check_by_hand(source.iter_lines())


def _check_by_hand(lines: Iterable[bytes]) -> None:
    for line in lines:
        record = json.loads(line)
        messages = record["messages"]
        good = set(record) <= {"system", "messages"} and len(messages) >= 2 and len(messages) % 2 == 0
        for index, message in enumerate(messages):
            text = message["content"]
            good = good and set(message) == {"role", "content"} and message["role"] == ROLES[index % 2]
            good = good and isinstance(text, str) and bool(text.strip())
            good = good and "\nHuman:" not in text and "\nAssistant:" not in text
        _require_good(0 if good else 1)


def _body(source: str) -> Any:
    """The body of an object, ``http://HOST:PORT/BUCKET/KEY``; its request is no part of what is measured."""
    endpoint, bucket, key = source.rsplit("/", 2)
    any_boto3: Any = boto3
    client = any_boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    body: IO[bytes] = client.get_object(Bucket=bucket, Key=key)["Body"]
    return body


def _require_good(errors: int) -> None:
    if errors:
        raise SystemExit("the generated dataset has errors, so nothing was measured")


SIDES: dict[str, Callable[[Any, str], None]] = {
    side.__name__: side for side in (bare_orjson, rules, convert, article, full_gate, stream_rules, stream_by_hand)
}


def main() -> None:
    """Run one side."""
    side, source, out = (*sys.argv[1:], "")[:3]
    opened = _body(source) if source.startswith("http://") else source
    gc.collect()
    before = peak_memory()
    start = time.perf_counter()
    SIDES[side](opened, out)
    seconds = time.perf_counter() - start
    json.dump({"seconds": seconds, "before": before, "peak": peak_memory()}, sys.stdout)


if __name__ == "__main__":
    main()
