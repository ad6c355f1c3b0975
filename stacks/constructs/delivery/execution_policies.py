"""The policies with which CloudFormation deploys the environments, for `cdk bootstrap`.

Without them it does so as an administrator, and then whoever may deploy anything may do everything. Source: AWS CDK
Developer Guide, 'Customize CDK bootstrapping', ``--cloudformation-execution-policies``.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from constructs import Construct

from finetuning import names
from stacks.constructs import key_access
from stacks.constructs.delivery.execution_actions import CUSTOM_RESOURCE, types
from stacks.constructs.delivery.rights import Right, managed_policy
from stacks.constructs.delivery.site import Site

#: Characters of a managed policy, white space not counted. Source: IAM User Guide, 'IAM and AWS STS quotas'.
MOST_CHARACTERS = 6_144
_GENERATED = "CloudFormation ends these names by chance; their beginning is the environment's"
_UNNAMED = "These actions have no resource type, or make what has no name yet"
_TAGGED = "Keys have no names of ours; what could take one over or destroy it is bounded by the owner tag"


class ExecutionPolicies(Construct):
    """Defines as many managed policies as the actions need."""

    def __init__(self, scope: Construct, id_: str, *, site: Site, boundary_arn: str) -> None:
        """Define the policies.

        Args:
            scope: the stack.
            id_: construct id.
            site: all environments that are deployed with them.
            boundary_arn: that every role must have which is made or given rights.
        """
        super().__init__(scope, id_)
        self.policies = [
            managed_policy(
                self,
                f"Policy{number}",
                name=f"{site.project}-execution-{number}",
                description="What CloudFormation may do to deploy the environments",
                rights=rights,
            )
            for number, rights in enumerate(_packed(_rights(site, boundary_arn)), start=1)
        ]


def _rights(site: Site, boundary_arn: str) -> Iterator[Right]:
    """Yield one right for each kind of target, in the order of its first use."""
    targets = _targets(site, boundary_arn)
    needed: dict[str, set[str]] = {}
    for handled in (CUSTOM_RESOURCE, *types().values()):
        for target, actions in handled.actions.items():
            needed.setdefault(target, set()).update(actions)
    needed["parameter of the bootstrap"] = {"ssm:GetParameters"}
    for target, found in needed.items():
        resources, conditions, reason = targets[target]
        yield Right(sorted(found), resources, conditions, reason)


def _targets(site: Site, boundary_arn: str) -> Mapping[str, tuple[list[str], Mapping[str, Any], str]]:
    """Return what each target of the actions is: resources, conditions, and why the former have wildcards."""
    roles, functions = _own_roles(site), site.arns("lambda", "function:")
    keys, project = [site.arn("kms", "key/*")], {f"aws:ResourceTag/{names.PROJECT_TAG}": site.project}
    through = {"kms:ViaService": key_access.via_services(site.stack, ["dynamodb"])}
    mappings = [site.arn("lambda", "event-source-mapping:*")]
    aliases = [site.arn("kms", f"alias/{prefix}*") for prefix in site.prefixes]
    return {
        **{name: (resources, {}, _GENERATED) for name, resources in _named(site).items()},
        "function": (functions, {}, _GENERATED),
        "role": (roles, {}, _GENERATED),
        "bounded role and policy": (
            roles,
            {
                "StringEquals": {"iam:PermissionsBoundary": boundary_arn},
                "ArnLike": {"iam:PolicyARN": _own_policies(site)},
            },
            _GENERATED,
        ),
        "policy": (_own_policies(site), {}, _GENERATED),
        "bounded role": (roles, {"StringEquals": {"iam:PermissionsBoundary": boundary_arn}}, _GENERATED),
        "role for lambda": (roles, _passed_to("lambda"), _GENERATED),
        "role for states": (roles, _passed_to("states"), _GENERATED),
        # Creating one has no resource type; both conditions are about the function that it feeds.
        "event source mapping": (["*"], {"ArnLike": {"lambda:FunctionArn": functions}}, _UNNAMED),
        "read event source mapping": (mappings, {}, "Lambda assigns these ids; these actions change tags at most"),
        "key": (keys, {}, _TAGGED),
        "our key": (keys, {"StringEquals": project}, _TAGGED),
        "key through dynamodb": (keys, {"StringEquals": through}, _TAGGED),
        "alias and key": ([*aliases, *keys], {}, _TAGGED),
        "anything": (["*"], {}, _UNNAMED),
        "asset": ([_asset_bucket(site)], {}, "Assets are named after their content"),
        "parameter of the bootstrap": ([site.arn("ssm", f"parameter/cdk-bootstrap/{site.qualifier}/version")], {}, ""),
    }


def _named(site: Site) -> Mapping[str, list[str]]:
    return {
        "alarm": site.arns("cloudwatch", "alarm:"),
        "bucket": site.objects(""),
        "log group": site.arns("logs", "log-group:"),
        "queue": site.arns("sqs", ""),
        "rule": site.arns("events", "rule/"),
        "state machine": site.state_machines(),
        "table": site.arns("dynamodb", "table/"),
        "topic": site.arns("sns", ""),
    }


def _own_roles(site: Site) -> list[str]:
    """The environments' roles by their generated names, and those that read the files of one model."""
    prefix = f"arn:{site.stack.partition}:iam::{site.stack.account}:role/"
    return [*(f"{prefix}{name}*" for name in site.prefixes), *site.readers()]


def _own_policies(site: Site) -> list[str]:
    return [f"arn:{site.stack.partition}:iam::{site.stack.account}:policy/{name}*" for name in site.prefixes]


def _passed_to(service: str) -> Mapping[str, Any]:
    return {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}}


def _asset_bucket(site: Site) -> str:
    stack = site.stack
    return f"arn:{stack.partition}:s3:::cdk-{site.qualifier}-assets-{stack.account}-{stack.region}/*"


def _packed(rights: Iterable[Right]) -> Iterator[list[Right]]:
    """Yield the rights policy by policy, each filled as far as it goes."""
    packed: list[Right] = []
    for right in rights:
        if packed and _characters([*packed, right]) > MOST_CHARACTERS:
            yield packed
            packed = []
        packed.append(right)
    if packed:
        yield packed


def _characters(rights: Sequence[Right]) -> int:
    statements = [right.statement().to_statement_json() for right in rights]
    return len(json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":")))
