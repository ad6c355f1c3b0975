"""Checks the examples of a model and stages them under their digest."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs import key_access
from stacks.constructs.acknowledgements import acknowledge, objects_finding
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction

#: Where `finetuning.names.dataset_key` puts the copies.
STAGED = "datasets/*"


@dataclass(frozen=True)
class DatasetSource:
    """One file of examples in S3.

    Attributes:
        split: "training", "validation" or "test".
        bucket: name of the bucket.
        key: of the object.
        version: of the object; "" for the latest.
    """

    split: str
    bucket: str
    key: str
    version: str = ""

    @property
    def uri(self) -> str:
        """The object's URI, pinned to the version if there is one."""
        return f"s3://{self.bucket}/{self.key}" + (f"?versionId={self.version}" if self.version else "")


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
            memory_mib=1024,
            storage_mib=2048,
        )
        self.function.grant(
            iam.PolicyStatement(
                actions=["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
                resources=[data_bucket.arn_for_objects(STAGED)],
            ),
            iam.PolicyStatement(actions=["s3:ListBucket"], resources=[data_bucket.bucket_arn]),
            key_access.through(self, defaults.key, key_access.WRITE, ["s3"]),
        )
        finding = objects_finding(self, data_bucket, STAGED)
        acknowledge(self.function.role, {finding: "Copies are named after their digests, which are not known at synth"})


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
        format_: str | None,
        system_prompt: str | None,
    ) -> None:
        """Define the custom resource.

        Args:
            scope: the model's stack.
            id_: construct id.
            provider: the function, in the Control stack.
            model: name of the use case.
            base_model: identifier of the base model, which decides the format of the copies.
            sources: the files; the first is the training split.
            format_: of the files; None to recognise it.
            system_prompt: for examples that have none; None for no such prompt.
        """
        super().__init__(scope, id_)
        rights = self._right_to_read(sources, provider.function.role)
        optional = {"Format": format_, "SystemPrompt": system_prompt}
        self.resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::BedrockTrainingDataset",
            service_token=provider.function.function.function_arn,
            service_timeout=Duration.seconds(900),
            properties={
                "Model": model,
                "BaseModel": base_model,
                **{source.split.capitalize(): source.uri for source in sources},
                **{name: value for name, value in optional.items() if value is not None},
            },
        )
        self.resource.node.add_dependency(rights)

    def uri(self, split: str) -> str:
        """The URI of a staged split ("training", "validation" or "test"), "" at run time if it was not given."""
        return self.resource.get_att_string(f"{split.capitalize()}Uri")

    def _right_to_read(self, sources: Sequence[DatasetSource], role: iam.IRole) -> iam.Policy:
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
        return iam.Policy(self, "Sources", roles=[role], statements=statements)


def _arn(scope: Construct, bucket: str, key: str | None = None) -> str:
    return Stack.of(scope).format_arn(service="s3", region="", account="", resource=bucket, resource_name=key)
