"""AWS::IAM::OIDCProvider, and tokens of providers that an account does not have or whose time is over.

AWS: AssumeRoleWithWebIdentity answers InvalidIdentityToken unless the account of the role has the provider and the
token's audience is among the provider's client ids, and ExpiredTokenException for a token whose time is over (STS API
Reference, "AssumeRoleWithWebIdentity"); a provider can be in a stack: Ref and Arn are its ARN, another URL is another
provider (CloudFormation Template Reference, "AWS::IAM::OIDCProvider"). The texts are ours.
MiniStack 1.5.33: asks the trust policy only; does not know the resource type.
Here: signatures of tokens are not verified.
Can go when: `_web_identity_trust_denied` looks at the provider and `_RESOURCE_HANDLERS` has the type.
"""

import time
from collections.abc import Callable
from typing import Any

from ministack.core import responses
from ministack.services import cognito, iam, sts
from ministack.services.cloudformation import provisioners

from local.patches import upstream
from local.settings import Settings

_TYPE = "AWS::IAM::OIDCProvider"
_providers = upstream.attribute(iam, "_oidc_providers")
_claims_of = upstream.function(cognito, "_decode_id_token_unverified", ("id_token",))
_parameter = upstream.function(sts, "_p", ("params", "key", "default"))


def apply(settings: Settings) -> None:
    """Install the patch."""
    provisioners._RESOURCE_HANDLERS[_TYPE] = {"create": _create, "update": _update, "delete": _delete}
    parameters = ("role_arn", "params", "use_json")
    upstream.replace(sts, "_web_identity_trust_denied", parameters, _checked)


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    def denied(role_arn: str, params: dict[str, Any], use_json: bool) -> Any:
        token = _parameter(params, "WebIdentityToken", "")
        problem = _problem(token, role_arn.split(":")[4])
        if problem is None:
            return original(role_arn, params, use_json)
        code, message = problem
        if use_json:
            return responses.error_response_json(code, message, 400)
        return sts._error(400, code, message, ns="sts")

    return denied


def _problem(token: str, account: str) -> tuple[str, str] | None:
    """Code and message of what is wrong with a token, if something is."""
    try:
        claims = _claims_of(token)
        issuer, audience, expires = str(claims["iss"]), claims["aud"], float(claims["exp"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return "InvalidIdentityToken", "The ID Token provided is not a valid JWT with iss, aud and exp"
    host = _host(issuer)
    provider = _providers.get_scoped(account, None, f"arn:aws:iam::{account}:oidc-provider/{host}")
    if provider is None:
        return "InvalidIdentityToken", f"No OpenIDConnect provider found in account {account} for https://{host}"
    audiences = {audience} if isinstance(audience, str) else set(audience)
    if not audiences & set(provider["ClientIDList"]):
        return "InvalidIdentityToken", "Incorrect token audience"
    if expires <= time.time():
        return "ExpiredTokenException", "Token expired"
    return None


def _create(logical_id: str, props: dict[str, Any], stack_name: str) -> tuple[str, dict[str, Any]]:
    url = str(props.get("Url", ""))
    arn = f"arn:aws:iam::{responses.get_account_id()}:oidc-provider/{_host(url)}"
    if not url.startswith("https://"):
        raise ValueError(f"{_TYPE} Url must begin with https://, got {url!r}")
    if arn in _providers:
        raise ValueError(f"EntityAlreadyExists: Provider with url {url} already exists.")
    _providers[arn] = {"Arn": arn, "Url": _host(url), "CreateDate": provisioners.now_iso(), **_changeable(props)}
    return arn, {"Arn": arn}


def _update(
    physical_id: str, old_props: dict[str, Any], new_props: dict[str, Any], stack_name: str, *logical_id: str
) -> tuple[str, dict[str, Any]]:
    if old_props.get("Url") != new_props.get("Url"):
        created = _create("", new_props, stack_name)
        _delete(physical_id, old_props)
        return created
    _providers[physical_id] = {**_providers[physical_id], **_changeable(new_props)}
    return physical_id, {"Arn": physical_id}


def _delete(physical_id: str, props: dict[str, Any]) -> None:
    _providers.pop(physical_id, None)


def _changeable(props: dict[str, Any]) -> dict[str, Any]:
    return {
        "ClientIDList": list(props.get("ClientIdList", [])),
        "ThumbprintList": list(props.get("ThumbprintList", [])),
        "Tags": list(props.get("Tags", [])),
    }


def _host(url: str) -> str:
    return url.split("://", 1)[-1].rstrip("/")
