"""Rights on custom models of the project's other environments: to look at them, hold them, serve them, let go of them.

And to watch the alarms that tell whether one that went into service does well.

They belong to their own environment: nothing here may delete one or change another tag of it. Actions and resource
types follow the Service Authorization Reference, 'Amazon Bedrock'.
"""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from finetuning import names
from stacks.constructs import key_access
from stacks.constructs.acknowledgements import acknowledge
from stacks.constructs.bedrock_access import BedrockAccess
from stacks.constructs.runtime_function import RuntimeFunction

_IDS = "Bedrock assigns these ids; what is changed is bounded by the project's owner tag and the environment's hold"
_ALARMS = "The alarms are the user's, and composite ones are told only to who may look at all"
_KEYS = "KMS assigns these ids; the owner tags say which environment's key it is, and only Bedrock may use it"


def let_hold(function: RuntimeFunction, bedrock: BedrockAccess, sources: Sequence[str]) -> None:
    """Let the driver hold, serve, watch and let go of models, in a policy of its own: that of its role is nearly full.

    Source: IAM User Guide, 'IAM and AWS STS quotas': inline policies share 10,240 characters of a role.

    Args:
        function: the driver's.
        bedrock: whose project and environment.
        sources: environments whose models are promoted to this one.
    """
    models, hold = _models(function), names.hold_tag(bedrock.environment)
    statements = [*_holds(models, bedrock.project, hold), _swaps(models, bedrock.project, hold), _alarms()]
    reasons = {f"IAM5[Resource::{models}]": _IDS, "IAM5[Resource::*]": _ALARMS}
    if sources:
        keys = Stack.of(function).format_arn(service="kms", resource="key", resource_name="*")
        statements.append(_encrypted(function, keys, bedrock.project, sources))
        reasons[f"IAM5[Resource::{keys}]"] = _KEYS
    policy = iam.ManagedPolicy(function, "Promotions", roles=[function.role], statements=statements)
    acknowledge(policy, reasons)


def let_copy(function: RuntimeFunction, bedrock: BedrockAccess) -> None:
    """Let the driver copy models of other Regions and accounts into this one, as its own.

    Which models there are elsewhere, only their owners know: who may copy one is what they share it with, and whose
    key decrypts it. Source: Bedrock User Guide, 'Fulfill prerequisites to copy models'.
    """
    stack = Stack.of(function)
    anywhere = stack.format_arn(service="bedrock", region="*", account="*", resource="custom-model", resource_name="*")
    jobs = stack.format_arn(service="bedrock", resource="model-copy-job", resource_name="*")
    keys = stack.format_arn(service="kms", region="*", account="*", resource="key", resource_name="*")
    owned = {
        "aws:RequestTag/finetuning:project": bedrock.project,
        "aws:RequestTag/finetuning:environment": bedrock.environment,
        "aws:RequestedRegion": stack.region,
    }
    statements = [
        iam.PolicyStatement(
            actions=["bedrock:CreateModelCopyJob"], resources=[anywhere], conditions={"StringEquals": owned}
        ),
        iam.PolicyStatement(actions=["bedrock:GetModelCopyJob"], resources=[jobs]),
        iam.PolicyStatement(actions=["bedrock:ListModelCopyJobs"], resources=["*"]),
        iam.PolicyStatement(
            actions=["kms:Decrypt"],
            resources=[keys],
            conditions={"StringLike": {"kms:ViaService": "bedrock.*.amazonaws.com"}},
        ),
    ]
    policy = iam.ManagedPolicy(function, "Copies", roles=[function.role], statements=statements)
    reason = "Models and keys elsewhere are their owners' to open; what is made here carries the owner tags"
    lists = "Lists have no resource type"
    findings = {f"IAM5[Resource::{arn}]": reason for arn in (anywhere, jobs, keys)}
    acknowledge(policy, {**findings, "IAM5[Resource::*]": lists})


def look(scope: IConstruct) -> iam.PolicyStatement:
    """Return the right to see which custom model there is, and whose hold is on it."""
    actions = ["bedrock:GetCustomModel", "bedrock:ListTagsForResource"]
    return iam.PolicyStatement(actions=actions, resources=[_models(scope)])


def acknowledge_look(function: RuntimeFunction) -> None:
    """Accept the finding about `look`'s wildcard."""
    acknowledge(function.role, {f"IAM5[Resource::{_models(function)}]": _IDS})


def _holds(models: str, project: str, hold: str) -> list[iam.PolicyStatement]:
    """This environment's hold and no other tag, on models of the project, and in the project's name."""
    ours = {"aws:ResourceTag/finetuning:project": project}
    alone = {"ForAllValues:StringEquals": {"aws:TagKeys": [hold]}}
    return [
        iam.PolicyStatement(
            actions=["bedrock:TagResource"],
            resources=[models],
            conditions={"StringEquals": ours, "StringLike": {f"aws:RequestTag/{hold}": f"{project}/*"}, **alone},
        ),
        iam.PolicyStatement(
            actions=["bedrock:UntagResource"],
            resources=[models],
            conditions={"StringEquals": ours, "StringLike": {f"aws:ResourceTag/{hold}": f"{project}/*"}, **alone},
        ),
    ]


def _swaps(models: str, project: str, hold: str) -> iam.PolicyStatement:
    """An endpoint of ours takes on a model that we hold: an update is authorised against the model, too."""
    return iam.PolicyStatement(
        actions=["bedrock:UpdateCustomModelDeployment", "bedrock:UpdateProvisionedModelThroughput"],
        resources=[models],
        conditions={"StringLike": {f"aws:ResourceTag/{hold}": f"{project}/*"}},
    )


def _alarms() -> iam.PolicyStatement:
    """The alarms that are watched after a swap.

    Source: CloudWatch API reference, DescribeAlarms: composite alarms are told only to a permission scoped to ``*``.
    """
    return iam.PolicyStatement(actions=["cloudwatch:DescribeAlarms"], resources=["*"])


def _encrypted(scope: IConstruct, keys: str, project: str, sources: Sequence[str]) -> iam.PolicyStatement:
    """A model is encrypted with the key of the environment that trained it, by whose tags the key is found.

    Source: Bedrock User Guide, 'Encryption of custom models'; AWS KMS Developer Guide, 'ABAC for AWS KMS'.
    """
    return iam.PolicyStatement(
        actions=list(key_access.CUSTOMIZE),
        resources=[keys],
        conditions={
            "StringEquals": {
                "kms:ViaService": key_access.via_services(scope, ["bedrock"]),
                "aws:ResourceTag/finetuning:project": project,
                "aws:ResourceTag/finetuning:environment": sorted(set(sources)),
            }
        },
    )


def _models(scope: IConstruct) -> str:
    return Stack.of(scope).format_arn(service="bedrock", resource="custom-model", resource_name="*")
