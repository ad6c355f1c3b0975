"""cdk-nag findings that we accept, each with the reason that a security reviewer would ask for."""

from collections.abc import Mapping

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_s3 as s3
from constructs import IConstruct


def acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accept findings of the AwsSolutions pack on a construct and what is inside it, and nowhere else.

    Args:
        construct: the narrowest construct on which the rules fire.
        reasons: finding → why it is accepted; a finding is ``IAM5[Resource::*]`` or, without detail, ``SQS3``. The
            prefixed form that is made of it is the one that the validation report lists with its reason.
    """
    prefixed = [
        Acknowledgment(id=f"AwsSolutions::AwsSolutions-{finding}", reason=reason) for finding, reason in reasons.items()
    ]
    Validations.of(construct).acknowledge(*prefixed)


def objects_finding(scope: IConstruct, bucket: s3.IBucket, keys: str) -> str:
    """Return the IAM5 finding about a policy in a stack that names a bucket's objects by a pattern.

    A bucket of another stack is named by its export, as cdk-nag sees it in the template.
    """
    owner = Stack.of(bucket)
    if owner is Stack.of(scope):
        logical_id, attribute = owner.resolve(bucket.bucket_arn)["Fn::GetAtt"]
        return f"IAM5[Resource::<{logical_id}.{attribute}>/{keys}]"
    export = owner.resolve(owner.export_value(bucket.bucket_arn))["Fn::ImportValue"]
    return f"IAM5[Resource::{export}/{keys}]"
