"""Statements with the reason for what they leave open, so that no wildcard stands without one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_cdk import aws_iam as iam
from constructs import Construct

from configuration import delivery
from stacks.constructs.acknowledgements import acknowledge

Conditions = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Right:
    """One statement of a policy.

    Attributes:
        reason: why its resources have wildcards; "" if they have none.
    """

    actions: Sequence[str]
    resources: Sequence[str]
    conditions: Conditions = field(default_factory=dict)
    reason: str = ""

    def statement(self) -> iam.PolicyStatement:
        """As CDK writes it."""
        return iam.PolicyStatement(
            actions=list(self.actions), resources=list(self.resources), conditions=self.conditions or None
        )


def grant(role: iam.Role, rights: Iterable[Right]) -> None:
    """Add rights to a role's policy."""
    for right in rights:
        role.add_to_policy(right.statement())
        _accept_wildcards(role, right)


def managed_policy(
    scope: Construct, id_: str, *, name: str, description: str, rights: Sequence[Right]
) -> iam.ManagedPolicy:
    """Define a policy of its own that says some rights, under the path of all that the Delivery stack makes."""
    policy = iam.ManagedPolicy(
        scope,
        id_,
        managed_policy_name=name,
        path=delivery.PATH,
        description=description,
        statements=[right.statement() for right in rights],
    )
    for right in rights:
        _accept_wildcards(policy, right)
    return policy


def _accept_wildcards(construct: iam.Role | iam.ManagedPolicy, right: Right) -> None:
    """Accept the nag findings about a right's wildcards, for its reason."""
    open_ended = [resource for resource in right.resources if "*" in resource]
    acknowledge(construct, {f"IAM5[Resource::{resource}]": right.reason for resource in open_ended})
