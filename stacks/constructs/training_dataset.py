"""Checks the examples of a model and stages them under their digest."""

from collections.abc import Sequence

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs import key_access
from stacks.constructs.acknowledgements import acknowledge, objects_finding
from stacks.constructs.dataset_definition import DatasetRules, DatasetSource
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction

#: Where `finetuning.names` puts the copies, those of requests that are still checking, and the reports.
STAGED = "datasets/*"
INCOMING = "incoming/*"
REPORTS = "reports/*"
#: One vCPU. Source: Lambda Developer Guide, 'Configure Lambda function memory'. The memory itself is not needed:
#: docs/benchmarks.md, the deploy's door.
MEMORY_MIB = 1769


class TrainingDatasetProvider(Construct):
    """Defines the function behind ``Custom::BedrockTrainingDataset``; each model's stack adds its own sources."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        defaults: FunctionDefaults,
        data_bucket: s3.IBucket,
    ) -> None:
        """Define the function.

        Args:
            scope: the stack.
            id_: construct id.
            defaults: what all functions of the stack share.
            data_bucket: takes the staged copies.
        """
        super().__init__(scope, id_)
        self.function = RuntimeFunction(
            self,
            "Function",
            feature="training_dataset",
            defaults=defaults,
            timeout=Duration.seconds(900),
            environment={"DATA_BUCKET_NAME": data_bucket.bucket_name, "KEY_ARN": defaults.key.key_arn},
            memory_mib=MEMORY_MIB,
        )
        self._grant(data_bucket, STAGED, "s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject")
        # One version is copied and deleted: the one that was written. Nothing that a job may read can be deleted.
        versions = ("s3:GetObjectVersion", "s3:DeleteObjectVersion")
        self._grant(data_bucket, INCOMING, "s3:AbortMultipartUpload", "s3:PutObject", *versions)
        self._grant(data_bucket, REPORTS, "s3:PutObject")
        self.function.grant(
            iam.PolicyStatement(actions=["s3:ListBucket"], resources=[data_bucket.bucket_arn]),
            key_access.through(self, defaults.key, key_access.WRITE, ["s3"]),
        )
        reasons = {
            STAGED: "Copies are named after their digests, which are not known at synth",
            INCOMING: "Copies that are being checked are named after CloudFormation's request, not known at synth",
            REPORTS: "Reports are named after their digests, which are not known at synth",
        }
        findings = {objects_finding(self, data_bucket, keys): reason for keys, reason in reasons.items()}
        acknowledge(self.function.role, findings)

    def _grant(self, bucket: s3.IBucket, keys: str, *actions: str) -> None:
        self.function.grant(iam.PolicyStatement(actions=list(actions), resources=[bucket.arn_for_objects(keys)]))


class TrainingDataset(Construct):
    """Defines the staged dataset of one model and the right to read its sources: exactly those, and nothing else."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        provider: TrainingDatasetProvider,
        model: str,
        base_model: str,
        sources: Sequence[DatasetSource],
        rules: DatasetRules,
        key_arn: str | None,
    ) -> None:
        """Define the custom resource.

        Args:
            scope: the model's stack.
            id_: construct id.
            provider: the function, in the Control stack.
            model: name of the use case.
            base_model: identifier of the base model, which decides the format of the copies.
            sources: the files; the first is the training split.
            rules: how the files are read and judged.
            key_arn: customer-managed key of the files; None if they have none that must be named.
        """
        super().__init__(scope, id_)
        rights = self._right_to_read(sources, provider.function.role, rules.media, key_arn)
        self.resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::BedrockTrainingDataset",
            service_token=provider.function.function.function_arn,
            # Checking may take the function's 15 minutes, which is all that Lambda gives.
            service_timeout=Duration.seconds(1200),
            properties={
                "Model": model,
                "BaseModel": base_model,
                **{source.split.capitalize(): source.uri for source in sources},
                **rules.properties,
            },
        )
        self.resource.node.add_dependency(rights)

    def uri(self, split: str) -> str:
        """The URI of a staged split ("training", "validation" or "test"), "" at run time if it was not given."""
        return self.resource.get_att_string(f"{split.capitalize()}Uri")

    def _right_to_read(
        self, sources: Sequence[DatasetSource], role: iam.IRole, media: str | None, key_arn: str | None
    ) -> iam.Policy:
        """Return a policy on the Control stack's role: in that stack it would change with every model's data."""
        statements = [
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:GetObjectVersion"],
                resources=[_arn(self, source.bucket, source.key) for source in sources],
            )
        ]
        for bucket in sorted({source.bucket for source in sources}):
            keys = [source.key for source in sources if source.bucket == bucket]
            # Without this, S3 says that a missing object is forbidden.
            statements.append(
                iam.PolicyStatement(
                    actions=["s3:ListBucket"],
                    resources=[_arn(self, bucket)],
                    conditions={"StringEquals": {"s3:prefix": keys}},
                )
            )
        if media is not None:
            statements += self._right_to_read_media(*media.removeprefix("s3://").split("/", 1))
        if key_arn is not None:
            key = kms.Key.from_key_arn(self, "SourceKey", key_arn)
            statements.append(key_access.through(self, key, key_access.READ, ["s3"]))
        policy = iam.Policy(self, "Sources", roles=[role], statements=statements)
        if media is not None:
            finding = f"IAM5[Resource::{_arn(self, *media.removeprefix('s3://').split('/', 1))}*]"
            acknowledge(
                policy, {finding: "Examples name their images and videos one by one; the configuration the folder"}
            )
        return policy

    def _right_to_read_media(self, bucket: str, prefix: str) -> list[iam.PolicyStatement]:
        objects = _arn(self, bucket, f"{prefix}*")
        return [
            iam.PolicyStatement(actions=["s3:GetObject", "s3:GetObjectVersion"], resources=[objects]),
            iam.PolicyStatement(
                actions=["s3:ListBucket"],
                resources=[_arn(self, bucket)],
                conditions={"StringLike": {"s3:prefix": f"{prefix}*"}},
            ),
        ]


def _arn(scope: Construct, bucket: str, key: str | None = None) -> str:
    return Stack.of(scope).format_arn(service="s3", region="", account="", resource=bucket, resource_name=key)
