"""Signing with an asymmetric key by its alias: rights on the key decide."""

import hashlib
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.account import Account

ALIAS = "alias/signing-keys"
DIGEST = hashlib.sha256(b"manifest").digest()


@pytest.fixture(scope="module")
def key(account: Account) -> str:
    """ARN of a signing key of a stack; its policy leaves the decision to IAM."""
    principal = {"AWS": "arn:aws:iam::000000000000:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"}
    properties = {
        "KeySpec": "ECC_NIST_P256",
        "KeyUsage": "SIGN_VERIFY",
        "KeyPolicy": {"Version": "2012-10-17", "Statement": [statement]},
    }
    resources = {
        "Key": {"Type": "AWS::KMS::Key", "Properties": properties},
        "Alias": {"Type": "AWS::KMS::Alias", "Properties": {"AliasName": ALIAS, "TargetKeyId": {"Ref": "Key"}}},
    }
    stack = account.deploy("signing-keys", resources, {"Arn": {"Value": {"Fn::GetAtt": ["Key", "Arn"]}}})
    return str(stack["Outputs"][0]["OutputValue"])


def holder(account: Account, name: str, **statement: Any) -> Any:
    """A KMS client of a role with one right."""
    return account.assume(account.role(name, [{"Effect": "Allow", **statement}])).client("kms")


def sign(kms: Any, identifier: str, **changes: Any) -> bytes:
    """Sign the digest."""
    request = {"Message": DIGEST, "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256", **changes}
    return bytes(kms.sign(KeyId=identifier, **request)["Signature"])


def test_right_on_the_key_is_a_right_through_its_alias(account: Account, key: str) -> None:
    """Policies name the key's ARN; requests may name the alias, its ARN or the key."""
    signer = holder(account, "signs", Action="kms:Sign", Resource=key)
    verifier = holder(account, "verifies", Action="kms:Verify", Resource=key)
    alias_arn = key.rpartition(":")[0] + f":{ALIAS}"
    for identifier in (ALIAS, alias_arn, key):
        signature = sign(signer, identifier)
        request = {"Message": DIGEST, "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"}
        assert verifier.verify(KeyId=identifier, Signature=signature, **request)["SignatureValid"]
        with pytest.raises(ClientError, match="KMSInvalidSignature"):
            verifier.verify(KeyId=identifier, Signature=signature, **{**request, "Message": bytes(32)})
        with pytest.raises(ClientError, match="not authorized to perform: kms:Sign"):
            sign(verifier, identifier)


def test_right_on_the_alias_is_none(account: Account, key: str) -> None:
    """An alias's ARN in a policy allows nothing on its key."""
    alias_arn = key.rpartition(":")[0] + f":{ALIAS}"
    with pytest.raises(ClientError, match="not authorized to perform: kms:Sign"):
        sign(holder(account, "signs-alias", Action="kms:Sign", Resource=alias_arn), ALIAS)


def test_conditions_name_alias_algorithm_and_message_type(account: Account, key: str) -> None:
    """A key whose ARN is not known yet is trusted by the aliases that it has."""
    condition = {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": ALIAS},
        "StringEquals": {"kms:MessageType": "DIGEST", "kms:SigningAlgorithm": "ECDSA_SHA_256"},
    }
    signer = holder(account, "signs-if", Action="kms:Sign", Resource="*", Condition=condition)
    assert sign(signer, ALIAS)
    assert sign(signer, key)
    with pytest.raises(ClientError, match="not authorized"):
        sign(signer, key, MessageType="RAW")
    other = account.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    with pytest.raises(ClientError, match="not authorized"):
        sign(signer, other)
    named = {"StringEquals": {"kms:RequestAlias": ALIAS}}
    by_alias = holder(account, "signs-by-alias", Action="kms:Sign", Resource="*", Condition=named)
    assert sign(by_alias, ALIAS)
    with pytest.raises(ClientError, match="not authorized"):
        sign(by_alias, key)


def test_conditions_name_the_tags_of_a_key(account: Account) -> None:
    """Those of its template, and those that were put on it since."""
    principal = {"AWS": "arn:aws:iam::000000000000:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"}
    properties = {
        "KeySpec": "ECC_NIST_P256",
        "KeyUsage": "SIGN_VERIFY",
        "KeyPolicy": {"Version": "2012-10-17", "Statement": [statement]},
        "Tags": [{"Key": "finetuning:environment", "Value": "dev"}],
    }
    keys = {name: {"Type": "AWS::KMS::Key", "Properties": properties} for name in ("One", "Other")}
    outputs = {name: {"Value": {"Fn::GetAtt": [name, "Arn"]}} for name in keys}
    stack = account.deploy("tagged-keys", keys, outputs)
    one, other = sorted(output["OutputValue"] for output in stack["Outputs"])
    retagged = [{"TagKey": "finetuning:environment", "TagValue": "prod"}]
    account.client("kms").tag_resource(KeyId=other, Tags=retagged)
    condition = {"StringEquals": {"aws:ResourceTag/finetuning:environment": ["dev", "staging"]}}
    signer = holder(account, "signs-by-tag", Action="kms:Sign", Resource="*", Condition=condition)
    assert sign(signer, one)
    with pytest.raises(ClientError, match="not authorized"):
        sign(signer, other)


def test_key_policy_may_ask_for_account_and_tag_of_the_caller(account: Account) -> None:
    """As that of the project's manifest key does."""
    kms, iam = account.client("kms"), account.client("iam")
    root = {"AWS": "arn:aws:iam::000000000000:root"}
    tagged = {"kms:CallerAccount": "000000000000", "aws:PrincipalTag/signs": "manifests", "kms:MessageType": "DIGEST"}
    policy = {"Effect": "Allow", "Principal": root, "Action": "kms:Sign", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [{**policy, "Condition": {"StringEquals": tagged}}]}
    created = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY", Policy=json.dumps(document))
    key: str = created["KeyMetadata"]["Arn"]
    role = account.role("tagged-signer", [{"Effect": "Allow", "Action": "kms:Sign", "Resource": key}])
    with pytest.raises(ClientError, match="not authorized"):
        sign(account.assume(role).client("kms"), key)
    iam.tag_role(RoleName="tagged-signer", Tags=[{"Key": "signs", "Value": "manifests"}])
    signer = account.assume(role).client("kms")
    assert sign(signer, key)
    with pytest.raises(ClientError, match="not authorized"):
        sign(signer, key, MessageType="RAW")


def test_key_policy_can_refuse(account: Account) -> None:
    """Also whom IAM would let."""
    kms = account.client("kms")
    key: str = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/refusing", TargetKeyId=key)
    signer = holder(account, "refused-signer", Action="kms:Sign", Resource=key)
    assert sign(signer, "alias/refusing")
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}
    refused = {"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::000000000000:role/refused-signer"}}
    statements = [everybody, {**refused, "Action": "kms:Sign", "Resource": "*"}]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document)
    with pytest.raises(ClientError, match="explicit deny"):
        sign(signer, "alias/refusing")
