"""Who calls, and whether their policies allow it: MiniStack's IAM evaluator behind four functions.

MiniStack authorises a request once, by its path. AWS services check more than that: `iam:PassRole` on a role handed
to a service, a second resource named in the body, the trust policy of the role they are about to assume. Service
handlers of this package make those checks here, with the evaluator and the credentials of the running request.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator, responses, router
from ministack.services import iam

Headers = Mapping[str, str]
Context = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Caller:
    """The principal that signed a request.

    Attributes:
        arn: ARN of the user, the assumed-role session or the account root.
        account: Twelve-digit account id.
        access_key: Access key id of the signature; empty on an unsigned request.
    """

    arn: str
    account: str
    access_key: str


class AccessDeniedError(Exception):
    """The caller's policies do not allow an action.

    Attributes:
        message: AWS's own sentence: who, which action, which resource and why.
        action: The denied action, such as `iam:PassRole`.
        resource: ARN of the resource it was denied on.
    """

    def __init__(self, message: str, action: str, resource: str) -> None:
        """Keep the sentence AWS would answer with and what was denied."""
        super().__init__(message)
        self.message = message
        self.action = action
        self.resource = resource


def caller(headers: Headers) -> Caller:
    """The principal of the running request, from its (lower-cased) headers."""
    lowered = _lower(headers)
    account: str = responses.get_account_id()
    arn: str = iam_evaluator.request_caller_arn(lowered)
    return Caller(arn=arn, account=account, access_key=router.extract_access_key_id(lowered, {}) or "")


def authorize(headers: Headers, action: str, resource_arns: Sequence[str], context: Context | None = None) -> None:
    """Require that the caller may perform `action` on every one of `resource_arns`.

    Args:
        headers: Headers of the running request; its signature names the caller.
        action: IAM action, such as `bedrock:InvokeModel`.
        resource_arns: ARNs to check one after the other; use `["*"]` for an action without resource types.
        context: Condition keys and values of this request, such as `{"aws:RequestTag/team": "a"}`. Resource tags of
            resources that MiniStack's tagging index knows are looked up; give `aws:ResourceTag/...` for others.

    Raises:
        AccessDeniedError: No policy allows it, or one denies it. The sentence is the one of IAM User Guide,
            "Troubleshoot access denied error messages".
    """
    who = caller(headers)
    for resource in resource_arns:
        _require(who, action, resource, context or {})


def require_pass_role(headers: Headers, role_arn: str, service: str, associated_arn: str | None = None) -> None:
    """Require that the caller may hand a role to a service.

    Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service": the check is `iam:PassRole`
    on the role, with `iam:PassedToService` and, where the service sets it, `iam:AssociatedResourceArn`.

    Args:
        headers: Headers of the running request.
        role_arn: The role handed over.
        service: Service principal that will assume it, such as `bedrock.amazonaws.com`.
        associated_arn: ARN of the resource that will use the role.

    Raises:
        AccessDeniedError: The caller may not pass this role to this service.
    """
    context = {"iam:PassedToService": service}
    if associated_arn is not None:
        context["iam:AssociatedResourceArn"] = associated_arn
    _require(caller(headers), "iam:PassRole", role_arn, context)


def role_trusts(role_arn: str, service: str, context: Context | None = None) -> bool:
    """Whether a role exists here and its trust policy lets `service` assume it.

    Args:
        role_arn: The role to assume.
        service: Service principal, such as `bedrock.amazonaws.com`.
        context: Condition keys the service sets, such as `aws:SourceAccount` and `aws:SourceArn`.
    """
    role = iam._roles.get(role_arn.rsplit("/", 1)[-1])
    if role is None or role.get("Arn") != role_arn:
        return False
    document = role["AssumeRolePolicyDocument"]
    loaded = json.loads(document) if isinstance(document, str) else document
    listed = loaded.get("Statement", [])
    statements = [listed] if isinstance(listed, dict) else listed
    # A trust policy has no Resource: the role is the resource.
    anywhere = [{"Resource": "*", **statement} for statement in statements]
    return service_allowed(anywhere, service, "sts:AssumeRole", role_arn, context)


def session_may(access_key: str, action: str, resource_arn: str, context: Context | None = None) -> bool:
    """Whether the session of a role that has this access key id may perform an action on a resource."""
    try:
        _require(Caller("", responses.get_account_id(), access_key), action, resource_arn, context or {})
    except AccessDeniedError:
        return False
    return True


def service_allowed(
    statements: Sequence[Mapping[str, Any]],
    service: str,
    action: str,
    resource_arn: str,
    context: Context | None = None,
) -> bool:
    """Whether a resource policy lets an AWS service perform an action.

    Args:
        statements: The policy's statements.
        service: Service principal, such as `events.amazonaws.com`.
        action: IAM action, such as `lambda:InvokeFunction`.
        resource_arn: The resource the policy belongs to.
        context: Condition keys the service sets, such as `aws:SourceArn`.
    """
    request = iam_evaluator.EvalContext(
        principal_arn=service,
        principal_type="Service",
        principal_account=responses.get_account_id(),
        action=action,
        resource_arn=resource_arn,
        region=responses.get_region(),
        service_context={key.lower(): value for key, value in (context or {}).items()},
    )
    named = [raw for raw in statements if iam_evaluator._service_principal_matches(raw.get("Principal"), service)]
    parsed = iam_evaluator.parse_policy_document({"Statement": named})
    return bool(iam_evaluator.evaluate(request, [parsed]).decision == "Allow")


def _require(who: Caller, action: str, resource: str, context: Context) -> None:
    if not app.AUTH:
        return
    service = action.split(":", 1)[0]
    denied = iam_evaluator.enforce(
        who.access_key, action, service, responses.get_region(), resource_arn=resource, service_context=dict(context)
    )
    if denied is None:
        return
    if isinstance(denied, iam_evaluator.AuthError):
        raise AccessDeniedError(denied.message, action, resource)
    explicit = denied.decision == "Deny"
    raise AccessDeniedError(iam_actions.identity_denial_message(action, who.arn, resource, explicit), action, resource)


def _lower(headers: Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
