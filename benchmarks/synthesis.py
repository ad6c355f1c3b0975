"""`python app.py` of the whole app against an app with one bucket; both with cdk-nag, both without the validator."""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import ROOT, Figure, paired

ROUNDS = 5
BOUND = 2.2
ONE_BUCKET = """
import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks

app = cdk.App()
bucket = s3.Bucket(cdk.Stack(app, "Floor"), "Bucket", enforce_ssl=True)
cdk.Validations.of(bucket).acknowledge(
    cdk.Acknowledgment(id="AwsSolutions::AwsSolutions-S1", reason="the floor of a benchmark, never deployed")
)
cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
app.synth()
"""


def figures() -> Iterator[Figure]:
    """Whole processes, five pairs."""
    with tempfile.TemporaryDirectory() as folder:
        floor = Path(folder) / "one_bucket.py"
        floor.write_text(ONE_BUCKET)
        environment = {
            "CDK_VALIDATION": "false",
            "CDK_OUTDIR": str(Path(folder) / "cdk.out"),
            "CDK_CONTEXT_JSON": _context(),
            "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
        }
        pair = paired([sys.executable, "app.py"], [sys.executable, str(floor)], rounds=ROUNDS, environment=environment)
    yield Figure("synthesis", f"whole app {pair.ours:.2f} s", f"one bucket {pair.other:.2f} s", pair.ratio, bound=BOUND)


def _context() -> str:
    """What the CLI would pass: the context of cdk.json."""
    return json.dumps(json.loads((ROOT / "cdk.json").read_text())["context"])
