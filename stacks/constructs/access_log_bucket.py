"""The bucket into which S3 writes the access logs of the other buckets."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct, IDependable


class AccessLogBucket(Construct):
    """Defines the bucket; logs expire after a year."""

    def __init__(self, scope: Construct, id_: str, *, removal_policy: RemovalPolicy) -> None:
        """Define the bucket.

        Args:
            scope: the stack.
            id_: construct id.
            removal_policy: whether the bucket goes with its stack; it must be emptied first.
        """
        super().__init__(scope, id_)
        self.bucket = s3.Bucket(
            self,
            "Resource",
            # S3 delivers access logs only to buckets with this encryption. Source: Amazon S3 User Guide, 'Logging
            # requests with server access logging', destination bucket.
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="Expiry",
                    expiration=Duration.days(365),
                    noncurrent_version_expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                )
            ],
            removal_policy=removal_policy,
        )
        if self.bucket.policy is not None:  # `enforce_ssl` makes one; a bucket that is kept stays as protected
            self.bucket.policy.apply_removal_policy(removal_policy)

    def stop_delivery_before(self, emptied: IDependable) -> None:
        """Make the policy that lets S3 deliver go before the bucket is emptied: logs come hours late."""
        if self.bucket.policy is not None:
            self.bucket.policy.node.add_dependency(emptied)
