"""The deploy's door of the data gate as a whole: S3 → all checks → S3, over loopback, against the time it promises."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, Figure, peak_memory
from lambdas.training_dataset.admission import BYTES_PER_SECOND

#: One set with few bytes in a record, and one with the most tokens that a record may have.
SETS = {"22 MB": "small", "750 MB": "large"}
RECORDS = 10_000
#: Two parts of an upload on their way, and what the records together cost.
BOUND_MB = 96


def figures() -> Iterator[Figure]:
    """Seconds against those that `admission` counts with, and the growth of the process."""
    for name, size in SETS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "training.jsonl"
            command = [sys.executable, "-m", "benchmarks.dataset_generator", "--records", str(RECORDS)]
            subprocess.run([*command, "--size", size, "--format", "messages", str(path)], cwd=ROOT, check=True)
            measured = _measured(path)
            promised = path.stat().st_size / BYTES_PER_SECOND
        rate = f"{measured['bytes'] / measured['seconds'] / 1e6:.0f} MB/s"
        bound = 1.0 if size == "large" else None
        against = f"promised {promised:.1f} s"
        yield Figure(f"deploy's door, {name}", rate, against, measured["seconds"] / promised, bound=bound)
        yield Figure(f"deploy's door, {name}, memory", "growth", "", measured["growth_mb"], unit="MB", bound=BOUND_MB)


def _measured(path: Path) -> dict[str, float]:
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.loopback_s3", str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with server:
        port = server.stdout.readline().strip() if server.stdout else ""
        child = [sys.executable, "-m", "benchmarks.deploy_door", port]
        done = subprocess.run(child, cwd=ROOT, check=True, capture_output=True, text=True)
        measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        if server.stdin:
            server.stdin.close()
    return measured


def main() -> None:
    """Stage the file of the server at a port, once, and print what it took."""
    from botocore.config import Config

    from lambdas.gateways.clients import session
    from lambdas.gateways.storage import StorageGateway
    from lambdas.responder import CustomResourceRequest
    from lambdas.settings import TrainingDatasetSettings
    from lambdas.training_dataset.resource import TrainingDataset

    client: Any = session().create_client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{sys.argv[1]}",
        region_name="us-east-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
        config=Config(s3={"addressing_style": "path"}),
    )
    properties = {"Model": "faq", "BaseModel": "claude-3-haiku", "Training": "s3://source/training.jsonl"}
    stack = "arn:aws:cloudformation:us-east-1:000000000000:stack/bench/1"
    request = CustomResourceRequest("Create", "1", stack, "Dataset", None, properties, "https://example.com/")
    dataset = TrainingDataset(
        TrainingDatasetSettings("data", "key"), storage=StorageGateway(client), remaining=lambda: 900.0
    )
    before, begun = peak_memory(), time.perf_counter()
    dataset.apply(request)
    seconds = time.perf_counter() - begun
    size = client.head_object(Bucket="source", Key="training.jsonl")["ContentLength"]
    growth = (peak_memory() - before) / 1e6
    sys.stdout.write(json.dumps({"seconds": seconds, "bytes": size, "growth_mb": growth}) + "\n")


if __name__ == "__main__":
    main()
