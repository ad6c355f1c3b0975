"""Evaluation jobs of Bedrock, in which a larger model grades answers: as whom they run, and who may order them.

Source: Bedrock User Guide, 'Required service role permissions for creating a model evaluation job that uses a judge
model', Amazon Bedrock, Amazon S3 and trust policy.
"""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs import asked_models, key_access
from stacks.constructs.acknowledgements import acknowledge, objects_finding
from stacks.constructs.bedrock_access import BedrockAccess
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction

#: Of a judge, by that source; which of them a job needs that invokes no model but the judge, it does not say.
_ASK = ("bedrock:InvokeModel", "bedrock:CreateModelInvocationJob", "bedrock:StopModelInvocationJob")


class JudgeJobs(Construct):
    """Defines the role of evaluation jobs; it exists only where a configuration orders such jobs."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        defaults: FunctionDefaults,
        output_bucket: s3.IBucket,
        files: str,
        judges: Sequence[str],
    ) -> None:
        """Define the role.

        Args:
            scope: where it belongs.
            id_: construct id.
            defaults: what the functions of the stack share.
            output_bucket: holds the answers and takes the grades.
            files: pattern of the keys there.
            judges: models that grade.
        """
        super().__init__(scope, id_)
        self._jobs = Stack.of(self).format_arn(service="bedrock", resource="evaluation-job", resource_name="*")
        self._judges, self._key = judges, defaults.key
        account = Stack.of(self).account
        self.role = iam.Role(
            self,
            "Role",
            description="Assumed by Amazon Bedrock while a model grades answers",
            assumed_by=iam.ServicePrincipal(
                "bedrock.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": account}, "ArnEquals": {"aws:SourceArn": self._jobs}},
            ),
        )
        own = {"StringEquals": {"aws:ResourceAccount": account}}
        objects = output_bucket.arn_for_objects(files)
        statements = [
            iam.PolicyStatement(
                actions=["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], resources=[objects], conditions=own
            ),
            iam.PolicyStatement(
                actions=["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
                resources=[output_bucket.bucket_arn],
                conditions=own,
            ),
            *asked_models.statements(self, judges, _ASK),
            key_access.through(self, defaults.key, key_access.CUSTOMIZE, ["bedrock", "s3"]),
        ]
        for statement in statements:
            self.role.add_to_policy(statement)
        reason = "Evaluations come and go without the Control stack; the prefix is exact"
        acknowledge(self.role, {objects_finding(self, output_bucket, files): reason})
        asked_models.acknowledge_profiles(self, self.role, judges)

    def let_order(self, function: RuntimeFunction, bedrock: BedrockAccess) -> None:
        """Let a function order jobs that carry the owner tags and run as this role, and look how they are."""
        owner = {
            "StringEquals": {
                "aws:RequestTag/finetuning:project": bedrock.project,
                "aws:RequestTag/finetuning:environment": bedrock.environment,
            }
        }
        function.grant(
            iam.PolicyStatement(
                actions=["bedrock:CreateEvaluationJob", "bedrock:TagResource"],
                resources=[self._jobs],
                conditions=owner,
            ),
            *asked_models.statements(self, self._judges, ("bedrock:CreateEvaluationJob",)),
            iam.PolicyStatement(actions=["bedrock:GetEvaluationJob"], resources=[self._jobs]),
            iam.PolicyStatement(actions=["bedrock:ListEvaluationJobs"], resources=["*"]),
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[self.role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
            ),
            key_access.through(self, self._key, key_access.CUSTOMIZE, ["bedrock"]),
        )
        reason = "Bedrock assigns these ids; what orders a job is bounded by the owner tags"
        acknowledge(function.role, {f"IAM5[Resource::{self._jobs}]": reason})
        asked_models.acknowledge_profiles(self, function.role, self._judges)
