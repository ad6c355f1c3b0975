"""The cold starts that `make bench` measures are those of the functions that there are."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.cold_start import ENVIRONMENT, FACTORIES, FUNCTIONS

ROOT = Path(__file__).resolve().parents[2]
#: Deletes a bucket's objects when its stack goes, and answers for functions that cannot: nobody waits for their start.
NOT_MEASURED = {"bucket_emptying", "undelivered"}
RECORD = """
import botocore.session
made, create = [], botocore.session.Session.create_client
def record(self, service, *args, **options):
    made.append(service)
    return create(self, service, *args, **options)
botocore.session.Session.create_client = record
from lambdas.{feature} import handler
handler.{factory}
print(*sorted(set(made)))
"""


def test_every_function_is_measured() -> None:
    """A function that is forgotten may become slow."""
    assert {*FUNCTIONS} == {file.parent.name for file in ROOT.glob("lambdas/*/handler.py")} - NOT_MEASURED


@pytest.mark.parametrize("feature", FUNCTIONS)
def test_cold_start_is_compared_with_the_clients_that_it_makes(feature: str) -> None:
    """With fewer the comparison would be unfair to us, with more to the bound."""
    code = RECORD.format(feature=feature, factory=FACTORIES.get(feature, "_resource()"))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == sorted(FUNCTIONS[feature])
