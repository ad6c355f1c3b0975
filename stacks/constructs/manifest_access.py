"""The driver's rights to issue manifests: read the evidence, write what it says once, and sign it."""

from aws_cdk import Stack, Tags
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from stacks.constructs import key_access, manifest_key
from stacks.constructs.acknowledgements import acknowledge, objects_finding
from stacks.constructs.runtime_function import RuntimeFunction

#: What a job left behind, what an evaluation found, and the manifests themselves.
EVIDENCE = ("evaluations/*", "manifests/*", "outputs/*")
MANIFESTS = "manifests/*"


def let_issue(function: RuntimeFunction, *, bucket: s3.IBucket, key: kms.IKey, signing_key: kms.IKey) -> None:
    """Let a function issue manifests, in a policy of its own: the one of its role is nearly as long as IAM allows.

    Args:
        function: the driver's.
        bucket: the output bucket.
        key: that encrypts it.
        signing_key: the environment's manifest key.
    """
    own = {"aws:ResourceAccount": Stack.of(function).account}
    # Source: IAM User Guide, 'IAM and AWS STS quotas': inline policies share 10,240 characters of a role.
    policy = iam.ManagedPolicy(
        function,
        "Manifests",
        roles=[function.role],
        statements=[
            iam.PolicyStatement(
                actions=["s3:GetObject"],
                resources=[bucket.arn_for_objects(keys) for keys in EVIDENCE],
                conditions={"StringEquals": own},
            ),
            iam.PolicyStatement(
                actions=["s3:PutObject"],
                resources=[bucket.arn_for_objects(MANIFESTS)],
                conditions={"StringEquals": own},
            ),
            # Without it, S3 calls what is missing forbidden; GetObject knows no prefix, so there is no condition on it.
            iam.PolicyStatement(
                actions=["s3:ListBucket"], resources=[bucket.bucket_arn], conditions={"StringEquals": own}
            ),
            key_access.through(function, key, key_access.WRITE, ["s3"]),
            manifest_key.let_sign(signing_key.key_arn),
            iam.PolicyStatement(actions=["kms:Verify"], resources=[signing_key.key_arn]),
        ],
    )
    reason = "One object per model version; models come and go without the Control stack"
    acknowledge(policy, {objects_finding(function, bucket, keys): reason for keys in EVIDENCE})
    Tags.of(function.role).add(manifest_key.SIGNER_TAG, manifest_key.SIGNER)
