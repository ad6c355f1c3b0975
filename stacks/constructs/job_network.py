"""The rights with which Bedrock connects a customization job to a VPC: the documented ones, bounded by the network.

Source: Bedrock User Guide, 'Protect model customization jobs using a VPC', attach VPC permissions to a model
customization role. ``ec2:Vpc`` is ours: without it, a subnet of another VPC that is named by mistake would do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from stacks.constructs.acknowledgements import acknowledge

_JOB_TAG = "BedrockModelCustomizationJobArn"
_MANAGED_TAG = "BedrockManaged"


@dataclass(frozen=True)
class JobNetwork:
    """Where customization jobs reach the data; see `configuration.NetworkConfiguration`."""

    vpc_id: str
    subnet_ids: Sequence[str]
    security_group_ids: Sequence[str]


def let_connect(role: iam.Role, network: JobNetwork) -> None:
    """Add the rights to the service role."""
    for statement in statements(role, network):
        role.add_to_policy(statement)
    interfaces = _arn(role, "network-interface", "*")
    acknowledge(
        role,
        {
            "IAM5[Resource::*]": (
                "EC2's describing actions have no resource type; what changes interfaces is bounded by subnet and tags"
            ),
            f"IAM5[Resource::{interfaces}]": "EC2 assigns these ids; the tags that Bedrock must give them bound it",
        },
    )


def statements(scope: IConstruct, network: JobNetwork) -> list[iam.PolicyStatement]:
    """Return the statements of the service role's policy."""
    subnets = [_arn(scope, "subnet", subnet) for subnet in network.subnet_ids]
    return [_looking(), *_creating(scope, network, subnets), _lending_and_deleting(scope, subnets), _tagging(scope)]


def _looking() -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=[
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ],
        resources=["*"],
    )


def _creating(scope: IConstruct, network: JobNetwork, subnets: Sequence[str]) -> list[iam.PolicyStatement]:
    """An interface of a job, in these subnets and security groups."""
    groups = [_arn(scope, "security-group", group) for group in network.security_group_ids]
    return [
        iam.PolicyStatement(
            actions=["ec2:CreateNetworkInterface"],
            resources=[_arn(scope, "network-interface", "*")],
            conditions={
                "StringEquals": {f"aws:RequestTag/{_MANAGED_TAG}": ["true"]},
                "ArnEquals": {f"aws:RequestTag/{_JOB_TAG}": [_jobs(scope)]},
            },
        ),
        iam.PolicyStatement(
            actions=["ec2:CreateNetworkInterface"],
            resources=[*subnets, *groups],
            conditions={"ArnEquals": {"ec2:Vpc": _arn(scope, "vpc", network.vpc_id)}},
        ),
    ]


def _lending_and_deleting(scope: IConstruct, subnets: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=[
            "ec2:CreateNetworkInterfacePermission",
            "ec2:DeleteNetworkInterface",
            "ec2:DeleteNetworkInterfacePermission",
        ],
        resources=["*"],
        conditions={
            "StringEquals": {f"ec2:ResourceTag/{_MANAGED_TAG}": ["true"]},
            "ArnEquals": {"ec2:Subnet": list(subnets), f"ec2:ResourceTag/{_JOB_TAG}": [_jobs(scope)]},
        },
    )


def _tagging(scope: IConstruct) -> iam.PolicyStatement:
    """The tags by which all else is bounded, and only while an interface is created."""
    return iam.PolicyStatement(
        actions=["ec2:CreateTags"],
        resources=[_arn(scope, "network-interface", "*")],
        conditions={
            "StringEquals": {"ec2:CreateAction": ["CreateNetworkInterface"]},
            "ForAllValues:StringEquals": {"aws:TagKeys": [_MANAGED_TAG, _JOB_TAG]},
        },
    )


def _jobs(scope: IConstruct) -> str:
    return Stack.of(scope).format_arn(service="bedrock", resource="model-customization-job", resource_name="*")


def _arn(scope: IConstruct, kind: str, identifier: str) -> str:
    return Stack.of(scope).format_arn(service="ec2", resource=kind, resource_name=identifier)
