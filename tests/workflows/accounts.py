"""How a job gets credentials on the embedded AWS: as on AWS, by a token that says for whom GitHub issued it."""

import base64
import json
import time
from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.workflows.actions import ActionFailedError

#: Source: GitHub Docs, "OpenID Connect reference", and AWS's own action, which asks for this audience.
ISSUER, AUDIENCE = "https://token.actions.githubusercontent.com", "sts.amazonaws.com"
_TOKEN_SECONDS = 300


class EmbeddedAccounts:
    """Roles of the embedded AWS, judged by their trust policies. Tokens are not signed: nobody there could check it."""

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url

    def assume(self, role: str, subject: str, region: str) -> Mapping[str, str]:
        """Return the environment variables of a session of the role.

        Raises:
            ActionFailedError: the role is not there, or does not trust that subject.
        """
        session: Any = botocore.session.get_session()
        config = Config(signature_version=UNSIGNED)
        sts = session.create_client("sts", region_name=region, endpoint_url=self._endpoint_url, config=config)
        try:
            given = sts.assume_role_with_web_identity(
                RoleArn=role, RoleSessionName="GitHubActions", WebIdentityToken=token(subject)
            )["Credentials"]
        except ClientError as error:
            raise ActionFailedError(f"Could not assume role with OIDC: {error}") from error
        return {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
        }


def token(subject: str) -> str:
    """A token as GitHub issues it, but for the signature."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + _TOKEN_SECONDS}
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), "unsigned"])
