"""The service role, the key, and where the data is."""

from typing import Any

import pytest

from finetuning.preflight import Severity, SourceBucket, Unreadable
from finetuning.preflight.facts import Bucket, Key, Role
from tests.unit.preflight.account import ACCOUNT, KEY, REGION, ROLE, TRUST, a_wanted, an_account, found, severities

BEDROCK = {"Service": "bedrock.amazonaws.com"}
JOBS = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-customization-job/"


def statement(
    effect: str = "Allow", principal: Any = BEDROCK, action: Any = "sts:AssumeRole", **conditions: Any
) -> Any:
    """A statement of a trust policy."""
    return {
        "Effect": effect,
        "Principal": principal,
        "Action": action,
        **({"Condition": conditions} if conditions else {}),
    }


OURS: dict[str, Any] = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


@pytest.mark.parametrize(
    ("statements", "severity"),
    [
        pytest.param(TRUST["Statement"], "ok", id="as documented"),
        pytest.param(statement(**OURS), "ok", id="account only, not in a list"),
        pytest.param(
            [statement(principal={"Service": ["a.amazonaws.com", "bedrock.amazonaws.com"]}, action=["sts:*"], **OURS)],
            "ok",
            id="one of several",
        ),
        pytest.param([statement(StringLike={"AWS:SourceArn": f"{JOBS}*"})], "ok", id="spelled otherwise"),
        pytest.param([statement(ArnLikeIfExists={"aws:SourceArn": f"{JOBS}*"})], "ok", id="if it exists"),
        pytest.param([statement()], "warning", id="on behalf of anybody"),
        pytest.param([statement(Bool={"aws:SecureTransport": "true"}, **OURS)], "warning", id="unknown condition"),
        pytest.param([statement(StringNotEquals={"aws:SourceAccount": ACCOUNT})], "warning", id="unknown operator"),
        pytest.param(
            [statement(**OURS), statement("Deny", Bool={"aws:ViaAWSService": "true"})], "warning", id="unknown deny"
        ),
        pytest.param([], "error", id="nobody"),
        pytest.param([statement(principal={"Service": "lambda.amazonaws.com"})], "error", id="another service"),
        pytest.param([statement(principal={"AWS": "*"})], "error", id="accounts only"),
        pytest.param([statement(action="sts:TagSession")], "error", id="another action"),
        pytest.param([statement(StringEquals={"aws:SourceAccount": "444455556666"})], "error", id="another account"),
        pytest.param(
            [statement(ArnEquals={"aws:SourceArn": f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:model-customization-job/*"})],
            "error",
            id="another region",
        ),
        pytest.param([statement(StringEquals={"aws:SourceArn": f"{JOBS}*"})], "error", id="wildcard without an effect"),
        pytest.param([statement(**OURS), statement("Deny", principal="*")], "error", id="denied"),
    ],
)
def test_trust_policy_is_read_as_iam_reads_it(statements: Any, severity: str) -> None:
    """What cannot be judged is neither a pass nor a refusal."""
    facts = an_account(role=Role(ROLE, {"Statement": statements}))
    assert found(a_wanted(), facts, "service role").severity == severity


def test_role_that_does_not_trust_bedrock_says_what_it_must_say() -> None:
    """Word for word, so that it can be put right."""
    finding = found(a_wanted(), an_account(role=Role(ROLE, {"Statement": []})), "service role")
    assert finding.message == (
        f"the trust policy of {ROLE} does not let bedrock.amazonaws.com assume it for jobs of this account and Region"
    )
    assert finding.fix == (
        f"let bedrock.amazonaws.com assume it, with aws:SourceAccount {ACCOUNT} and aws:SourceArn {JOBS}*"
    )


def test_role_and_key_that_are_yet_to_be_made_are_well() -> None:
    """Before the first deployment there are none."""
    wanted = a_wanted(service_role_arn="", key_arn="")
    assert severities(wanted, an_account(role=None, key=None)) == {}
    assert found(wanted, an_account(role=None, key=None), "key").message == "made by the deployment"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"state": "Disabled"}, f"the state of {KEY} is Disabled, needed is Enabled"),
        ({"usage": "SIGN_VERIFY"}, f"the usage of {KEY} is SIGN_VERIFY, needed is ENCRYPT_DECRYPT"),
        ({"spec": "RSA_2048"}, f"the type of {KEY} is RSA_2048, needed is SYMMETRIC_DEFAULT"),
    ],
)
def test_key_that_cannot_encrypt_models_is_refused(changes: dict[str, str], message: str) -> None:
    """Each reason alone."""
    usual = {"arn": KEY, "state": "Enabled", "usage": "ENCRYPT_DECRYPT", "spec": "SYMMETRIC_DEFAULT"}
    finding = found(a_wanted(), an_account(key=Key(**{**usual, **changes})), "key")
    assert (finding.severity, finding.message) == (Severity.ERROR, message)


def test_key_of_another_region_is_refused() -> None:
    """Bedrock uses keys of the job's Region."""
    key = Key(KEY.replace(REGION, "eu-west-1"), "Enabled", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT")
    finding = found(a_wanted(), an_account(key=key), "key")
    assert (finding.severity, finding.limit, finding.present) == (Severity.ERROR, REGION, "eu-west-1")


@pytest.mark.parametrize(
    ("bucket", "severity", "message"),
    [
        (Bucket(REGION), "ok", "examples is in us-west-2"),
        (Bucket(REGION, readable=False), "ok", "examples is in us-west-2"),
        (None, "error", "examples does not exist"),
        (Bucket(""), "warning", "S3 does not say in which Region examples is"),
        (
            Bucket("eu-west-1"),
            "warning",
            "examples is in eu-west-1; the data is copied from there to us-west-2, slowly and for a fee",
        ),
        (
            Unreadable("s3:ListBucket", "403: Forbidden", denied=True),
            "warning",
            "not checked, s3:ListBucket is not allowed: 403: Forbidden",
        ),
    ],
    ids=["here", "somebody else's", "missing", "unknown", "elsewhere", "denied"],
)
def test_bucket_is_looked_for(bucket: Bucket | Unreadable | None, severity: str, message: str) -> None:
    """Bedrock reads the staged copies, so that examples elsewhere only cost time and money."""
    wanted = a_wanted(sources=(SourceBucket("examples", ACCOUNT),))
    finding = found(wanted, an_account(buckets={"examples": bucket}), "bucket")
    assert (finding.severity.value, finding.message) == (severity, message)
