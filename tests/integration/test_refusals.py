"""What goes wrong before, during and after a deployment: it is refused or reported, and nothing is left behind."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.embedded import ROOT, Command, Embedded, eventually

pytestmark = pytest.mark.xdist_group("refusals")

WITHOUT_PERMISSION = "python -m tests.integration.without_permission"
Written = Callable[[str, list[str]], Path]


@pytest.fixture(scope="module")
def embedded(start_embedded: Callable[..., Embedded]) -> Embedded:
    """The embedded AWS of this module, bootstrapped; its clock is slow enough to destroy a job while it trains."""
    embedded = start_embedded(clock_speed=60)
    embedded.bootstrap()
    return embedded


def sample() -> list[str]:
    """The shipped training records."""
    return (ROOT / "datasets/bedrock-faq/training.jsonl").read_text(encoding="utf-8").splitlines()


def test_missing_permission_fails_the_deployment_and_rolls_back(embedded: Embedded) -> None:
    """Without one right the deployment fails with AWS's own error, and nothing is bought or left."""
    done = embedded.deploy("--app", WITHOUT_PERMISSION)
    assert done.code == 1
    assert "AccessDeniedException" in done.output
    assert "bedrock:CreateModelCustomizationJob" in done.output
    assert embedded.jobs() == []
    assert embedded.custom_models() == []
    assert embedded.throughputs() == []
    stack = embedded.client("cloudformation").describe_stacks(StackName="finetuning-local-Model-faq")["Stacks"][0]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"


def test_bad_record_fails_the_deployment_before_any_job(embedded: Embedded, written: Written) -> None:
    """The line, the rule and the fix are in the deployment's error, and no job was started."""
    lines = sample()
    lines[40] = json.dumps({"messages": [{"role": "user", "content": "?"}, {"role": "user", "content": "!"}]})
    done = embedded.deploy("-c", f"training.dataset.training={written('bad.jsonl', lines)}")
    assert done.code == 1
    assert "training line 41" in done.output
    assert "DS30" in done.output
    assert embedded.jobs() == []
    [(bucket, key), *_] = re.findall(r"s3://([a-z0-9-]+)/(reports/faq/[0-9a-f]{16}/report\.html)", done.output)
    page = embedded.client("s3").get_object(Bucket=bucket, Key=key)
    assert page["ContentType"] == "text/html; charset=utf-8"
    assert b"DS30" in page["Body"].read()
    listed = embedded.client("s3").list_object_versions(Bucket=bucket)["Versions"]
    assert not [version["Key"] for version in listed if version["Key"].startswith("incoming/")]
    assert "Uploads" not in embedded.client("s3").list_multipart_uploads(Bucket=bucket)


@pytest.fixture(scope="module")
def failed(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """A deployment whose data passes our rules and is refused late by Bedrock: one record has too many tokens.

    That can only be estimated: it is one word, so it is not provably too long, as 40,000 words would be.
    """
    long = "bedrock" * 20_000
    record = {"messages": [{"role": "user", "content": long}, {"role": "assistant", "content": "It is long."}]}
    path = tmp_path_factory.mktemp("data") / "long.jsonl"
    path.write_text("\n".join([*sample(), json.dumps(record)]) + "\n", encoding="utf-8")
    return embedded.deploy("-c", f"training.dataset.training={path}")


def test_failed_job_leaves_its_message_and_buys_nothing(embedded: Embedded, failed: Command) -> None:
    """`ops status` tells why and exits with 1; there is no endpoint and no pointer."""
    assert failed.code == 0, failed.output
    eventually(lambda: embedded.status()["models"][0]["settled"])
    status = embedded.ops("status")
    assert status.code == 1
    assert "exceeds limit" in status.output
    assert embedded.throughputs() == []
    assert embedded.custom_models() == []
    assert embedded.pointer() == ""


def test_retry_starts_the_next_attempt(embedded: Embedded, failed: Command) -> None:
    """The same training is tried again under the next attempt's name."""
    (first,) = embedded.jobs()
    retried = embedded.ops("retry")
    assert retried.code == 0, retried.output
    second, _ = eventually(lambda: jobs if len(jobs := embedded.jobs()) == 2 else None)
    assert first["jobName"].endswith("-1")
    assert second["jobName"] == first["jobName"].removesuffix("-1") + "-2"


def test_stack_with_a_failed_job_is_destroyed_cleanly(embedded: Embedded, failed: Command) -> None:
    """A failed training does not stand in the way of removal."""
    done = embedded.destroy()
    assert done.code == 0, done.output
    assert embedded.ops("leftovers").code == 0


def test_destroy_while_training_stops_the_job(embedded: Embedded) -> None:
    """Removal does not wait for a model that nobody wants: the job is stopped and no model appears."""
    done = embedded.deploy()
    assert done.code == 0, done.output
    assert embedded.jobs()[0]["status"] == "InProgress"
    gone = embedded.destroy()
    assert gone.code == 0, gone.output
    assert embedded.jobs()[0]["status"] == "Stopped"
    assert embedded.custom_models() == []
    assert embedded.throughputs() == []
    assert embedded.ops("leftovers").code == 0
