"""The policies in docs/bring-your-own.md are exactly those that the project gives to what it makes itself."""

import fnmatch
import json
import re
from typing import Any

import pytest

from tests.infrastructure import given
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.synthesis import ACCOUNT, ROOT, Synthesis
from tests.infrastructure.template import as_list, statements

PAGE = (ROOT / "docs" / "bring-your-own.md").read_text(encoding="utf-8")
STACKS = ("Foundation", "Control", "Model-faq")


def block(name: str) -> Any:
    """The JSON below a name in the page."""
    [found] = re.findall(rf"<!-- {name} -->\n```json\n(.*?)```", PAGE, re.DOTALL)
    return json.loads(found)


@pytest.fixture(scope="module")
def everything(synthesize: Synthesize) -> Synthesis:
    """Dev with every input."""
    return synthesize("dev", **given.EVERYTHING)


def test_key_policy_is_that_of_our_own_key(dev: Synthesis) -> None:
    """All but who administers it, and the service role that is named besides: a given key names nobody."""
    ours = dev.only("Foundation", "AWS::KMS::Key", "Key")["KeyPolicy"]["Statement"]
    assert block("key policy") == [s for s in ours if s["Sid"] not in {"Administer", "CustomizeModels"}]
    (named,) = [s for s in ours if s["Sid"] == "CustomizeModels"]
    (delegated,) = [s for s in ours if s["Sid"] == "UseThroughServices"]
    assert set(named["Action"]) <= set(delegated["Action"])
    conditions = [s["Condition"]["StringEquals"]["kms:ViaService"] for s in (named, delegated)]
    assert set(conditions[0]) <= set(conditions[1])


def test_key_policy_allows_whatever_our_roles_ask_of_the_key(everything: Synthesis) -> None:
    """Each KMS right of an identity policy is one that the key policy delegates, through the same services."""
    (delegated,) = [s for s in block("key policy") if s["Sid"] == "UseThroughServices"]
    services = delegated["Condition"]["StringEquals"]["kms:ViaService"]
    asked = 0
    for stack in STACKS:
        for role, statement in statements(everything.resources(stack)):
            if statement["Resource"] == given.KEY and statement.get("Condition"):
                assert set(as_list(statement["Action"])) <= set(delegated["Action"]), role
                assert set(statement["Condition"]["StringEquals"]["kms:ViaService"]) <= set(services), role
                asked += 1
            elif statement["Resource"] == given.KEY:
                assert statement["Action"] == "kms:DescribeKey", role
    assert asked > 10


def test_trust_policy_is_that_of_our_own_role(dev: Synthesis) -> None:
    """Word for word."""
    assert block("trust policy") == dev.only("Foundation", "AWS::IAM::Role", "ServiceRole")["AssumeRolePolicyDocument"]


def test_role_policy_is_that_of_our_own_role(dev: Synthesis) -> None:
    """With names in the place of references."""
    granted = [s for role, s in statements(dev.resources("Foundation")) if role.startswith("ServiceRole")]
    named = {"DataBucket": "arn:aws:s3:::DATA_BUCKET", "OutputBucket": "arn:aws:s3:::OUTPUT_BUCKET", "Key": "KEY_ARN"}
    assert block("role policy") == [_named(statement, named) for statement in granted]


def test_network_policy_is_that_of_our_own_role(synthesize: Synthesize) -> None:
    """The statements about EC2."""
    resources = synthesize("dev", **given.NETWORK_ALONE).resources("Foundation")
    assert block("network policy") == [s for _, s in statements(resources) if "ec2:" in str(s["Action"])]


def test_boundary_allows_every_action_of_every_role(synthesize: Synthesize, local: Synthesis, dev: Synthesis) -> None:
    """Whatever is brought, and however it is served."""
    allowed = block("permissions boundary")["Action"]
    asked = {
        action
        for synthesis in (local, dev, synthesize("dev", **given.EVERYTHING), synthesize("dev", **given.NETWORK_ALONE))
        for stack in STACKS
        for _, statement in statements(synthesis.resources(stack))
        for action in as_list(statement["Action"])
    }
    assert not [action for action in asked if not any(fnmatch.fnmatchcase(action, pattern) for pattern in allowed)]
    assert not [pattern for pattern in allowed if not fnmatch.filter(asked, pattern)], "nobody asks for these"


def test_owner_of_the_data_lets_in_who_reads_it(everything: Synthesis) -> None:
    """Every right of the role on the bucket is in the bucket's policy, which knows the role by its tags."""
    (role,) = everything.resources("Model-faq", "AWS::IAM::Role").values()
    tags = {f"aws:PrincipalTag/{tag['Key']}": tag["Value"] for tag in role["Properties"]["Tags"]}
    asked = [s for _, s in statements(everything.resources("Model-faq")) if "team-data" in str(s["Resource"])]
    assert {action for s in asked for action in as_list(s["Action"])} == {
        action for s in block("bucket policy") for action in as_list(s["Action"])
    }
    for statement in block("bucket policy"):
        assert statement["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        assert statement["Condition"]["StringEquals"].items() <= tags.items()
    (reads, lists) = block("bucket policy")
    for right in asked:
        for resource in as_list(right["Resource"]):
            is_list = right["Action"] == "s3:ListBucket"
            assert fnmatch.fnmatchcase(resource, (lists if is_list else reads)["Resource"])


def test_owner_of_the_data_lets_the_same_role_decrypt_it(everything: Synthesis) -> None:
    """Through S3 only, as the role's own policy says."""
    (asked,) = [s for _, s in statements(everything.resources("Model-faq")) if s["Resource"] == given.DATA_KEY]
    (allowed,) = block("data key policy")
    assert allowed["Action"] == asked["Action"]
    assert (
        allowed["Condition"]["StringEquals"]["kms:ViaService"] in asked["Condition"]["StringEquals"]["kms:ViaService"]
    )
    (reads, _) = block("bucket policy")
    assert reads["Condition"]["StringEquals"].items() <= allowed["Condition"]["StringEquals"].items()


def test_settings_on_the_page_are_accepted(synthesize: Synthesize) -> None:
    """Those of the tests are those of the page."""
    for value in (given.KEY, given.SERVICE_ROLE, given.BOUNDARY, given.DATA_ACCOUNT, given.DATA_KEY):
        assert value in PAGE
    assert all(value in PAGE for value in (given.VPC, *given.SUBNETS, given.SECURITY_GROUP))
    assert synthesize("dev", **given.EVERYTHING).templates


def _named(value: Any, names: dict[str, str]) -> Any:
    """A statement with a name in the place of each reference."""
    if isinstance(value, list):
        return [_named(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::GetAtt" in value:
        (found,) = [name for logical_id, name in names.items() if value["Fn::GetAtt"][0].startswith(logical_id)]
        return found
    if "Fn::Join" in value:
        return "".join(_named(value["Fn::Join"][1], names))
    return {key: _named(item, names) for key, item in value.items()}
