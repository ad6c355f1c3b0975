"""What a platform team brings is used, and nothing is made in its place."""

import re
from typing import get_args

import pytest

from configuration.sections.environment import RetentionDays
from stacks.constructs import retention
from tests.infrastructure import given
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.synthesis import ACCOUNT, Synthesis
from tests.infrastructure.template import as_list, statement_with, statements

STACKS = ("Foundation", "Control", "Model-faq")


@pytest.fixture(scope="module")
def everything(synthesize: Synthesize) -> Synthesis:
    """Dev with every input."""
    return synthesize("dev", **given.EVERYTHING)


@pytest.fixture(scope="module")
def networked(synthesize: Synthesize) -> Synthesis:
    """Dev with a VPC, and a service role of its own."""
    return synthesize("dev", **given.NETWORK_ALONE)


def test_given_key_is_used_wherever_ours_would_be(dev: Synthesis, everything: Synthesis) -> None:
    """The same places, and no key of ours: the templates differ in nothing but that."""
    key = dev.logical_id("Foundation", "AWS::KMS::Key", "Key")
    ours = '{"Fn::GetAtt":["' + key + '","Arn"]}'
    (signs,) = everything.resources("Foundation", "AWS::KMS::Key").values()
    assert signs["Properties"]["KeyUsage"] == "SIGN_VERIFY", "a key that encrypts cannot sign"
    assert '"AWS::KMS::' not in everything.text("Control") + everything.text("Model-faq")
    own_uses = _compact(dev.text("Foundation")).count(ours)
    exported = 2  # once as an export, once as an output
    of_service_role = 1
    assert _compact(everything.text("Foundation")).count(f'"{given.KEY}"') == own_uses - exported - of_service_role + 1
    assert everything.templates["Foundation"]["Outputs"]["KeyArn"]["Value"] == given.KEY
    imported = re.findall(r'"Fn::ImportValue":"[^"]*GetAttKey[^"]*Arn[^"]*"', _compact(dev.text("Control")))
    assert len(imported) > 10
    assert _compact(everything.text("Control")).count(f'"{given.KEY}"') == len(imported)


def test_roles_have_the_rights_on_a_given_key_that_they_have_on_ours(dev: Synthesis, everything: Synthesis) -> None:
    """The identity policies of our roles are what a given key's policy delegates to."""
    rights = {}
    for synthesis in (dev, everything):
        found = [
            (role, as_list(s["Action"]), s.get("Condition"))
            for stack in ("Foundation", "Control")
            for role, s in statements(synthesis.resources(stack))
            if any(action.startswith("kms:") for action in as_list(s["Action"])) and not role.startswith("ServiceRole")
        ]
        rights[synthesis is dev] = found
    assert rights[True] == rights[False]


def test_given_service_role_is_passed_and_no_other(everything: Synthesis) -> None:
    """No role of ours that Bedrock may assume; PassRole names the given one, for Bedrock only."""
    assert not [i for i in everything.resources("Foundation", "AWS::IAM::Role") if i.startswith("ServiceRole")]
    for function in ("CustomizationJobFunction", "DriverFunction"):
        (passed,) = statement_with(everything.resources("Control"), function, "iam:PassRole")
        assert passed["Resource"] == given.SERVICE_ROLE
        assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}
        (properties,) = [
            f["Properties"]
            for i, f in everything.resources("Control", "AWS::Lambda::Function").items()
            if i.startswith(function)
        ]
        assert properties["Environment"]["Variables"]["SERVICE_ROLE_ARN"] == given.SERVICE_ROLE


def test_given_role_is_not_changed(everything: Synthesis) -> None:
    """No policy of ours is put on a role of somebody else."""
    for stack in STACKS:
        for policy in everything.resources(stack, "AWS::IAM::Policy").values():
            assert all("Ref" in role for role in policy["Properties"]["Roles"])


def test_service_role_may_connect_jobs_to_the_given_network_only(networked: Synthesis) -> None:
    """The documented statements, bounded by VPC, subnets, security groups and Bedrock's tags.

    Source: Bedrock User Guide, 'Protect model customization jobs using a VPC'.
    """
    granted = [
        s
        for _, s in statements(networked.resources("Foundation"))
        if any(action.startswith("ec2:") for action in as_list(s["Action"]))
    ]
    jobs = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:model-customization-job/*"
    interfaces = f"arn:aws:ec2:us-east-1:{ACCOUNT}:network-interface/*"
    subnets = [f"arn:aws:ec2:us-east-1:{ACCOUNT}:subnet/{subnet}" for subnet in given.SUBNETS]
    group = f"arn:aws:ec2:us-east-1:{ACCOUNT}:security-group/{given.SECURITY_GROUP}"
    assert granted == [
        {
            "Effect": "Allow",
            "Action": [
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Action": "ec2:CreateNetworkInterface",
            "Resource": interfaces,
            "Condition": {
                "StringEquals": {"aws:RequestTag/BedrockManaged": ["true"]},
                "ArnEquals": {"aws:RequestTag/BedrockModelCustomizationJobArn": [jobs]},
            },
        },
        {
            "Effect": "Allow",
            "Action": "ec2:CreateNetworkInterface",
            "Resource": [group, *subnets],
            "Condition": {"ArnEquals": {"ec2:Vpc": f"arn:aws:ec2:us-east-1:{ACCOUNT}:vpc/{given.VPC}"}},
        },
        {
            "Effect": "Allow",
            "Action": [
                "ec2:CreateNetworkInterfacePermission",
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteNetworkInterfacePermission",
            ],
            "Resource": "*",
            "Condition": {
                "StringEquals": {"ec2:ResourceTag/BedrockManaged": ["true"]},
                "ArnEquals": {"ec2:Subnet": subnets, "ec2:ResourceTag/BedrockModelCustomizationJobArn": [jobs]},
            },
        },
        {
            "Effect": "Allow",
            "Action": "ec2:CreateTags",
            "Resource": interfaces,
            "Condition": {
                "StringEquals": {"ec2:CreateAction": ["CreateNetworkInterface"]},
                "ForAllValues:StringEquals": {"aws:TagKeys": ["BedrockManaged", "BedrockModelCustomizationJobArn"]},
            },
        },
    ]


def test_job_is_told_its_network(networked: Synthesis, dev: Synthesis) -> None:
    """Subnets and security groups; and nothing where nothing is given."""
    network = networked.only("Model-faq", "Custom::BedrockModelCustomizationJob")["VpcConfig"]
    assert network == {
        "SubnetIds": given.SUBNETS,
        "SecurityGroupIds": [given.SECURITY_GROUP],
    }
    assert "VpcConfig" not in dev.only("Model-faq", "Custom::BedrockModelCustomizationJob")


def test_every_role_has_the_boundary(everything: Synthesis, dev: Synthesis) -> None:
    """Those that CDK makes included; none has one where none is given."""
    roles = [r["Properties"] for s in STACKS for r in everything.resources(s, "AWS::IAM::Role").values()]
    assert len(roles) > 10
    assert {role["PermissionsBoundary"] for role in roles} == {given.BOUNDARY}
    assert not [stack for stack in STACKS if "PermissionsBoundary" in dev.text(stack)]


def test_logs_are_kept_as_long_as_asked(everything: Synthesis) -> None:
    """Of the functions and of the driver."""
    groups = [g for stack in STACKS for g in everything.resources(stack, "AWS::Logs::LogGroup").values()]
    assert len(groups) > 8
    assert {group["Properties"]["RetentionInDays"] for group in groups} == {90}


def test_every_retention_that_can_be_configured_is_known() -> None:
    """The numbers of the configuration, and what CDK makes of each."""
    assert tuple(retention.PERIODS) == get_args(RetentionDays)
    assert len(set(retention.PERIODS.values())) == len(retention.PERIODS)


def test_concurrency_is_reserved_only_if_asked_for(everything: Synthesis, each: Synthesis) -> None:
    """A new account, whose limit is 10, refuses to reserve any."""
    functions = [f for stack in STACKS for f in everything.resources(stack, "AWS::Lambda::Function").values()]
    assert len(functions) > 8
    assert {function["Properties"]["ReservedConcurrentExecutions"] for function in functions} == {2}
    assert not [stack for stack in STACKS if "ReservedConcurrentExecutions" in each.text(stack)]


def test_tags_of_the_environment_are_on_everything(everything: Synthesis) -> None:
    """On stacks and resources, beside the owner tags."""
    expected = {"cost-center": "4711", "finetuning:project": "finetuning", "finetuning:environment": "dev"}
    for stack in STACKS:
        assert everything.artifact(stack)["properties"]["tags"] == expected
        tagged = [r["Properties"]["Tags"] for r in everything.resources(stack).values() if "Tags" in r["Properties"]]
        for tags in tagged:
            found = tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}
            assert {**found, **expected} == found or found == {"cost-center": "4711"}, "Bedrock's are the user's alone"


def test_data_of_another_account_is_read_from_its_buckets_only(everything: Synthesis) -> None:
    """Rights, and what the function is told to insist on, name the account; copies stay in ours."""
    dataset = everything.only("Model-faq", "Custom::BedrockTrainingDataset")
    accounts = {name: value for name, value in dataset.items() if name.endswith("Account")}
    assert accounts == dict.fromkeys(("TrainingAccount", "ValidationAccount", "MediaAccount"), given.DATA_ACCOUNT)
    read = [s for _, s in statements(everything.resources("Model-faq")) if "team-data" in str(s["Resource"])]
    assert len(read) == 3
    assert {s["Condition"]["StringEquals"]["aws:ResourceAccount"] for s in read} == {given.DATA_ACCOUNT}
    through = {"StringEquals": {"kms:ViaService": ["s3.us-east-1.amazonaws.com"]}}
    (decrypt,) = [s for _, s in statements(everything.resources("Model-faq")) if s["Resource"] == given.DATA_KEY]
    assert (decrypt["Action"], decrypt["Condition"]) == ("kms:Decrypt", through)


def test_copies_of_media_are_written_with_our_key_and_nowhere_else(everything: Synthesis) -> None:
    """S3 copies on behalf of one caller, so who reads the pictures writes the copies."""
    written = [s for _, s in statements(everything.resources("Model-faq")) if "s3:PutObject" in s["Action"]]
    assert [s["Resource"]["Fn::Join"][1][1] for s in written] == ["/datasets/faq/media/*"]
    (used,) = [s for _, s in statements(everything.resources("Model-faq")) if s["Resource"] == given.KEY]
    assert used["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]


def test_local_files_are_read_from_this_account(dev: Synthesis) -> None:
    """CDK's asset bucket is ours; nothing is said to the function, which then insists on its own account."""
    assert not [name for name in dev.only("Model-faq", "Custom::BedrockTrainingDataset") if "Account" in name]
    read = [s for _, s in statements(dev.resources("Model-faq"))]
    assert {s["Condition"]["StringEquals"]["aws:ResourceAccount"] for s in read} == {ACCOUNT}


def _compact(text: str) -> str:
    return re.sub(r"\s+", "", text)
