"""Checks the examples of a model and stages them under their digest."""

from collections.abc import Sequence

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs import key_access
from stacks.constructs.acknowledgements import acknowledge, objects_finding
from stacks.constructs.dataset_definition import DatasetRules, DatasetSource
from stacks.constructs.dataset_sources import DatasetSourcesRole
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction

#: Where `finetuning.object_keys` puts the copies, those of requests that are still checking, and the reports.
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
        sources_path: str,
        data_bucket: s3.IBucket,
    ) -> None:
        """Define the function.

        Args:
            scope: the stack.
            id_: construct id.
            defaults: what all functions of the stack share.
            sources_path: path of the roles that read the models' files.
            data_bucket: takes the staged copies.
        """
        super().__init__(scope, id_)
        self.data_bucket, self.key, self.sources_path = data_bucket, defaults.key, sources_path
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
            iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[readers := self._readers()]),
        )
        reasons = {
            STAGED: "Copies are named after their digests, which are not known at synth",
            INCOMING: "Copies that are being checked are named after CloudFormation's request, not known at synth",
            REPORTS: "Reports are named after their digests, which are not known at synth",
        }
        findings = {objects_finding(self, data_bucket, keys): reason for keys, reason in reasons.items()}
        reason = "One role per model, and models come and go without the Control stack; the path is theirs alone"
        acknowledge(self.function.role, {**findings, f"IAM5[Resource::{readers}]": reason})

    def _readers(self) -> str:
        name = f"{self.sources_path.strip('/')}/*"
        return Stack.of(self).format_arn(service="iam", region="", resource="role", resource_name=name)

    def _grant(self, bucket: s3.IBucket, keys: str, *actions: str) -> None:
        self.function.grant(iam.PolicyStatement(actions=list(actions), resources=[bucket.arn_for_objects(keys)]))


class TrainingDataset(Construct):
    """Defines the staged dataset of one model, and the role that reads its sources."""

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
        reader = DatasetSourcesRole(
            self,
            "SourcesRole",
            path=provider.sources_path,
            reader=provider.function.role,
            sources=sources,
            key_arn=key_arn,
        )
        if rules.media is not None:
            reader.let_copy_media(rules.media, model, provider.data_bucket, provider.key)
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
                **{f"{source.split.capitalize()}Account": source.account for source in sources if source.account},
                **rules.properties,
                "SourcesRole": reader.role.role_arn,
            },
        )
        self.resource.node.add_dependency(reader)

    def uri(self, split: str) -> str:
        """The URI of a staged split ("training", "validation" or "test"), "" at run time if it was not given."""
        return self.resource.get_att_string(f"{split.capitalize()}Uri")
