"""Who may do what with the environment's key: the statements of a key policy, for our own key and for a given one.

The roles of the Control stack are not named: the key would then depend on a stack that depends on it. Instead the
policy delegates use to the account's identity policies, but only through the services below.
"""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from stacks.constructs.key_access import CUSTOMIZE, via_services

#: Everything but using the key. ``kms:*`` for the account, CDK's default, would let any identity policy decrypt.
#: Source: AWS KMS Developer Guide, 'Default key policy', key administrators (without CreateGrant).
ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
USE = (
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)


def administration() -> iam.PolicyStatement:
    """Let the account administer the key, and not use it."""
    return iam.PolicyStatement(
        sid="Administer", principals=[iam.AccountRootPrincipal()], actions=list(ADMINISTRATION), resources=["*"]
    )


def use(scope: IConstruct, names_prefix: str) -> list[iam.PolicyStatement]:
    """Return what a key of any origin must allow; a key of the user's has statements of its own besides.

    Args:
        scope: in whose account and Region the key is used.
        names_prefix: with which the names of the environment's log groups begin.
    """
    return [
        _through_services(scope),
        _look(scope),
        _nova_models(),
        _log_groups(scope, names_prefix),
        _undelivered_events(scope),
        _alarms(scope),
    ]


def customization(scope: IConstruct, role: iam.IRole) -> iam.PolicyStatement:
    """Let a role use the key through Bedrock, for custom models, and through S3, for its data."""
    return iam.PolicyStatement(
        sid="CustomizeModels",
        principals=[iam.ArnPrincipal(role.role_arn)],
        actions=list(CUSTOMIZE),
        resources=["*"],
        conditions={"StringEquals": {"kms:ViaService": via_services(scope, ["bedrock", "s3"])}},
    )


def _through_services(scope: IConstruct) -> iam.PolicyStatement:
    services = via_services(scope, ["bedrock", "dynamodb", "s3", "sns", "sqs"])
    return iam.PolicyStatement(
        sid="UseThroughServices",
        principals=[iam.AccountRootPrincipal()],
        actions=list(USE),
        resources=["*"],
        conditions={
            "StringEquals": {"kms:ViaService": services, "kms:CallerAccount": Stack.of(scope).account},
        },
    )


def _look(scope: IConstruct) -> iam.PolicyStatement:
    """Let the preflight see whether the key can be used; what describes a key goes through no other service."""
    return iam.PolicyStatement(
        sid="LookAtKey",
        principals=[iam.AccountRootPrincipal()],
        actions=["kms:DescribeKey"],
        resources=["*"],
        conditions={"StringEquals": {"kms:CallerAccount": Stack.of(scope).account}},
    )


def _nova_models() -> iam.PolicyStatement:
    """Let Bedrock itself prepare custom Nova models for provisioned throughput, with no role's rights.

    The condition is AWS's, which names none of an account or a source: with the context of custom models only.
    Source: Amazon Nova User Guide, 'Encryption of Amazon Nova model customization jobs and artifacts',
    PermissionsNovaProvisionedThroughput.
    """
    return iam.PolicyStatement(
        sid="PrepareNovaModels",
        principals=[iam.ServicePrincipal("bedrock.amazonaws.com")],
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=["*"],
        conditions={"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": ["aws:bedrock:custom-model"]}},
    )


def _log_groups(scope: IConstruct, names_prefix: str) -> iam.PolicyStatement:
    """Source: CloudWatch Logs User Guide, 'Encrypt log data in CloudWatch Logs using AWS KMS'; no wildcards."""
    stack = Stack.of(scope)
    groups = stack.format_arn(service="logs", resource=f"log-group:{names_prefix}*")
    return iam.PolicyStatement(
        sid="EncryptLogs",
        principals=[iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")],
        actions=[
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ],
        resources=["*"],
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
    )


def _undelivered_events(scope: IConstruct) -> iam.PolicyStatement:
    """Let EventBridge put what it could not deliver into the encrypted dead-letter queue."""
    stack = Stack.of(scope)
    return iam.PolicyStatement(
        sid="KeepUndeliveredEvents",
        principals=[iam.ServicePrincipal("events.amazonaws.com")],
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=["*"],
        conditions={
            "StringEquals": {"aws:SourceAccount": stack.account},
            "ArnLike": {"aws:SourceArn": stack.format_arn(service="events", resource="rule", resource_name="*")},
        },
    )


def _alarms(scope: IConstruct) -> iam.PolicyStatement:
    """Let alarms publish to the encrypted topic. Source: Amazon SNS Developer Guide, 'Key management'."""
    stack = Stack.of(scope)
    return iam.PolicyStatement(
        sid="TellOfAlarms",
        principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=["*"],
        conditions={
            "StringEquals": {"aws:SourceAccount": stack.account},
            "ArnLike": {"aws:SourceArn": stack.format_arn(service="cloudwatch", resource="alarm:*")},
        },
    )
