"""What goes wrong before, during and after a deployment: it is refused or reported, and nothing is left behind."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from local.faults.client import FaultsClient
from tests.integration.embedded import ROOT, Command, Embedded, eventually

pytestmark = pytest.mark.xdist_group("refusals")

WITHOUT_PERMISSION = "python -m tests.integration.without_permission"
Written = Callable[[str, list[str]], Path]


@pytest.fixture(scope="module")
def fresh(start_embedded: Callable[..., Embedded]) -> Embedded:
    """The embedded AWS of this module, a fresh account."""
    return start_embedded(fresh_account=True)


@pytest.fixture(scope="module")
def bootstrapped(fresh: Embedded) -> Embedded:
    """The same, bootstrapped."""
    fresh.bootstrap()
    return fresh


@pytest.fixture(scope="module")
def embedded(bootstrapped: Embedded) -> Embedded:
    """The same, after AWS has granted some model units."""
    FaultsClient(bootstrapped.settings.endpoint_url).set(model_units=2, units_per_throughput=2)
    return bootstrapped


def sample() -> list[str]:
    """The shipped training records."""
    return (ROOT / "datasets/bedrock-faq/training.jsonl").read_text(encoding="utf-8").splitlines()


ASK = "ask for more: aws service-quotas request-service-quota-increase --service-code bedrock --quota-code"
UNITS = (
    "'Model units no-commitment Provisioned Throughputs across custom models' (L-BE77399C) is 0 in us-west-2, "
    f"1 needed; {ASK} L-BE77399C --desired-value 1 --region us-west-2"
)
UNITS_OF_ONE = (
    "'Model units per provisioned model for Anthropic Claude 3 Haiku 200K' (L-EF415EF6) is 0 in us-west-2, "
    f"1 needed; {ASK} L-EF415EF6 --desired-value 1 --region us-west-2"
)


def test_fresh_account_is_told_everything_before_anything_is_deployed(fresh: Embedded) -> None:
    """No stack is needed for it: AWS gives no model units by default, and the bootstrap is missing."""
    done = fresh.ops("preflight", "--json")
    assert done.code == 1, done.output
    document = done.json()
    [bootstrap] = [finding for finding in document["findings"] if finding["severity"] == "error"]
    assert bootstrap["fix"] == "cdk bootstrap aws://000000000000/us-west-2"
    refused = [finding for finding in document["models"]["faq"] if finding["severity"] == "error"]
    assert [f"{finding['message']}; {finding['fix']}" for finding in refused] == [UNITS, UNITS_OF_ONE]


def test_fresh_account_is_refused_before_the_job_starts(bootstrapped: Embedded) -> None:
    """Otherwise hours of training would be paid for a model that cannot be served."""
    done = bootstrapped.deploy()
    assert done.code == 1
    reason = (
        "PreflightRefusedError: model faq is not started, and nothing was bought; see everything with python -m ops "
        "preflight --env local --model faq (and the -c of this deployment); in the way: "
        f"(1) quota of model units: {UNITS} (2) quota of model units of one endpoint: {UNITS_OF_ONE}"
    )
    stack = "finetuning-local-Model-faq"
    events = bootstrapped.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    [failure] = [event for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
    assert failure["ResourceType"] == "Custom::BedrockPreflight"
    assert reason in failure["ResourceStatusReason"]
    assert bootstrapped.jobs() == []


def test_account_with_units_has_nothing_against_it(embedded: Embedded) -> None:
    """Also where a deployment failed before."""
    done = embedded.ops("preflight")
    assert done.code == 0, done.output
    assert "nothing is in the way" in done.output
    assert "✘" not in done.output


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
    done = embedded.destroy_synthesized()
    assert done.code == 0, done.output
    assert embedded.ops("leftovers").code == 0
