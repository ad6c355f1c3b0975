"""Resource policies that let services in."""

from typing import Any

import pytest

from local.authorization import service_allowed

ROLE = "arn:aws:iam::000000000000:role/service"


def statement(**changes: Any) -> dict[str, Any]:
    """A statement that lets Bedrock assume a role for one account's jobs."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": "bedrock.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Resource": "*",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "000000000000"},
            "ArnLike": {"AWS:SourceArn": "arn:aws:bedrock:us-west-2:000000000000:model-customization-job/*"},
        },
        **changes,
    }


JOB = {
    "aws:SourceAccount": "000000000000",
    "aws:SourceArn": "arn:aws:bedrock:us-west-2:000000000000:model-customization-job/j",
}


def test_service_is_allowed_under_the_statements_conditions() -> None:
    """Principal, action and conditions match."""
    assert service_allowed([statement()], "bedrock.amazonaws.com", "sts:AssumeRole", ROLE, JOB)


@pytest.mark.parametrize(
    ("statements", "context"),
    [
        ([statement(Principal={"Service": "lambda.amazonaws.com"})], JOB),
        ([statement(Principal={"AWS": "arn:aws:iam::000000000000:root"})], JOB),
        ([statement(Action="sts:TagSession")], JOB),
        ([statement()], {**JOB, "aws:SourceAccount": "111111111111"}),
        ([statement()], {"aws:SourceAccount": "000000000000"}),
        ([statement(), statement(Effect="Deny")], JOB),
        ([], JOB),
    ],
)
def test_service_is_refused_otherwise(statements: list[dict[str, Any]], context: dict[str, str]) -> None:
    """Another service, action, account or source, an explicit denial, and an empty policy."""
    assert not service_allowed(statements, "bedrock.amazonaws.com", "sts:AssumeRole", ROLE, context)
