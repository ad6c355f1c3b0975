"""Empties a bucket when its stack is deleted, because S3 deletes only empty buckets.

CDK's ``auto_delete_objects`` brings a Node.js function with broad rights; this one is ours, in Python.
"""

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.constructs.acknowledgements import acknowledge, objects_finding
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction


class BucketEmptying(Construct):
    """Defines the function behind ``Custom::EmptiedBucket``; it may touch no bucket until one is given to it."""

    def __init__(self, scope: Construct, id_: str, *, defaults: FunctionDefaults) -> None:
        """Define the function.

        Args:
            scope: the stack.
            id_: construct id.
            defaults: what all functions of the stack share.
        """
        super().__init__(scope, id_)
        self.function = RuntimeFunction(
            self, "Function", feature="bucket_emptying", defaults=defaults, timeout=Duration.seconds(840)
        )
        # Tells the deletion of the stack, when data goes, from the removal of the resource, when data stays.
        self.function.grant(
            iam.PolicyStatement(actions=["cloudformation:DescribeStacks"], resources=[Stack.of(self).stack_id])
        )


class EmptiedBucket(Construct):
    """Defines the promise that a bucket is empty before it is deleted.

    The right to empty it is a policy of its own: in the function's policy it would make the function depend on the
    bucket, and a bucket could not go before another one is emptied.
    """

    def __init__(self, scope: Construct, id_: str, *, bucket: s3.Bucket, emptying: BucketEmptying) -> None:
        """Define the custom resource and the right to empty the bucket.

        Args:
            scope: the stack.
            id_: construct id.
            bucket: with a removal policy of destroy.
            emptying: the function.
        """
        super().__init__(scope, id_)
        rights = iam.Policy(
            self,
            "Rights",
            roles=[emptying.function.role],
            statements=[
                iam.PolicyStatement(actions=["s3:ListBucket", "s3:ListBucketVersions"], resources=[bucket.bucket_arn]),
                iam.PolicyStatement(
                    actions=["s3:DeleteObject", "s3:DeleteObjectVersion"], resources=[bucket.arn_for_objects("*")]
                ),
            ],
        )
        finding = objects_finding(self, bucket, "*")
        acknowledge(rights, {finding: "Emptying a bucket means deleting every object in it"})
        self.resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::EmptiedBucket",
            service_token=emptying.function.function.function_arn,
            service_timeout=Duration.seconds(1200),
            properties={"BucketName": bucket.bucket_name},
        )
        self.resource.node.add_dependency(rights, emptying)
