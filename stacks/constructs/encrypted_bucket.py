"""Buckets for data: private, versioned, encrypted with our key, reachable over TLS only, with an access log."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs.access_log_bucket import AccessLogBucket

_KEY_HEADER = "s3:x-amz-server-side-encryption-aws-kms-key-id"
_ALGORITHM_HEADER = "s3:x-amz-server-side-encryption"


class EncryptedBucket(Construct):
    """Defines a bucket with house defaults; old versions and abandoned uploads expire."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        key: kms.IKey,
        access_logs: AccessLogBucket,
        lifecycle_rules: Sequence[s3.LifecycleRule],
        removal_policy: RemovalPolicy,
    ) -> None:
        """Define the bucket.

        Args:
            scope: the stack.
            id_: construct id; also the prefix of its access log.
            key: for every object that names no key.
            access_logs: where requests are logged.
            lifecycle_rules: expiry of current objects.
            removal_policy: whether the bucket goes with its stack; it must be emptied first.
        """
        super().__init__(scope, id_)
        housekeeping = s3.LifecycleRule(
            id="Housekeeping",
            noncurrent_version_expiration=Duration.days(30),
            abort_incomplete_multipart_upload_after=Duration.days(7),
            expired_object_delete_marker=True,
        )
        self.bucket = s3.Bucket(
            self,
            "Resource",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            server_access_logs_bucket=access_logs.bucket,
            server_access_logs_prefix=f"{id_}/",
            lifecycle_rules=[housekeeping, *lifecycle_rules],
            removal_policy=removal_policy,
        )
        if self.bucket.policy is not None:  # `enforce_ssl` makes one; a bucket that is kept stays as protected
            self.bucket.policy.apply_removal_policy(removal_policy)

    def deny_other_keys(self, key: kms.IKey) -> None:
        """Refuse objects that ask for another encryption than our key; asking for none gets our key by default.

        For buckets that only we write to: which headers Bedrock sends with its output is not documented.
        """
        for sid, header, allowed in (
            ("DenyOtherKeys", _KEY_HEADER, key.key_arn),
            ("DenyOtherEncryption", _ALGORITHM_HEADER, "aws:kms"),
        ):
            self.bucket.add_to_resource_policy(
                iam.PolicyStatement(
                    sid=sid,
                    effect=iam.Effect.DENY,
                    principals=[iam.AnyPrincipal()],
                    actions=["s3:PutObject"],
                    resources=[self.bucket.arn_for_objects("*")],
                    # A negated operator also matches where the key is absent, hence Null.
                    conditions={"StringNotEquals": {header: allowed}, "Null": {header: "false"}},
                )
            )
