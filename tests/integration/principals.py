"""Who else comes in besides the account's root: an application of a workload account, and workflows of GitHub's."""

import base64
import json
import time
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from finetuning import catalog, invocation
from tests.integration.embedded import Embedded
from tests.local.account import Account

ISSUER = "token.actions.githubusercontent.com"


def application(embedded: Embedded, account: str, may_assume: str) -> Account:
    """An application of another account: it has a role there, which may assume one role and do nothing else."""
    root = Account(embedded.settings.endpoint_url, embedded.region, account)
    right = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": may_assume}
    return root.assume(root.role("application", [right]))


def assumed(who: Account, role: str, **said: str) -> Account:
    """What it sees as a session of that role."""
    given = who.client("sts").assume_role(RoleArn=role, RoleSessionName="application", **said)["Credentials"]
    return Account(who.endpoint_url, who.region, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def signed_in(embedded: Embedded, role: str, subject: str) -> dict[str, str]:
    """The variables of a job that gave a token of GitHub's for a role; nobody verifies its signature here."""
    any_session: Any = boto3
    sts = any_session.client(
        "sts",
        endpoint_url=embedded.settings.endpoint_url,
        region_name=embedded.region,
        config=Config(signature_version=UNSIGNED),
    )
    given = sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="job", WebIdentityToken=_token(subject))
    return {
        "AWS_ACCESS_KEY_ID": given["Credentials"]["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["Credentials"]["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["Credentials"]["SessionToken"],
    }


def job(embedded: Embedded, variables: dict[str, str]) -> Account:
    """What a job with these variables sees."""
    return Account(embedded.settings.endpoint_url, embedded.region, *variables.values())


def answer(who: Account, endpoint: str, base_model: str, question: str) -> str:
    """What an endpoint answers."""
    form = catalog.find(base_model).invocation_format
    body = json.dumps(invocation.request_body(form, question))
    answered = who.client("bedrock-runtime").invoke_model(modelId=endpoint, body=body)
    return invocation.read_answer(form, json.loads(answered["body"].read())).text


def refusal(who: Account, service: str, operation: str, **parameters: Any) -> str:
    """The error code with which a call is refused."""
    try:
        getattr(who.client(service), operation)(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"]).removesuffix("Exception")
    return f"{operation} was allowed"


def _token(subject: str) -> str:
    claims = {"iss": f"https://{ISSUER}", "aud": "sts.amazonaws.com", "sub": subject, "exp": int(time.time()) + 600}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in ({"alg": "none"}, claims)]
    return ".".join([*(part.decode().rstrip("=") for part in parts), ""])
