"""The role that Bedrock assumes to read the staged datasets and to write metrics."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs import key_access
from stacks.constructs.acknowledgements import acknowledge, objects_finding

DATASETS = "datasets/*"
OUTPUTS = "outputs/*"


class ServiceRole(Construct):
    """Defines the role with the documented trust policy: Bedrock only, for customization jobs of this account only.

    Source: Bedrock User Guide, 'Create a service role for model customization'. It may read the staged datasets, write
    the outputs and use the key, and nothing else; ``aws:ResourceAccount`` keeps it from buckets that somebody else
    owns by the same name.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        data_bucket: s3.IBucket,
        output_bucket: s3.IBucket,
        key: kms.IKey,
    ) -> None:
        """Define the role.

        Args:
            scope: the stack.
            id_: construct id.
            data_bucket: holds the staged datasets.
            output_bucket: takes the metrics.
            key: encrypts both buckets and the custom models.
        """
        super().__init__(scope, id_)
        stack = Stack.of(self)
        jobs = stack.format_arn(service="bedrock", resource="model-customization-job", resource_name="*")
        self.role = iam.Role(
            self,
            "Resource",
            description="Assumed by Amazon Bedrock while it customizes a model",
            assumed_by=iam.ServicePrincipal(
                "bedrock.amazonaws.com",
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account},
                    "ArnEquals": {"aws:SourceArn": jobs},
                },
            ),
        )
        # Not `grant_read`: it adds s3:GetBucket* and s3:List*, and no condition.
        self._may_use(data_bucket, ["s3:GetObject"], DATASETS)
        self._may_use(output_bucket, ["s3:GetObject", "s3:PutObject"], OUTPUTS)
        self.role.add_to_policy(key_access.through(self, key, key_access.CUSTOMIZE, ["bedrock", "s3"]))
        acknowledge(
            self.role,
            {
                objects_finding(self, data_bucket, DATASETS): (
                    "Staged datasets are named after their digests, which are not known at synth; the prefix is exact"
                ),
                objects_finding(self, output_bucket, OUTPUTS): (
                    "Bedrock names its output after the job id that it assigns; the prefix is exact"
                ),
            },
        )

    def _may_use(self, bucket: s3.IBucket, actions: list[str], prefix: str) -> None:
        own = {"StringEquals": {"aws:ResourceAccount": Stack.of(self).account}}
        self.role.add_to_policy(
            iam.PolicyStatement(actions=actions, resources=[bucket.arn_for_objects(prefix)], conditions=own)
        )
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=["s3:ListBucket"],
                resources=[bucket.bucket_arn],
                conditions={**own, "StringLike": {"s3:prefix": prefix}},
            )
        )
