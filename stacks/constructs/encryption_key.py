"""The one customer key of an environment: data, logs, queues, registry and custom models."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

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


class EncryptionKey(Construct):
    """Defines the key. Its policy lets the account administer it, and services use it for those who may.

    The roles of the Control stack are not named: the key would then depend on a stack that depends on it. Instead the
    policy delegates use to the account's identity policies, but only through the services below. The service role, in
    the same stack, is named.
    """

    def __init__(self, scope: Construct, id_: str, *, names_prefix: str, removal_policy: RemovalPolicy) -> None:
        """Define the key.

        Args:
            scope: the stack.
            id_: construct id.
            names_prefix: with which the names of the environment's log groups begin.
            removal_policy: whether the key is scheduled for deletion with its stack.
        """
        super().__init__(scope, id_)
        self.key = kms.Key(
            self,
            "Resource",
            description=f"Training data, custom models, logs and registry of {names_prefix.rstrip('-')}",
            enable_key_rotation=True,
            pending_window=Duration.days(7),
            removal_policy=removal_policy,
            policy=iam.PolicyDocument(
                statements=[
                    self._administration(),
                    self._use_through_services(),
                    self._log_groups(names_prefix),
                    self._undelivered_events(),
                    self._alarms(),
                ]
            ),
        )

    def let_customize(self, role: iam.IRole) -> None:
        """Let a role of this stack use the key through Bedrock, for custom models, and through S3, for its data."""
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="CustomizeModels",
                principals=[iam.ArnPrincipal(role.role_arn)],
                actions=list(CUSTOMIZE),
                resources=["*"],
                conditions={"StringEquals": {"kms:ViaService": via_services(self, ["bedrock", "s3"])}},
            )
        )

    def _administration(self) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            sid="Administer", principals=[iam.AccountRootPrincipal()], actions=list(ADMINISTRATION), resources=["*"]
        )

    def _use_through_services(self) -> iam.PolicyStatement:
        services = via_services(self, ["bedrock", "dynamodb", "s3", "sns", "sqs"])
        return iam.PolicyStatement(
            sid="UseThroughServices",
            principals=[iam.AccountRootPrincipal()],
            actions=list(USE),
            resources=["*"],
            conditions={
                "StringEquals": {"kms:ViaService": services, "kms:CallerAccount": Stack.of(self).account},
            },
        )

    def _log_groups(self, names_prefix: str) -> iam.PolicyStatement:
        """Source: CloudWatch Logs User Guide, 'Encrypt log data in CloudWatch Logs using AWS KMS'; no wildcards."""
        stack = Stack.of(self)
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

    def _undelivered_events(self) -> iam.PolicyStatement:
        """Let EventBridge put what it could not deliver into the encrypted dead-letter queue."""
        stack = Stack.of(self)
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

    def _alarms(self) -> iam.PolicyStatement:
        """Let alarms publish to the encrypted topic. Source: Amazon SNS Developer Guide, 'Key management'."""
        stack = Stack.of(self)
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
