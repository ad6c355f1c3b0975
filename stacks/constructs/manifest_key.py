"""The key with which an environment signs the manifests of its models, and who may sign and verify with it."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct, IConstruct

from finetuning import names
from finetuning.manifest import ALGORITHM
from stacks.constructs import key_policy

#: The tag of the one role that may sign. A role of a stack that depends on the key cannot be named in its policy.
SIGNER_TAG, SIGNER = f"{names.OWNER_TAG_PREFIX}signs", "manifests"
#: What whoever verifies needs. Source: AWS KMS API reference, Verify and GetPublicKey, 'Required permissions'.
VERIFY = ("kms:DescribeKey", "kms:GetPublicKey", "kms:Verify")


class ManifestKey(Construct):
    """Defines the key: asymmetric, so that another account can verify and not sign.

    Its private half never leaves KMS, and a key of this kind cannot be rotated. Source: AWS KMS Developer Guide,
    'Asymmetric keys in AWS KMS', 'Rotate AWS KMS keys'.
    """

    def __init__(
        self, scope: Construct, id_: str, *, names_prefix: str, readers: Sequence[str], removal_policy: RemovalPolicy
    ) -> None:
        """Define the key.

        Args:
            scope: the stack.
            id_: construct id.
            names_prefix: with which the names of the environment's stacks begin.
            readers: other accounts that may verify.
            removal_policy: whether the key is scheduled for deletion with its stack.
        """
        super().__init__(scope, id_)
        statements = [key_policy.administration(), _sign(self), _verify_here(self)]
        if readers:
            statements.append(_verify_elsewhere(readers))
        self.key = kms.Key(
            self,
            "Resource",
            description=f"Signs the manifests of {names_prefix.rstrip('-')}",
            alias=f"alias/{names_prefix}manifest",
            key_spec=kms.KeySpec.ECC_NIST_P256,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            pending_window=Duration.days(7),
            removal_policy=removal_policy,
            policy=iam.PolicyDocument(statements=statements),
        )


def let_sign(key_arn: str) -> iam.PolicyStatement:
    """Return the right to sign digests with a key, for the identity policy of the role that has `SIGNER_TAG`."""
    return iam.PolicyStatement(
        actions=["kms:Sign"],
        resources=[key_arn],
        conditions={"StringEquals": {"kms:MessageType": "DIGEST", "kms:SigningAlgorithm": ALGORITHM}},
    )


def let_verify(
    scope: IConstruct, project: str, source_environment: str, key_arn: str | None = None
) -> iam.PolicyStatement:
    """Return the right to verify with a key, for an identity policy.

    Args:
        scope: in whose account and Region the key is, if it is found by its alias.
        project: whose key it is.
        source_environment: whose manifests are verified.
        key_arn: the key, if the configuration names it; None to find it by its alias.
    """
    if key_arn is not None:
        return iam.PolicyStatement(actions=["kms:Verify"], resources=[key_arn])
    # Source: AWS KMS Developer Guide, 'Use aliases to control access to KMS keys': a statement names keys, never
    # aliases, and this condition says which.
    return iam.PolicyStatement(
        actions=["kms:Verify"],
        resources=[Stack.of(scope).format_arn(service="kms", resource="key", resource_name="*")],
        conditions={"StringEquals": {"kms:RequestAlias": names.manifest_alias(project, source_environment)}},
    )


def _sign(scope: IConstruct) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="SignManifests",
        principals=[iam.AccountRootPrincipal()],
        actions=["kms:Sign"],
        resources=["*"],
        conditions={
            "StringEquals": {
                "kms:CallerAccount": Stack.of(scope).account,
                f"aws:PrincipalTag/{SIGNER_TAG}": SIGNER,
                "kms:MessageType": "DIGEST",
                "kms:SigningAlgorithm": ALGORITHM,
            }
        },
    )


def _verify_here(scope: IConstruct) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="VerifyManifests",
        principals=[iam.AccountRootPrincipal()],
        actions=list(VERIFY),
        resources=["*"],
        conditions={"StringEquals": {"kms:CallerAccount": Stack.of(scope).account}},
    )


def _verify_elsewhere(readers: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="VerifyManifestsElsewhere",
        principals=[iam.AccountPrincipal(account) for account in readers],
        actions=list(VERIFY),
        resources=["*"],
    )
