"""The key of the manifests: who signs, who verifies, and that both can be told from the template."""

import json
from pathlib import Path

from stacks.constructs.code_version import digest_of
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.synthesis import ACCOUNT, Synthesis
from tests.infrastructure.template import Statement, statement_with, statements

KEY, DRIVER = "ManifestKey5363A701", "DriverFunctionRole15DEA521"
OTHER = "444455556666"


def _policy(synthesis: Synthesis) -> dict[str, Statement]:
    found = synthesis.only("Foundation", "AWS::KMS::Key", "ManifestKey")["KeyPolicy"]["Statement"]
    return {statement["Sid"]: statement for statement in found}


def test_key_signs_and_can_be_verified_by_others(dev: Synthesis) -> None:
    """Asymmetric: whoever can verify cannot sign. Such a key has no rotation."""
    key = dev.only("Foundation", "AWS::KMS::Key", "ManifestKey")
    assert (key["KeySpec"], key["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")
    assert "EnableKeyRotation" not in key
    alias = dev.only("Foundation", "AWS::KMS::Alias")
    assert alias == {"AliasName": "alias/finetuning-dev-manifest", "TargetKeyId": {"Fn::GetAtt": [KEY, "Arn"]}}


def test_key_policy_lets_only_the_signer_sign(dev: Synthesis) -> None:
    """By the tag of its role, and digests only; the account administers, and may verify."""
    policy = _policy(dev)
    assert list(policy) == ["Administer", "SignManifests", "VerifyManifests"]
    assert policy["SignManifests"]["Action"] == "kms:Sign"
    assert policy["SignManifests"]["Condition"] == {
        "StringEquals": {
            "kms:CallerAccount": ACCOUNT,
            "aws:PrincipalTag/finetuning:signs": "manifests",
            "kms:MessageType": "DIGEST",
            "kms:SigningAlgorithm": "ECDSA_SHA_256",
        }
    }
    assert policy["VerifyManifests"]["Action"] == ["kms:DescribeKey", "kms:GetPublicKey", "kms:Verify"]
    assert "kms:Sign" not in str(policy["Administer"])


def test_only_the_driver_may_sign(each: Synthesis) -> None:
    """It has the tag and the right; no other role has either."""
    for stack in each.templates:
        signers = {role for role, s in statements(each.resources(stack)) if "kms:Sign" in s["Action"]}
        tagged = {
            logical_id
            for logical_id, role in each.resources(stack, "AWS::IAM::Role").items()
            if {"Key": "finetuning:signs", "Value": "manifests"} in role["Properties"].get("Tags", [])
        }
        assert signers == tagged == ({DRIVER} if stack == "Control" else set())


def test_driver_reads_evidence_and_writes_manifests_only(dev: Synthesis) -> None:
    """The output bucket's three prefixes, and of them one to write."""
    (read,) = statement_with(dev.resources("Control"), "DriverFunction", "s3:GetObject")
    (write,) = statement_with(dev.resources("Control"), "DriverFunction", "s3:PutObject")
    own = {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}
    assert [resource["Fn::Join"][1][1] for resource in read["Resource"]] == [
        "/evaluations/*",
        "/manifests/*",
        "/outputs/*",
    ]
    assert write["Resource"]["Fn::Join"][1][1] == "/manifests/*"
    assert (read["Condition"], write["Condition"]) == (own, own)


def test_other_accounts_verify_if_they_are_named(synthesize: Synthesize, dev: Synthesis) -> None:
    """And do nothing else."""
    read = _policy(synthesize("dev", **{"environment.manifest_readers": json.dumps([OTHER])}))
    assert read["VerifyManifestsElsewhere"] == {
        "Sid": "VerifyManifestsElsewhere",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"},
        "Action": ["kms:DescribeKey", "kms:GetPublicKey", "kms:Verify"],
        "Resource": "*",
    }
    assert OTHER not in dev.text("Foundation")


def test_driver_knows_key_and_code(dev: Synthesis) -> None:
    """The manifest names both."""
    variables = dev.only("Control", "AWS::Lambda::Function", "DriverFunction")["Environment"]["Variables"]
    assert KEY in str(variables["MANIFEST_KEY_ARN"])
    assert len(variables["CODE_VERSION"]) == 64


def test_code_version_is_of_names_and_contents(tmp_path: Path) -> None:
    """What is moved between files changes it; when a file was written does not."""
    for folder, files in {
        "a": {"x.py": "1", "y.py": "2"},
        "b": {"y.py": "2", "x.py": "1"},
        "c": {"x.py": "12", "y.py": ""},
        "d": {"x.py": "1", "z.py": "2"},
    }.items():
        (tmp_path / folder).mkdir()
        for name, content in files.items():
            (tmp_path / folder / name).write_text(content)
    a, b, c, d = (digest_of(tmp_path / folder) for folder in "abcd")
    assert a == b
    assert len({a, c, d}) == 3
