"""cfn-lint judges the templates by AWS's own resource schemas, as cdk-nag judges what they allow."""

import json
from functools import cache
from typing import Any

import pytest

from tests.infrastructure import given
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.delivered import delivered
from tests.infrastructure.synthesis import Synthesis

#: CDK's `node.add_dependency` names what a reference orders already; saying it twice does no harm.
ACCEPTED = ("W3005",)


@pytest.mark.parametrize(
    ("environment", "inputs", "stacks"),
    [
        ("local", {}, ("Foundation", "Control", "Model-faq")),
        ("dev", given.EVERYTHING, ("Foundation", "Control", "Model-faq")),
        ("dev", given.NETWORK_ALONE, ("Foundation",)),
        ("prod", {}, ("Foundation",)),
    ],
    ids=["local", "everything given", "network", "prod"],
)
def test_cfn_lint_finds_nothing(
    synthesize: Synthesize, environment: str, inputs: dict[str, str], stacks: tuple[str, ...]
) -> None:
    """Properties, types, references and rights."""
    synthesis = synthesize(environment, **inputs)
    found = [finding for stack in stacks for finding in _findings(synthesis, stack)]
    assert found == []


def test_cfn_lint_finds_nothing_in_delivery() -> None:
    """Nor in the stack that is deployed once per account."""
    assert _findings_in(json.dumps(delivered().template), "us-east-1") == []


def test_cfn_lint_finds_a_mistake(dev: Synthesis) -> None:
    """So that finding nothing means something."""
    text = dev.text("Model-faq").replace('"AWS::IAM::Role"', '"AWS::IAM::Roll"')
    assert [finding for finding in _findings_in(text, "us-east-1") if "AWS::IAM::Roll" in finding]


def _findings(synthesis: Synthesis, stack: str) -> list[str]:
    region = synthesis.artifact(stack)["environment"].rpartition("/")[2]
    return [f"{stack}: {finding}" for finding in _findings_in(synthesis.text(stack), region)]


def _findings_in(text: str, region: str) -> list[str]:
    from cfnlint.api import lint  # takes seconds, so only where it is needed

    matches = lint(text, rules=_rules(), config={"regions": [region]})
    return [f"{match.rule.id} {match.message}" for match in matches]


@cache
def _rules() -> Any:
    """All rules but the accepted ones; making them takes longer than judging a template."""
    from cfnlint.core import get_rules

    return get_rules(append_rules=[], ignore_rules=list(ACCEPTED), include_rules=[])
