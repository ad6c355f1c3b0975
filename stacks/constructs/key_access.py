"""Rights on the environment's key, usable only through the AWS services that need it."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import IConstruct

#: What a caller needs on the key of a custom model: Bedrock creates its grant on the caller's behalf.
#: Source: Bedrock User Guide, 'Encryption of custom models', key policy of the roles that customize a model.
CUSTOMIZE = ("kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant")
#: What whoever asks a custom model needs on its key. The Bedrock User Guide says `kms:Decrypt` alone; the page on Nova
#: says both. Source: Amazon Nova User Guide, 'Encryption of Amazon Nova model customization jobs and artifacts',
#: PermissionsModelInvocation.
INVOKE = ("kms:Decrypt", "kms:GenerateDataKey")
#: What S3 and SQS need of a caller that writes, and (the first) of one that reads.
#: Source: Amazon S3 User Guide, 'Using server-side encryption with AWS KMS keys'.
READ = ("kms:Decrypt",)
WRITE = ("kms:Decrypt", "kms:GenerateDataKey")
#: Source: DynamoDB Developer Guide, 'DynamoDB encryption at rest: usage notes', customer managed key.
TABLE = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")


def through(scope: IConstruct, key: kms.IKey, actions: Sequence[str], services: Sequence[str]) -> iam.PolicyStatement:
    """Return a statement for an identity policy: these actions on the key, asked for by one of these services only.

    `IKey.grant` adds ``kms:GenerateDataKey*`` and ``kms:ReEncrypt*`` without a condition, hence the raw statement.
    """
    return iam.PolicyStatement(
        actions=list(actions),
        resources=[key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": via_services(scope, services)}},
    )


def via_services(scope: IConstruct, services: Sequence[str]) -> list[str]:
    """Return the values of ``kms:ViaService`` for these services in the stack's Region."""
    region = Stack.of(scope).region
    return [f"{service}.{region}.amazonaws.com" for service in services]
