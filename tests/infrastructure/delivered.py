"""The Delivery stack, synthesized once for each configuration, and MiniStack's IAM evaluator to judge its policies."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aws_cdk as cdk
from ministack.core import iam_evaluator

import delivery
from tests.infrastructure.synthesis import ACCOUNT, context
from tests.infrastructure.template import as_list

REGION = "us-east-1"
WORKLOAD, STRANGER = "111111111111", "222222222222"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
SECTION: Mapping[str, Any] = {
    "account": ACCOUNT,
    "region": REGION,
    "github": {"repository": "acme/models"},
    "workload_accounts": {"prod": [WORKLOAD]},
    "external_id": "faq",
}
Statement = dict[str, Any]


class Delivered:
    """A template of the stack, with a plausible ARN in the place of each reference, and the validation report."""

    def __init__(self, template: Mapping[str, Any], report: Any, protection: object) -> None:
        self.template, self.report, self.protection = template, report, protection
        self.resources: Mapping[str, dict[str, Any]] = _resolved(template["Resources"], template["Resources"])

    def of_type(self, type_: str) -> list[dict[str, Any]]:
        """The properties of all resources of a type."""
        return [resource["Properties"] for resource in self.resources.values() if resource["Type"] == type_]

    def role(self, name: str) -> dict[str, Any]:
        """The role of a name."""
        (found,) = [role for role in self.of_type("AWS::IAM::Role") if role["RoleName"] == name]
        return found

    def statements(self, name: str) -> list[Statement]:
        """Everything that a role's policies say."""
        arn = f"arn:aws:iam::{ACCOUNT}:role/delivery/{name}"
        inline = [p for p in self.of_type("AWS::IAM::Policy") if arn in p["Roles"]]
        attached = [p for p in self.managed() if _arn(p) in self.role(name).get("ManagedPolicyArns", [])]
        return [s for policy in (*inline, *attached) for s in policy["PolicyDocument"]["Statement"]]

    def managed(self, beginning: str = "") -> list[dict[str, Any]]:
        """The managed policies whose names begin like this."""
        return [p for p in self.of_type("AWS::IAM::ManagedPolicy") if p["ManagedPolicyName"].startswith(beginning)]

    def execution(self) -> list[Statement]:
        """Everything that CloudFormation may do."""
        return [s for p in self.managed("finetuning-execution") for s in p["PolicyDocument"]["Statement"]]


def delivered(project: str = "finetuning", environments: str = "{}", **changes: Any) -> Delivered:
    """The stack with some fields changed; `environments` are other fields of environments, as JSON."""
    return _delivered(project, environments, json.dumps({**SECTION, **changes}))


def allows(statements: Sequence[Statement], action: str, resource: str, **conditions: Any) -> bool:
    """Whether a role with these statements may do something; conditions by their key, with `__` for `:`."""
    request = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/some/session",
        principal_type="AssumedRole",
        principal_account=ACCOUNT,
        action=action,
        resource_arn=resource,
        region=REGION,
        service_context={key.replace("__", ":").lower(): value for key, value in conditions.items()},
    )
    policy = iam_evaluator.parse_policy_document({"Version": "2012-10-17", "Statement": list(statements)})
    return bool(iam_evaluator.evaluate(request, [policy]).decision == "Allow")


def trusts(role: Mapping[str, Any], action: str, principal: str, **conditions: Any) -> bool:
    """Whether a role's trust policy lets a principal assume it."""
    request = iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="Root",
        principal_account=principal.split(":")[4],
        action=f"sts:{action}",
        resource_arn="*",
        region=REGION,
        service_context={key.replace("__", ":").lower(): value for key, value in conditions.items()},
    )
    return bool(iam_evaluator.evaluate_trust_policy(role["AssumeRolePolicyDocument"], principal, request))


def owner(environment: str, project: str = "finetuning", kind: str = "ResourceTag") -> dict[str, str]:
    """The conditions of something with the owner tags of an environment."""
    tags = {"project": project, "environment": environment}
    return {f"aws__{kind}/finetuning__{name}": value for name, value in tags.items()}


def actions(statements: Sequence[Statement]) -> Iterator[str]:
    """Every action that some statements name."""
    for statement in statements:
        yield from as_list(statement["Action"])


@cache
def _delivered(project: str, environments: str, section: str) -> Delivered:
    given = context("dev", project=project)
    for name, fields in json.loads(environments).items():
        given["environments"].setdefault(name, dict(given["environments"]["dev"])).update(fields)
    with TemporaryDirectory() as folder:
        made = cdk.App(context={**given, "delivery": json.loads(section)}, outdir=folder, analytics_reporting=False)
        assert delivery.synthesize(made, None) == 0
        read = Path(folder)
        template = json.loads((read / f"{project}-Delivery.template.json").read_text(encoding="utf-8"))
        report = json.loads((read / "validation-report.json").read_text(encoding="utf-8"))
        manifest = json.loads((read / "manifest.json").read_text(encoding="utf-8"))
    properties = manifest["artifacts"][f"{project}-Delivery"]["properties"]
    return Delivered(template, report, properties.get("terminationProtection"))


def _arn(policy: Mapping[str, Any]) -> str:
    return f"arn:aws:iam::{ACCOUNT}:policy{policy['Path']}{policy['ManagedPolicyName']}"


def _resolved(value: Any, resources: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_resolved(item, resources) for item in value]
    if not isinstance(value, dict):
        return value
    logical_id = value.get("Ref") or next(iter(value.get("Fn::GetAtt", [])), None)
    if logical_id is None:
        return {key: _resolved(item, resources) for key, item in value.items()}
    named = resources[logical_id]["Properties"]
    if "RoleName" in named:
        return f"arn:aws:iam::{ACCOUNT}:role{named['Path']}{named['RoleName']}"
    return _arn(named) if "ManagedPolicyName" in named else PROVIDER
