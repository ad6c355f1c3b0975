"""The app itself: nag, determinism, the validator, and how it refuses."""

import py_compile
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

import app
from tests.infrastructure import planted_mistake
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.synthesis import LOOPBACK, ROOT, Synthesis, context, run_app


def test_nag_finds_nothing_that_is_not_acknowledged(each: Synthesis) -> None:
    """The AwsSolutions pack judged every stack."""
    (report,) = [plugin for plugin in each.report if plugin["pluginName"] == "AwsSolutions"]
    assert report["conclusion"] == "success"
    assert report["violations"] == []


def test_every_acknowledgement_is_needed(each: Synthesis) -> None:
    """An acknowledgement whose rule no longer fires would hide the next finding."""
    used = {
        (v["acknowledgedId"], v["acknowledgedAt"]) for plugin in each.report for v in plugin["suppressedViolations"]
    }
    assert set(each.acknowledgements()) == used


def test_acknowledgements_are_narrow_and_say_why(each: Synthesis) -> None:
    """On a construct and never on a stack, with the prefixed id and a reason that a reviewer would accept."""
    for (rule, construct), reason in each.acknowledgements().items():
        assert rule.startswith("AwsSolutions::AwsSolutions-")
        assert construct.count("/") >= 2, construct
        assert len(reason) >= 30


def test_nag_findings_fail_the_app(tmp_path: Path) -> None:
    """A stack that nobody hardened is judged like the others, and the exit code says so."""
    made = cdk.App(context=context("dev"), outdir=str(tmp_path))
    s3.Bucket(cdk.Stack(made, "Careless"), "Bucket")
    assert app.synthesize(made, None) == 1
    found = {v["ruleName"] for plugin in Synthesis("dev", tmp_path).report for v in plugin["violations"]}
    assert found == {"AwsSolutions-S1", "AwsSolutions-S10"}


def test_built_in_validator_finds_the_planted_mistake_only(validated: Synthesis) -> None:
    """CDK's own template rules, which all other tests switch off for their slowness."""
    found = {
        (plugin["pluginName"], resource["constructPath"])
        for plugin in validated.report
        for violation in plugin["violations"]
        for resource in violation["violatingConstructs"]
    }
    assert found == {("CloudFormation Validate", f"{planted_mistake.STACK}/{planted_mistake.LOGICAL_ID}")}


def test_templates_are_the_same_under_another_hash_seed_and_with_bytecode(
    tmp_path: Path, validated: Synthesis, local: Synthesis
) -> None:
    """Same commit, same template: in this process, in another, and after the code has been run."""
    compiled = py_compile.compile(str(ROOT / "lambdas" / "settings.py"))
    assert compiled is not None
    assert Path(compiled).is_file()
    done = run_app(tmp_path, context("local"), AWS_ENDPOINT_URL=LOOPBACK, PYTHONHASHSEED="4242", CDK_VALIDATION="false")
    assert done.returncode == 0, done.stderr
    again = Synthesis("local", tmp_path)
    for stack in local.templates:
        assert again.text(stack) == validated.text(stack) == local.text(stack)


def test_local_is_refused_away_from_loopback(tmp_path: Path) -> None:
    """`local` with a real endpoint ends with the message, a non-zero code and no traceback."""
    done = run_app(tmp_path, context("local"), AWS_ENDPOINT_URL="https://s3.us-west-2.amazonaws.com")
    assert done.returncode == 1
    assert done.stderr.startswith("the configuration has 1 problem:\n  environments.local: AWS_ENDPOINT_URL is ")
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*.template.json"))


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_synth_needs_no_endpoint_and_no_credentials(synthesize: Synthesize, environment: str) -> None:
    """Everything that synth needs is in the repository."""
    assert set(synthesize(environment).templates) == {"Foundation", "Control", "Model-faq"}
