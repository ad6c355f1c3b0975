"""What the CDK CLI prints, read as progress and as reasons."""

from functools import reduce

from ops.demo import cdk
from ops.demo.cdk import Deployment

#: Lines of CDK CLI 2.1146.1, shortened.
OUTPUT = """
✨  Synthesis time: 4.21s

finetuning-local-Foundation: start: Building BucketEmptying/Function/Resource/Code
finetuning-local-Foundation
finetuning-local-Foundation: creating CloudFormation changeset...
finetuning-local-Foundation: deploying... [1/3]
finetuning-local-Foundation |  0/25 | 1:27:08 PM | CREATE_IN_PROGRESS      | AWS::CloudFormation::Stack | finetuning
finetuning-local-Foundation |  5/25 | 1:27:09 PM | CREATE_COMPLETE         | AWS::KMS::Key     | Key (Key961B73FD)
"""
ANSI_COMPLETE = "\x1b[32m ✅  \x1b[1mfinetuning-local-Foundation\x1b[22m\x1b[39m"
FAILURE = """
finetuning-local-Foundation |  5/25 | 1:27:08 PM | CREATE_FAILED     | AWS::S3::Bucket | Data (Data1234) access denied
finetuning-local-Foundation |  5/25 | 1:27:08 PM | ROLLBACK_COMPLETE       | AWS::CloudFormation::Stack | x
finetuning-local-Foundation | 1:27:08 PM | CREATE_FAILED           | AWS::S3::Bucket | Data (Data1234) access denied
❌  finetuning-local-Foundation failed to deploy
‣ DeploymentError: The stack named finetuning-local-Foundation failed to deploy: CREATE_FAILED (access denied)
"""


def after(*outputs: str) -> Deployment:
    """How far the deployment is after this output."""
    lines = [line for output in outputs for line in output.splitlines()]
    return reduce(Deployment.after, lines, Deployment())


def test_before_the_first_stack_it_synthesizes_and_publishes() -> None:
    """Nothing is done before CloudFormation is asked."""
    assert (after("").text, after("").fraction) == ("synthesizing", 0.0)
    assert after("✨  Synthesis time: 4.21s").text == "publishing assets"


def test_events_count_the_resources_of_the_stack() -> None:
    """A third of the stacks is a third of the bar, and resources move it in between."""
    so_far = after(OUTPUT)
    assert so_far.text == "finetuning-local-Foundation 5/25 (stack 1 of 3)"
    assert round(so_far.fraction, 3) == round(5 / 25 / 3, 3)


def test_complete_stack_fills_its_share() -> None:
    """Colours in the output do not matter."""
    so_far = after(OUTPUT, ANSI_COMPLETE)
    assert so_far.complete == ("finetuning-local-Foundation",)
    assert round(so_far.fraction, 3) == 0.333


def test_unchanged_stacks_are_remembered() -> None:
    """A second demo changes nothing, and says so."""
    so_far = after(" ✅  finetuning-local-Foundation (no changes)\n ✅  finetuning-local-Control")
    assert so_far.unchanged == ("finetuning-local-Foundation",)
    assert so_far.complete == ("finetuning-local-Foundation", "finetuning-local-Control")


def test_reasons_of_a_failure_are_picked_out() -> None:
    """The resource that failed and why, once, without what went well and what was rolled back."""
    reasons = cdk.relevant([*OUTPUT.splitlines(), *FAILURE.splitlines()])
    assert reasons == ["CREATE_FAILED AWS::S3::Bucket Data (Data1234) access denied"]


def test_command_line_error_is_picked_out() -> None:
    """Without an event of CloudFormation the CLI's own complaint is the reason."""
    assert cdk.relevant(["working", "❌ no credentials", "done"]) == ["❌ no credentials"]


def test_configuration_error_is_picked_out() -> None:
    """A synthesis that fails says why in the app's own words."""
    said = ["the configuration has 1 problem:", "  environments.local.region: must look like us-east-1, got 'x'"]
    assert "got 'x'" in cdk.relevant(said)[-1]


def test_silence_about_the_reason_shows_the_last_lines() -> None:
    """Without any sign of trouble the end of the output is the best there is."""
    assert cdk.relevant([f"line {number}" for number in range(30)])[-1] == "line 29"


def test_regions_are_bootstrapped_in_one_call() -> None:
    """Side by side, so that a second Region costs no second wait."""
    assert cdk.bootstrap(["aws://1/us-west-2", "aws://1/us-east-1"]) == [
        *("cdk", "bootstrap", "aws://1/us-west-2", "aws://1/us-east-1", "--no-notices")
    ]
