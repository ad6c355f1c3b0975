"""The same dataset says the same at every door: the command line on a file and on S3, and the deployment.

The deployment is `make poisoned`, by which a stranger is shown that bad data stops it.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.embedded import ROOT, Command, Embedded

pytestmark = pytest.mark.xdist_group("doors")

POISONED, VALIDATION = "datasets/bedrock-faq/poisoned.jsonl", "datasets/bedrock-faq/validation.jsonl"
BUCKET = "doors-of-the-data-gate"
MODEL = "finetuning-local-Model-faq"


@pytest.fixture(scope="module")
def embedded(start_embedded: Callable[..., Embedded]) -> Embedded:
    """The embedded AWS of this module, with the poisoned sample in a bucket of somebody's own."""
    embedded = start_embedded()
    s3 = embedded.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": embedded.region})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for file in (POISONED, VALIDATION):
        s3.put_object(Bucket=BUCKET, Key=Path(file).name, Body=(ROOT / file).read_bytes())
    return embedded


@pytest.fixture(scope="module")
def refused(embedded: Embedded) -> Command:
    """`make poisoned`, without its set-up: a deployment of the poisoned sample."""
    return embedded.ops("demo", "--poisoned")


@pytest.fixture(scope="module")
def foundation(embedded: Embedded, refused: Command) -> dict[str, str]:
    """The outputs of the stack that stands although the model was refused."""
    stack = embedded.client("cloudformation").describe_stacks(StackName="finetuning-local-Foundation")["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def validate(embedded: Embedded, training: str, validation: str) -> Any:
    """What the command line finds, as a document."""
    words = (training, "--validation", validation, "--env", "local", "--model", "faq", "--json")
    done = embedded.ops("data", "validate", *words)
    assert done.code == 1, done.output
    return done.json()


def findings(document: Any) -> list[tuple[Any, ...]]:
    """What is found where; only the name of the file is the door's own."""
    fields = ("code", "severity", "line", "path", "message", "fix", "excerpt")
    return [tuple(finding[field] for field in fields) for finding in document["findings"]]


def test_poisoned_sample_is_refused_and_starts_no_job(embedded: Embedded, refused: Command) -> None:
    """The demonstration succeeds because the deployment failed; nothing is left of the model's stack."""
    assert refused.code == 0, refused.output
    assert embedded.jobs() == []
    assert embedded.throughputs() == []
    stack = embedded.client("cloudformation").describe_stacks(StackName=MODEL)["Stacks"][0]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"


def test_findings_are_printed_and_the_report_is_fetched(embedded: Embedded, refused: Command) -> None:
    """Mistakes of several kinds, each with its line; the page has them too, and neither has the key."""
    page = (embedded.folder / ".local/demo/report.html").read_text(encoding="utf-8")
    for code, line in (("DS303", 4), ("DS103", 8), ("DS401", 35), ("DS701", 53)):
        assert code in refused.stdout
        assert f"training line {line}" in refused.stdout
        assert code in page
    assert "Not ready: 28 errors" in page
    assert str(embedded.folder / ".local/demo/report.html") in refused.stdout.replace("\n", "")
    assert "BEGIN RSA PRIVATE KEY" not in refused.output + page


def test_poisoned_sample_gives_the_same_findings_at_every_door(
    embedded: Embedded, refused: Command, foundation: dict[str, str]
) -> None:
    """File, object in S3, custom resource: codes, lines, paths, messages, and the counts behind them."""
    s3, bucket = embedded.client("s3"), foundation["DataBucketName"]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="reports/faq/")["Contents"]
    (key,) = [item["Key"] for item in listed if item["Key"].endswith("report.json")]
    deployed = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    on_file = validate(embedded, POISONED, VALIDATION)
    on_s3 = validate(embedded, f"s3://{BUCKET}/{Path(POISONED).name}", f"s3://{BUCKET}/{Path(VALIDATION).name}")
    assert len({code for code, *_ in findings(on_file)}) > 5
    assert findings(on_file) == findings(on_s3) == findings(deployed)
    assert on_file["summary"]["counts"] == on_s3["summary"]["counts"] == deployed["summary"]["counts"]
    events = embedded.client("cloudformation").describe_stack_events(StackName=MODEL)["StackEvents"]
    reasons = [event["ResourceStatusReason"] for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
    assert f"s3://{bucket}/{key.removesuffix('json')}html" in "".join(reasons)


def test_object_that_is_missing_cannot_be_read(embedded: Embedded) -> None:
    """One message, exit code 3, and nothing on stdout."""
    done = embedded.ops("data", "validate", f"s3://{BUCKET}/none.jsonl", "--json")
    assert (done.code, done.stdout) == (3, "")
    assert f"cannot read s3://{BUCKET}/none.jsonl: 404" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_pushed_files_are_there_once_encrypted_and_readable(embedded: Embedded, foundation: dict[str, str]) -> None:
    """The second push sends nothing and prints the same URIs, and what is there is what was pushed."""
    words = ("data", "push", "--env", "local", "--model", "faq", "--json")
    first, second = embedded.ops(*words), embedded.ops(*words)
    assert (first.code, second.code) == (0, 0), first.output + second.output
    uploads, again = first.json()["uploads"], second.json()["uploads"]
    assert [upload["split"] for upload in uploads] == ["training", "validation", "test"]
    assert [upload["is_new"] for upload in [*uploads, *again]] == [True] * 3 + [False] * 3
    assert [upload["uri"] for upload in uploads] == [upload["uri"] for upload in again]
    uri, _, version = uploads[0]["uri"].partition("?versionId=")
    key = f"uploads/faq/{uploads[0]['sha256'][:16]}/training.jsonl"
    place = {"Bucket": foundation["DataBucketName"], "Key": key, "VersionId": version}
    assert uri == f"s3://{place['Bucket']}/{key}"
    found = embedded.client("s3").get_object(**place)
    assert found["Body"].read() == (ROOT / "datasets/bedrock-faq/training.jsonl").read_bytes()
    assert found["SSEKMSKeyId"] == foundation["KeyArn"]
    assert embedded.ops("data", "validate", uploads[0]["uri"], "--base-model", "claude-3-haiku").code == 0


def test_changed_file_is_pushed_beside_the_one_before(
    embedded: Embedded, foundation: dict[str, str], tmp_path: Path
) -> None:
    """What a configuration pins stays the present version of its object."""
    path = tmp_path / "training.jsonl"
    lines = (ROOT / "datasets/bedrock-faq/training.jsonl").read_bytes().splitlines(keepends=True)
    uris = []
    for count in (40, 41):
        path.write_bytes(b"".join(lines[:count]))
        done = embedded.ops("data", "push", str(path), "--env", "local", "--json")
        assert done.code == 0, done.output
        uris.append(done.json()["uploads"][0]["uri"])
    assert uris[0].partition("?")[0] != uris[1].partition("?")[0]


def test_bad_file_is_not_pushed(embedded: Embedded, foundation: dict[str, str]) -> None:
    """The findings are shown, and the bucket does not get the file."""
    done = embedded.ops("data", "push", POISONED, "--env", "local", "--model", "faq")
    assert done.code == 1
    assert "nothing was uploaded; mend the findings and push again" in done.stdout
    listed = embedded.client("s3").list_objects_v2(Bucket=foundation["DataBucketName"], Prefix="uploads/")
    assert not [item["Key"] for item in listed.get("Contents", []) if item["Key"].endswith("/poisoned.jsonl")]
