"""The demo on an embedded AWS of its own: seconds per phase, and the driver's state transitions."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import boto3

from benchmarks.measure import ROOT, Figure

#: Of the driver, for training, judging, evaluating, serving and signing, however long job and evaluation take.
TRANSITIONS_BOUND = 30
#: A look at something that takes its time: AwaitChange, and the two states that decide what is next.
LOOK = 3


def figures() -> Iterator[Figure]:
    """One run; the phases are shown, the transitions are judged."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        environment = {**os.environ, "LOCAL_AWS_STATE_FOLDER": f"{folder}/.local", "LOCAL_AWS_PORT": str(port)}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "ops", "demo", "--json"],
                cwd=ROOT,
                env=environment,
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
            for phase, seconds in json.loads(done.stdout)["seconds"].items():
                yield Figure(f"demo: {phase}", "", "", seconds, unit="s")
            yield Figure("transitions", "one run whose event arrives", "", _transitions(port), bound=TRANSITIONS_BOUND)
        finally:
            subprocess.run([sys.executable, "-m", "local", "stop"], cwd=ROOT, env=environment, check=False)


def _transitions(port: int) -> int:
    """States entered by the driver, but for the looks at an evaluation: their number is a matter of its length."""
    any_boto3: Any = boto3
    states = any_boto3.client(
        "stepfunctions",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-west-2",
        aws_access_key_id="000000000000",
        aws_secret_access_key="test",
    )
    entered = 0
    (driver,) = [m for m in states.list_state_machines()["stateMachines"] if "Driver" in m["name"]]
    for execution in states.list_executions(stateMachineArn=driver["stateMachineArn"])["executions"]:
        pages = states.get_paginator("get_execution_history").paginate(executionArn=execution["executionArn"])
        events = [event for page in pages for event in page["events"] if event["type"].endswith("StateEntered")]
        names = [event["stateEnteredEventDetails"]["name"] for event in events]
        asked = names.index("Evaluate") if "Evaluate" in names else len(names)
        entered += len(names) - LOOK * names[asked:].count("AwaitChange")
    return entered


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
