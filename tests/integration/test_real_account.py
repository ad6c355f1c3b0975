"""The script for a real account, on the embedded AWS set to an account as AWS hands it out."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.embedded import Embedded

pytestmark = pytest.mark.xdist_group("real account")

ACCOUNT, REGION = "444455556666", "us-east-1"
SAID = {
    "E2E_AWS": "yes",
    "E2E_ACCOUNT": ACCOUNT,
    "E2E_TRAINING_PRICE": "0.002",
    "E2E_INPUT_PRICE": "0.0001",
    "E2E_OUTPUT_PRICE": "0.0003",
    "E2E_LOOK_SECONDS": "0.5",
}


def test_way_there_and_back_leaves_nothing_but_a_report(
    start_embedded: Callable[..., Embedded], tmp_path: Path
) -> None:
    """No model units, no bought throughput: Nova on demand, judged, asked and removed."""
    embedded = start_embedded(account=ACCOUNT, region=REGION, fresh_account=True, clock_speed=1800)
    embedded.bootstrap()
    done = embedded.run(sys.executable, "-m", "tests.e2e", extra={**SAID, "E2E_REPORT": str(tmp_path / "report")})
    assert done.code == 0, done.output
    report = (tmp_path / "report" / "report.md").read_text(encoding="utf-8")
    assert "- outcome: **succeeded**" in report
    assert "- left behind: nothing" in report
    assert ACCOUNT not in report
    assert ACCOUNT not in (tmp_path / "report" / "run-report.html").read_text(encoding="utf-8")
    stacks = embedded.client("cloudformation").list_stacks()["StackSummaries"]
    assert [s["StackName"] for s in stacks if s["StackStatus"] != "DELETE_COMPLETE"] == ["CDKToolkit"]
