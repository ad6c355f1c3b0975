"""Role, key and buckets: each call fits the service's model, and refusals are facts."""

import json
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from finetuning.preflight import Unreadable
from finetuning.preflight.facts import Bucket, Key, Role
from lambdas.gateways.buckets import BucketsGateway
from lambdas.gateways.security import KeyGateway, RoleGateway
from tests.contract.service import Answer, Service

ROLE = "arn:aws:iam::111122223333:role/path/service"
KEY = "arn:aws:kms:us-west-2:111122223333:key/11111111-2222-3333-4444-555555555555"
TRUST = {"Version": "2012-10-17", "Statement": []}


def role(*answers: Answer, arn: str = ROLE) -> Role | Unreadable | None:
    """A role on an IAM that answers this."""
    service = Service("iam", *answers)
    found = RoleGateway(service.client).role(arn)
    assert service.call == ("GetRole", {"RoleName": "service"})
    return found


def a_role(arn: str = ROLE) -> Answer:
    """An answer of GetRole, the document percent-encoded as IAM sends it."""
    at = datetime(2026, 1, 15, tzinfo=UTC)
    document = quote(json.dumps(TRUST))
    names = {"Path": "/path/", "RoleName": "service", "RoleId": "AROAEXAMPLEEXAMPLE00"}
    return {"Role": {**names, "Arn": arn, "CreateDate": at, "AssumeRolePolicyDocument": document}}


def test_role_with_its_trust_policy() -> None:
    """By the name behind its path."""
    assert role(a_role()) == Role(ROLE, TRUST)


def test_role_of_another_path_is_another_role() -> None:
    """Bedrock would be given an ARN that nobody can assume."""
    assert role(a_role("arn:aws:iam::111122223333:role/service")) is None


def test_role_that_is_missing_or_may_not_be_read() -> None:
    """None, and a fact."""
    assert role("NoSuchEntity: gone") is None
    assert role("AccessDenied: no") == Unreadable("iam:GetRole", "AccessDenied: no", denied=True)


def test_key_with_its_state() -> None:
    """What decides whether it can encrypt a model."""
    metadata = {
        "KeyId": KEY.rpartition("/")[2],
        "Arn": KEY,
        "KeyState": "Enabled",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeySpec": "SYMMETRIC_DEFAULT",
    }
    service = Service("kms", {"KeyMetadata": metadata})
    assert KeyGateway(service.client).key(KEY) == Key(KEY, "Enabled", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT")
    assert service.call == ("DescribeKey", {"KeyId": KEY})


def test_key_that_is_missing_or_may_not_be_read() -> None:
    """None, and a fact."""
    assert KeyGateway(Service("kms", "NotFoundException: gone").client).key(KEY) is None
    denied = "AccessDeniedException: no"
    assert KeyGateway(Service("kms", denied).client).key(KEY) == Unreadable("kms:DescribeKey", denied, denied=True)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        pytest.param({}, Bucket(""), id="no region"),
        pytest.param("404: Not Found", None, id="missing"),
        pytest.param("403: Forbidden", Unreadable("s3:ListBucket", "403: Forbidden", denied=True), id="denied"),
    ],
)
def test_bucket_is_looked_at_by_its_head(answer: Answer, found: Bucket | Unreadable | None) -> None:
    """Which needs no right but to ask."""
    service = Service("s3", answer)
    assert BucketsGateway(service.client).bucket("examples") == found
    assert service.call == ("HeadBucket", {"Bucket": "examples"})


def test_region_of_a_bucket_is_in_a_header() -> None:
    """Whoever may look is told as well."""
    service = Service("s3", {})
    service.headers["x-amz-bucket-region"] = "us-west-2"
    assert BucketsGateway(service.client).bucket("examples") == Bucket("us-west-2")


@pytest.mark.parametrize("code", ["403", "301", "400"])
def test_region_of_a_bucket_is_in_the_refusal_too(code: str) -> None:
    """S3 says it to those who may not look, and to those who ask in another Region."""
    service = Service("s3", f"{code}: no")
    service.headers["x-amz-bucket-region"] = "eu-west-1"
    assert BucketsGateway(service.client).bucket("examples") == Bucket("eu-west-1", readable=False)
