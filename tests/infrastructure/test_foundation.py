"""The Foundation stack: service role, key, registry, and what stays of them."""

import pytest

from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.synthesis import ACCOUNT, Synthesis
from tests.infrastructure.template import Statement, statements


def test_service_role_trusts_bedrock_for_jobs_of_this_account_only(dev: Synthesis) -> None:
    """The trust policy is the documented one, word for word (control S01)."""
    assert dev.only("Foundation", "AWS::IAM::Role", "ServiceRole")["AssumeRolePolicyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "bedrock.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": ACCOUNT},
                    "ArnEquals": {"aws:SourceArn": f"arn:aws:bedrock:us-east-1:{ACCOUNT}:model-customization-job/*"},
                },
            }
        ],
    }


def test_service_role_reads_staged_data_writes_outputs_and_uses_the_key(dev: Synthesis) -> None:
    """Exactly the staged prefixes, the output prefix and the key, in this account (control S02)."""
    own = {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}
    data, output = _arn(dev, "DataBucket"), _arn(dev, "OutputBucket")
    granted = [s for role, s in statements(dev.resources("Foundation")) if role.startswith("ServiceRole")]
    assert granted == [
        _allow("s3:GetObject", {"Fn::Join": ["", [data, "/datasets/*"]]}, own),
        _allow("s3:ListBucket", data, {**own, "StringLike": {"s3:prefix": "datasets/*"}}),
        _allow(["s3:GetObject", "s3:PutObject"], {"Fn::Join": ["", [output, "/outputs/*"]]}, own),
        _allow("s3:ListBucket", output, {**own, "StringLike": {"s3:prefix": "outputs/*"}}),
        _allow(
            ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
            _arn(dev, "Key"),
            {"StringEquals": {"kms:ViaService": ["bedrock.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com"]}},
        ),
    ]


def test_key_rotates_and_nobody_may_use_it_directly(dev: Synthesis) -> None:
    """Administration and use are separate, and use goes through AWS services only (control S07)."""
    key = dev.only("Foundation", "AWS::KMS::Key", "Key")
    assert key["EnableKeyRotation"] is True
    by_sid = {statement["Sid"]: statement for statement in key["KeyPolicy"]["Statement"]}
    assert list(by_sid) == [
        "Administer",
        "UseThroughServices",
        "LookAtKey",
        "PrepareNovaModels",
        "EncryptLogs",
        "KeepUndeliveredEvents",
        "TellOfAlarms",
        "CustomizeModels",
    ]
    assert not {"kms:*", "kms:Decrypt", "kms:CreateGrant", "kms:GenerateDataKey"} & set(by_sid["Administer"]["Action"])
    assert by_sid["UseThroughServices"]["Condition"] == {
        "StringEquals": {
            "kms:CallerAccount": ACCOUNT,
            "kms:ViaService": [f"{s}.us-east-1.amazonaws.com" for s in ("bedrock", "dynamodb", "s3", "sns", "sqs")],
        }
    }
    for sid in set(by_sid) - {"Administer"}:
        assert by_sid[sid]["Condition"], f"{sid} is unconditional"
        assert not any("*" in action for action in by_sid[sid]["Action"])


def test_bedrock_may_prepare_custom_nova_models(dev: Synthesis) -> None:
    """The Nova User Guide's statement, without which provisioned throughput of a trained Nova model is refused."""
    (statement,) = [s for s in _key_policy(dev) if s["Sid"] == "PrepareNovaModels"]
    assert statement["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    context = {"kms:EncryptionContextKeys": ["aws:bedrock:custom-model"]}
    assert statement["Condition"] == {"ForAnyValue:StringEquals": context}


def test_key_names_the_service_role_for_customizing(dev: Synthesis) -> None:
    """The documented actions, through Bedrock and through S3 for its data."""
    (statement,) = [s for s in _key_policy(dev) if s["Sid"] == "CustomizeModels"]
    assert statement["Principal"] == {"AWS": {"Fn::GetAtt": [_id(dev, "AWS::IAM::Role", "ServiceRole"), "Arn"]}}
    assert statement["Action"] == ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    services = ["bedrock.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com"]
    assert statement["Condition"] == {"StringEquals": {"kms:ViaService": services}}


def test_key_lets_logs_encrypt_this_environments_groups_only(dev: Synthesis) -> None:
    """The encryption context names the log group."""
    (statement,) = [s for s in _key_policy(dev) if s["Sid"] == "EncryptLogs"]
    assert statement["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
    groups = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:finetuning-dev-*"
    assert statement["Condition"] == {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}}


def test_registry_is_on_demand_recoverable_and_encrypted(dev: Synthesis) -> None:
    """The keys are the contract with the Lambda code."""
    table = dev.only("Foundation", "AWS::DynamoDB::Table")
    assert table["KeySchema"] == [
        {"AttributeName": "model", "KeyType": "HASH"},
        {"AttributeName": "record", "KeyType": "RANGE"},
    ]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": _arn(dev, "Key")}


STATEFUL = ("AWS::KMS::Key", "AWS::S3::Bucket", "AWS::DynamoDB::Table")


@pytest.mark.parametrize(
    ("environment", "policy", "protected"),
    [("local", "Delete", False), ("dev", "Delete", False), ("staging", "Delete", False), ("prod", "Retain", True)],
)
def test_data_is_retained_and_protected_in_prod_only(
    synthesize: Synthesize, environment: str, policy: str, protected: bool
) -> None:
    """Removal policy, table protection and stack protection follow the environment."""
    synthesis = synthesize(environment)
    stateful = [r for t in STATEFUL for r in synthesis.resources("Foundation", t).values()]
    assert len(stateful) == 6
    assert {(r["DeletionPolicy"], r["UpdateReplacePolicy"]) for r in stateful} == {(policy, policy)}
    assert synthesis.only("Foundation", "AWS::DynamoDB::Table")["DeletionProtectionEnabled"] is protected
    for stack in synthesis.templates:
        assert synthesis.artifact(stack)["properties"]["terminationProtection"] is protected


def _allow(action: str | list[str], resource: object, condition: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition}


def _id(synthesis: Synthesis, type_: str, beginning: str) -> str:
    (found,) = [i for i in synthesis.resources("Foundation", type_) if i.startswith(beginning)]
    return found


def _arn(synthesis: Synthesis, construct: str) -> dict[str, list[str]]:
    type_ = "AWS::KMS::Key" if construct == "Key" else "AWS::S3::Bucket"
    return {"Fn::GetAtt": [_id(synthesis, type_, construct), "Arn"]}


def _key_policy(synthesis: Synthesis) -> list[Statement]:
    policy: list[Statement] = synthesis.only("Foundation", "AWS::KMS::Key", "Key")["KeyPolicy"]["Statement"]
    return policy
