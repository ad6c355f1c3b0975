"""The role that reads the files of one model: exactly those, and nothing else.

A role for each model, and not a policy of each model on the one function's role, because all inline policies of a role
together have 10,240 characters, which a dozen models used up. Source: IAM User Guide, 'IAM and AWS STS quotas'.
"""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct, IConstruct

from stacks.constructs import key_access
from stacks.constructs.acknowledgements import acknowledge, objects_finding
from stacks.constructs.dataset_definition import DatasetMedia, DatasetSource


def path(project: str, environment: str) -> str:
    """The path of these roles, by which the function's right to assume them is bounded."""
    return f"/{project}/{environment}/sources/"


class DatasetSourcesRole(Construct):
    """Defines the role, which the training dataset function assumes; it is trusted to nobody else."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        path: str,
        reader: iam.IRole,
        sources: Sequence[DatasetSource],
        key_arn: str | None,
    ) -> None:
        """Define the role.

        Args:
            scope: the dataset, in the model's stack.
            id_: construct id.
            path: of `path`.
            reader: role of the function.
            sources: the files.
            key_arn: customer-managed key of the files; None if they have none that must be named.
        """
        super().__init__(scope, id_)
        self.role = iam.Role(self, "Resource", path=path, assumed_by=iam.ArnPrincipal(reader.role_arn))
        for owner, bucket in sorted({(source.account, source.bucket) for source in sources}):
            keys = [source.key for source in sources if (source.account, source.bucket) == (owner, bucket)]
            self._may_read(owner, bucket, keys, {"StringEquals": {"s3:prefix": keys}})
        if key_arn is not None:
            key = kms.Key.from_key_arn(self, "SourceKey", key_arn)
            self._allow(key_access.through(self, key, key_access.READ, ["s3"]))

    def let_copy_media(self, media: DatasetMedia, model: str, data_bucket: s3.IBucket, key: kms.IKey) -> None:
        """Let the role read a folder, and write copies: S3 copies on behalf of one caller, who reads and writes."""
        found, copies = f"{media.prefix}*", f"datasets/{model}/media/*"
        self._may_read(media.account, media.bucket, [found], {"StringLike": {"s3:prefix": found}})
        self._allow(
            iam.PolicyStatement(
                actions=["s3:AbortMultipartUpload", "s3:PutObject"], resources=[data_bucket.arn_for_objects(copies)]
            )
        )
        self._allow(key_access.through(self, key, key_access.WRITE, ["s3"]))
        acknowledge(
            self.role,
            {
                f"IAM5[Resource::{_arn(self, media.bucket, found)}]": (
                    "Examples name their images and videos one by one; the configuration the folder"
                ),
                objects_finding(self, data_bucket, copies): (
                    "Copies of media are named after their origin and content, which are not known at synth"
                ),
            },
        )

    def _may_read(self, owner: str, bucket: str, keys: Sequence[str], listed: dict[str, dict[str, object]]) -> None:
        owned = {"aws:ResourceAccount": owner or Stack.of(self).account}
        self._allow(
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:GetObjectVersion"],
                resources=[_arn(self, bucket, key) for key in keys],
                conditions={"StringEquals": owned},
            )
        )
        # Without this, S3 says that a missing object is forbidden.
        same = {**listed.get("StringEquals", {}), **owned}
        self._allow(
            iam.PolicyStatement(
                actions=["s3:ListBucket"], resources=[_arn(self, bucket)], conditions={**listed, "StringEquals": same}
            )
        )

    def _allow(self, statement: iam.PolicyStatement) -> None:
        self.role.add_to_policy(statement)


def _arn(scope: IConstruct, bucket: str, key: str | None = None) -> str:
    return Stack.of(scope).format_arn(service="s3", region="", account="", resource=bucket, resource_name=key)
