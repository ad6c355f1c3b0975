"""What lasts: key, buckets, service role and registry of one environment."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs.access_log_bucket import AccessLogBucket
from stacks.constructs.dead_letter_queue import DeadLetterQueue
from stacks.constructs.emptied_bucket import BucketEmptying, EmptiedBucket
from stacks.constructs.encrypted_bucket import EncryptedBucket
from stacks.constructs.encryption_key import EncryptionKey
from stacks.constructs.job_network import JobNetwork, let_connect
from stacks.constructs.manifest_key import ManifestKey
from stacks.constructs.registry_table import RegistryTable
from stacks.constructs.retention import Retention
from stacks.constructs.runtime_function import FunctionDefaults
from stacks.constructs.service_role import ServiceRole
from stacks.constructs.undelivered_events import UndeliveredEvents

#: Two years: longer than the life of a base model on Bedrock, so that a wanted job never misses its data.
DATASETS_EXPIRE_AFTER = Duration.days(730)
#: Staged copies, reports about them, and what `ops data push` uploaded for a configuration to name.
KEPT = {"Datasets": "datasets/", "Reports": "reports/", "Uploads": "uploads/"}
#: A request that is still checking after a day has long timed out.
INCOMING_EXPIRES_AFTER = Duration.days(1)
OUTPUTS_EXPIRE_AFTER = Duration.days(730)


class FoundationStack(Stack):
    """Composes the stateful part of an environment; with `retain` it survives its own deletion."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        names_prefix: str,
        code: lambda_.Code,
        retention: Retention,
        reserved_concurrency: int | None = None,
        key_arn: str | None = None,
        service_role_arn: str | None = None,
        network: JobNetwork | None = None,
        manifest_readers: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        """Define the stack.

        Args:
            scope: the app.
            id_: name of the stack.
            names_prefix: with which the names of the environment's stacks begin.
            code: the functions' asset.
            retention: of data and logs.
            reserved_concurrency: of each function; None to take part in the account's.
            key_arn: key of the user's; None to make one.
            service_role_arn: role of the user's that Bedrock assumes; None to make one.
            network: in which jobs run; None for Bedrock's own.
            manifest_readers: other accounts that may verify the environment's manifests.
            kwargs: of `Stack`.
        """
        super().__init__(scope, id_, **kwargs)
        removal_policy = retention.removal_policy
        encryption = EncryptionKey(
            self, "Key", key_arn=key_arn, names_prefix=names_prefix, removal_policy=removal_policy
        )
        self.key = encryption.key
        self.manifest_key = ManifestKey(
            self, "ManifestKey", names_prefix=names_prefix, readers=manifest_readers, removal_policy=removal_policy
        ).key
        access_logs = AccessLogBucket(self, "AccessLogBucket", removal_policy=removal_policy)
        data = EncryptedBucket(
            self,
            "DataBucket",
            key=self.key,
            access_logs=access_logs,
            lifecycle_rules=_data_rules(),
            removal_policy=removal_policy,
        )
        data.deny_other_keys(self.key)
        output = EncryptedBucket(
            self,
            "OutputBucket",
            key=self.key,
            access_logs=access_logs,
            lifecycle_rules=[s3.LifecycleRule(id="Outputs", prefix="outputs/", expiration=OUTPUTS_EXPIRE_AFTER)],
            removal_policy=removal_policy,
        )
        self.data_bucket, self.output_bucket = data.bucket, output.bucket
        self.service_role = self._service_role(service_role_arn, network)
        encryption.let_customize(self.service_role)
        self.registry = RegistryTable(self, "RegistryTable", key=self.key, removal_policy=removal_policy).table
        if removal_policy == RemovalPolicy.DESTROY:
            dead_letters = DeadLetterQueue(self, "DeadLetterQueue", key=self.key)
            defaults = FunctionDefaults(code, self.key, dead_letters.queue, retention, reserved_concurrency)
            self._empty_on_deletion(access_logs, dead_letters, defaults)
        self._outputs()

    def _service_role(self, given: str | None, network: JobNetwork | None) -> iam.IRole:
        if given is not None:
            return iam.Role.from_role_arn(self, "GivenServiceRole", given, mutable=False)
        role = ServiceRole(
            self, "ServiceRole", data_bucket=self.data_bucket, output_bucket=self.output_bucket, key=self.key
        ).role
        if network is not None:
            let_connect(role, network)
        return role

    def _empty_on_deletion(
        self, access_logs: AccessLogBucket, dead_letters: DeadLetterQueue, defaults: FunctionDefaults
    ) -> None:
        undelivered = UndeliveredEvents(
            self, "Undelivered", defaults=defaults, dead_letters=dead_letters, registry=self.registry
        )
        emptying = BucketEmptying(self, "BucketEmptying", defaults=defaults)
        emptying.node.add_dependency(undelivered)
        EmptiedBucket(self, "EmptiedDataBucket", bucket=self.data_bucket, emptying=emptying)
        EmptiedBucket(self, "EmptiedOutputBucket", bucket=self.output_bucket, emptying=emptying)
        emptied = EmptiedBucket(self, "EmptiedAccessLogBucket", bucket=access_logs.bucket, emptying=emptying)
        access_logs.stop_delivery_before(emptied)

    def _outputs(self) -> None:
        """Tell people and the Control stack what there is; exports stay even if nothing imports them for a while."""
        for value in (
            self.key.key_arn,
            self.data_bucket.bucket_arn,
            self.data_bucket.bucket_name,
            self.output_bucket.bucket_name,
            self.service_role.role_arn,
            self.registry.table_arn,
            self.registry.table_name,
            self.manifest_key.key_arn,
        ):
            if Token.is_unresolved(value):  # what was given is known, and needs no export
                self.export_value(value)
        CfnOutput(self, "DataBucketName", value=self.data_bucket.bucket_name)
        CfnOutput(self, "OutputBucketName", value=self.output_bucket.bucket_name)
        CfnOutput(self, "KeyArn", value=self.key.key_arn)
        CfnOutput(self, "ManifestKeyArn", value=self.manifest_key.key_arn)
        CfnOutput(self, "ServiceRoleArn", value=self.service_role.role_arn)
        CfnOutput(self, "RegistryTableName", value=self.registry.table_name)


def _data_rules() -> list[s3.LifecycleRule]:
    kept = [s3.LifecycleRule(id=id_, prefix=prefix, expiration=DATASETS_EXPIRE_AFTER) for id_, prefix in KEPT.items()]
    incoming = s3.LifecycleRule(
        id="Incoming",
        prefix="incoming/",
        expiration=INCOMING_EXPIRES_AFTER,
        noncurrent_version_expiration=INCOMING_EXPIRES_AFTER,
        abort_incomplete_multipart_upload_after=INCOMING_EXPIRES_AFTER,
    )
    return [*kept, incoming]
