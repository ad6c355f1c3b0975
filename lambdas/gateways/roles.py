"""STS: S3 in the name of another role."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.gateways.clients import client, code_of, message_of
from lambdas.gateways.downloads import ObjectDeniedError
from lambdas.gateways.storage import StorageGateway

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient


def storage_as(role_arn: str, session_name: str, sts: "STSClient | None" = None) -> StorageGateway:
    """Return S3 as a role sees it, for an hour: the longest that a role may be another one.

    Source: IAM User Guide, 'Methods to assume a role', role chaining.

    Args:
        role_arn: that trusts this function's role.
        session_name: shows in CloudTrail; 2 to 64 letters, digits and hyphens.
        sts: client; by default the function's own.

    Raises:
        ObjectDeniedError: the role may not be assumed, or not yet: rights take a while to be in force everywhere.
    """
    try:
        given = (sts or client("sts")).assume_role(RoleArn=role_arn, RoleSessionName=session_name)["Credentials"]
    except ClientError as error:
        if code_of(error) != "AccessDenied":
            raise
        raise ObjectDeniedError(f"cannot assume {role_arn}: {code_of(error)}: {message_of(error)}") from error
    credentials = {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }
    return StorageGateway(client("s3", credentials))
