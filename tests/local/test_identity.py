"""A second account and a pipeline come in through roles: their trust policies, and what the session may."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.local.account import Account

WORKLOAD = "111111111111"
HOST = "token.actions.githubusercontent.com"
SUBJECT = "repo:acme/models:environment:prod"
PARAMETER = "/identity/pointer"


def code_of(failure: pytest.ExceptionInfo[ClientError]) -> str:
    """Error code of a refusal."""
    return str(failure.value.response["Error"]["Code"])


@pytest.fixture(scope="module")
def invoker(account: Account) -> str:
    """A role that the workload account may assume with an external id, and that may read one parameter."""
    principal = {"AWS": f"arn:aws:iam::{WORKLOAD}:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    statement["Condition"] = {"StringEquals": {"sts:ExternalId": "faq"}}
    iam = account.client("iam")
    arn: str = iam.create_role(RoleName="invoker", AssumeRolePolicyDocument=policy(statement))["Role"]["Arn"]
    readable = f"arn:aws:ssm:{account.region}:000000000000:parameter{PARAMETER}"
    right = {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": readable}
    iam.put_role_policy(RoleName="invoker", PolicyName="inline", PolicyDocument=policy(right))
    account.client("ssm").put_parameter(Name=PARAMETER, Value="endpoint", Type="String")
    return arn


def policy(statement: dict[str, Any]) -> str:
    """A policy document of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def application(account: Account, name: str, assumes: str, number: str = WORKLOAD) -> Account:
    """A role of another account that may assume one role, as an application there has it."""
    other = Account(account.endpoint_url, account.region, number)
    rights = [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": assumes}]
    return other.assume(other.role(name, rights))


def entered(who: Account, role: str, **parameters: str) -> Account:
    """What the session of a role sees."""
    granted = who.client("sts").assume_role(RoleArn=role, RoleSessionName="application", **parameters)["Credentials"]
    keys = (granted["AccessKeyId"], granted["SecretAccessKey"], granted["SessionToken"])
    return Account(who.endpoint_url, who.region, *keys)


def test_workload_account_gets_what_the_role_may_and_nothing_else(account: Account, invoker: str) -> None:
    """The session is of the role's account, and every call is judged by the role's policies."""
    session = entered(application(account, "app", invoker), invoker, ExternalId="faq")
    found = session.client("ssm").get_parameter(Name=PARAMETER)["Parameter"]["Value"]
    assert (found, session.client("sts").get_caller_identity()["Account"]) == ("endpoint", "000000000000")
    calls: list[Callable[[], Any]] = [
        lambda: session.client("ssm").get_parameter(Name="/identity/other"),
        lambda: session.client("ssm").put_parameter(Name=PARAMETER, Value="x", Type="String", Overwrite=True),
        lambda: session.client("s3").list_buckets(),
        lambda: session.client("dynamodb").list_tables(),
        lambda: session.client("bedrock").list_custom_models(),
        lambda: session.client("iam").list_roles(),
    ]
    for call in calls:
        with pytest.raises(ClientError) as failure:
            call()
        assert code_of(failure).startswith("AccessDenied")


@pytest.mark.parametrize(
    ("number", "assumes", "parameters"),
    [
        (WORKLOAD, "*", {}),
        (WORKLOAD, "*", {"ExternalId": "another"}),
        (WORKLOAD, "arn:aws:iam::000000000000:role/another", {"ExternalId": "faq"}),
        ("222222222222", "*", {"ExternalId": "faq"}),
    ],
)
def test_role_is_entered_only_as_its_trust_policy_says(
    account: Account, invoker: str, number: str, assumes: str, parameters: dict[str, str]
) -> None:
    """Without or with another external id, without the right at home, and from another account."""
    who = application(account, f"refused-{number}-{len(assumes)}-{len(str(parameters))}", assumes, number)
    with pytest.raises(ClientError) as failure:
        entered(who, invoker, **parameters)
    assert code_of(failure) == "AccessDenied"


def token(**claims: Any) -> str:
    """An unsigned token as GitHub Actions gives them to a job."""
    valid = {"iss": f"https://{HOST}", "aud": "sts.amazonaws.com", "sub": SUBJECT, "exp": int(time.time()) + 600}
    parts = ({"alg": "none", "typ": "JWT"}, {**valid, **claims})
    return ".".join([*(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts), ""])


@pytest.fixture(scope="module")
def pipeline(account: Account) -> str:
    """The role of a protected environment, deployed with the provider that it trusts."""
    condition = {"StringEquals": {f"{HOST}:aud": "sts.amazonaws.com", f"{HOST}:sub": SUBJECT}}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Condition": condition}
    trust["Principal"] = {"Federated": {"Fn::GetAtt": ["Provider", "Arn"]}}
    provider = {"Url": f"https://{HOST}", "ClientIdList": ["sts.amazonaws.com"]}
    role = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}
    resources = {
        "Provider": {"Type": "AWS::IAM::OIDCProvider", "Properties": provider},
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
    }
    outputs = {
        "Role": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}},
        "Provider": {"Value": {"Ref": "Provider"}},
    }
    stack = account.deploy("pipeline", resources, outputs)
    assert stack["StackStatus"] == "CREATE_COMPLETE", account.reasons("pipeline")
    values = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    assert values["Provider"] == f"arn:aws:iam::000000000000:oidc-provider/{HOST}"
    return str(values["Role"])


def exchanged(account: Account, role: str, web_token: str) -> Account:
    """What a job sees that gave its token for credentials; the call is not signed."""
    session: Any = boto3.Session("none", "none", region_name=account.region)
    sts = session.client("sts", endpoint_url=account.endpoint_url, config=Config(signature_version=UNSIGNED))
    granted = sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="train", WebIdentityToken=web_token)
    keys = granted["Credentials"]
    return Account(
        account.endpoint_url, account.region, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    )


def test_job_of_the_protected_environment_gets_its_role(account: Account, pipeline: str) -> None:
    """A token of the repository and environment is worth the role's credentials."""
    arn = exchanged(account, pipeline, token()).client("sts").get_caller_identity()["Arn"]
    assert arn == f"arn:aws:sts::000000000000:assumed-role/{pipeline.rsplit('/', 1)[-1]}/train"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"sub": "repo:acme/models:environment:dev"}, "AccessDenied"),
        ({"sub": "repo:acme/models:ref:refs/heads/main"}, "AccessDenied"),
        ({"sub": "repo:evil/models:environment:prod"}, "AccessDenied"),
        ({"aud": "https://github.com/acme"}, "InvalidIdentityToken"),
        ({"iss": "https://issuer.example.com"}, "InvalidIdentityToken"),
        ({"exp": 1}, "ExpiredTokenException"),
        ({"exp": None}, "InvalidIdentityToken"),
    ],
)
def test_other_tokens_get_nothing(account: Account, pipeline: str, claims: dict[str, Any], expected: str) -> None:
    """Another environment, branch or repository, another audience or issuer, and a token whose time is over."""
    with pytest.raises(ClientError) as failure:
        exchanged(account, pipeline, token(**claims))
    assert code_of(failure) == expected


def test_provider_goes_with_its_stack(account: Account, pipeline: str) -> None:
    """Its client ids change in place; a second provider of the same URL is refused."""
    iam, arn = account.client("iam"), f"arn:aws:iam::000000000000:oidc-provider/{HOST}"
    provider = {"Url": f"https://{HOST}", "ClientIdList": ["sts.amazonaws.com"]}
    second = account.deploy("second-provider", {"P": {"Type": "AWS::IAM::OIDCProvider", "Properties": provider}})
    assert second["StackStatus"] == "ROLLBACK_COMPLETE"
    provider["ClientIdList"] = ["sts.amazonaws.com", "another"]
    account.deploy("pipeline", {"Provider": {"Type": "AWS::IAM::OIDCProvider", "Properties": provider}})
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert shown["ClientIDList"] == ["sts.amazonaws.com", "another"]
    account.delete("pipeline")
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []
