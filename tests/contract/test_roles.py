"""S3 in the name of another role."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lambdas.gateways import roles
from lambdas.gateways.storage import ObjectDeniedError
from tests.contract.service import Service

ROLE = "arn:aws:iam::111122223333:role/finetuning/dev/sources/finetuning-dev-Model-faq-Sources"
EXPIRES = datetime(2026, 11, 22, tzinfo=UTC)
GIVEN = {"AccessKeyId": "ASIA" + "A" * 12, "SecretAccessKey": "secret", "SessionToken": "token", "Expiration": EXPIRES}


def test_s3_is_used_with_the_roles_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """And with nothing of the function's own."""
    made: list[tuple[str, Any]] = []

    def client(*asked: Any) -> Any:
        made.append(asked)
        return Service("s3").client

    monkeypatch.setattr(roles, "client", client)
    sts = Service("sts", {"Credentials": GIVEN})
    roles.storage_as(ROLE, "faq", sts.client)
    assert sts.call == ("AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "faq"})
    assert made == [
        (
            "s3",
            {
                "aws_access_key_id": GIVEN["AccessKeyId"],
                "aws_secret_access_key": "secret",
                "aws_session_token": "token",
            },
        )
    ]


def test_role_that_may_not_be_assumed_is_named() -> None:
    """The resource tries again: rights take a while to be in force."""
    sts = Service("sts", "AccessDenied: User is not authorized to perform: sts:AssumeRole")
    with pytest.raises(ObjectDeniedError, match=f"cannot assume {ROLE}: AccessDenied: User is not authorized"):
        roles.storage_as(ROLE, "faq", sts.client)


def test_other_trouble_of_sts_is_no_matter_of_patience() -> None:
    """It passes through, and fails the deployment at once."""
    sts = Service("sts", "RegionDisabledException: STS is not activated in this region")
    with pytest.raises(sts.client.exceptions.ClientError, match="RegionDisabledException"):
        roles.storage_as(ROLE, "faq", sts.client)
