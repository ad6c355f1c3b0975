"""Two copies of the project in one account and Region do not meet: whatever has a name begins with its owner's."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.synthesis import ACCOUNT, Synthesis
from tests.infrastructure.template import statements

#: Hardly a part of anything else in a template; in order of the alphabet side by side, as CDK sorts what it joins.
ONE, OTHER = "first-copy", "first-copz"
#: Properties that give a resource a name of its own; all others are made of the stack's name by CloudFormation.
NAMED = re.compile(
    r"^(BucketName|TableName|FunctionName|RoleName|PolicyName|QueueName|TopicName|LogGroupName|AliasName|AlarmName"
    r"|StateMachineName|ManagedPolicyName|Name|Path)$"
)


@pytest.fixture(scope="module")
def copies(synthesize: Synthesize) -> tuple[Synthesis, Synthesis]:
    """The same environment of two projects."""
    return synthesize("dev", project=ONE), synthesize("dev", project=OTHER)


def test_copies_differ_in_their_project_and_in_nothing_else(copies: tuple[Synthesis, Synthesis]) -> None:
    """So what is shown of the names of one holds for every other."""
    texts = [{path.name: path.read_text() for path in copy.folder.glob("*.template.json")} for copy in copies]
    assert len(texts[0]) == 3
    ours = {name.replace(ONE, OTHER): _without_ids(text.replace(ONE, OTHER)) for name, text in texts[0].items()}
    assert ours == {name: _without_ids(text) for name, text in texts[1].items()}


def test_no_name_is_in_both(copies: tuple[Synthesis, Synthesis]) -> None:
    """Stacks, exports, names, log groups, parameters, stacks that functions look at, events, metrics and owner tags."""
    ours, theirs = (set(_names(copy, project)) for copy, project in zip(copies, (ONE, OTHER), strict=True))
    assert len(ours) == len(theirs) > 20
    assert not ours & theirs
    for name in ours:
        assert (
            name.split(":", 1)[-1].lstrip("/").startswith(f"{ONE}-dev-")
            or f"{ONE}/dev/" in name
            or name
            in {
                f"project:{ONE}",
            }
        ), name


def test_no_resource_has_a_name_that_is_the_same_in_every_copy(copies: tuple[Synthesis, Synthesis]) -> None:
    """Inline policies belong to their role, and roles of sources to their path."""
    for stack in copies[0].folder.glob("*.template.json"):
        assert stack.name.startswith(f"{ONE}-dev-")
    for logical_id, resource in _resources(copies[0]):
        for name, value in resource["Properties"].items():
            if NAMED.fullmatch(name) and resource["Type"] != "AWS::IAM::Policy":
                is_unnamed = isinstance(value, dict) or (name, value) == ("Path", "/")
                assert is_unnamed or ONE in value, (logical_id, name, value)


def test_changes_in_bedrock_are_bounded_by_the_owner(copies: tuple[Synthesis, Synthesis]) -> None:
    """Every statement that names an owner names this one."""
    for copy, project in zip(copies, (ONE, OTHER), strict=True):
        template = _template(copy, "Control")
        conditions = [str(s.get("Condition", "")) for _, s in statements(template["Resources"])]
        owners = re.findall(r"finetuning:project': '([^']*)'", "".join(conditions))
        assert len(owners) > 5
        assert set(owners) == {project}


def _without_ids(text: str) -> str:
    """A template without the ids that CDK makes of the names of rules for permissions."""
    return re.sub(r"AllowEventRule[0-9A-Za-z]+", "AllowEventRule", text)


def _names(copy: Synthesis, project: str) -> Iterator[str]:
    for path in copy.folder.glob("*.template.json"):
        yield path.name
        text = path.read_text()
        template = _template(copy, path.name.removeprefix(f"{project}-dev-").removesuffix(".template.json"))
        for output in template.get("Outputs", {}).values():
            if "Export" in output:
                yield f"export:{output['Export']['Name']}"
        yield from (f"parameter:{found}" for found in re.findall(rf":{ACCOUNT}:parameter/([^\"]+)", text))
        yield from (f"stack:{found}" for found in re.findall(rf":{ACCOUNT}:stack/([^\"]+)", text))
        yield from (f"role:{found}" for found in re.findall(rf":{ACCOUNT}:role/([^\"]+)", text) if "cdk-" not in found)
        yield from (f"logs:{found}" for found in re.findall(rf":{ACCOUNT}:log-group:([^\"]+)", text))
        yield from (f"event:{found}" for found in re.findall(r'"prefix": "([^"]+)"', text))
        yield from (f"project:{found}" for found in re.findall(r'"PROJECT": "([^"]+)"', text))


def _template(copy: Synthesis, stack: str) -> Mapping[str, Any]:
    (path,) = copy.folder.glob(f"*-dev-{stack}.template.json")
    template: Mapping[str, Any] = json.loads(path.read_text())
    return template


def _resources(copy: Synthesis) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for stack in ("Foundation", "Control", "Model-faq"):
        yield from _template(copy, stack)["Resources"].items()
