"""The pointer: an SSM parameter that tells applications which endpoint to call."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.gateways.clients import client, code_of

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class PointerGateway:
    """Writes and withdraws the pointer parameter."""

    def __init__(self, ssm: "SSMClient | None" = None) -> None:
        self._ssm: SSMClient = ssm or client("ssm")

    def publish(self, name: str, endpoint_arn: str) -> None:
        """Point to this endpoint."""
        self._ssm.put_parameter(
            Name=name,
            Value=endpoint_arn,
            Type="String",
            Overwrite=True,
            Description="ARN of the endpoint that serves the fine-tuned model; use it as modelId",
        )

    def read(self, name: str) -> str | None:
        """The endpoint ARN, or None when nothing is published."""
        try:
            return self._ssm.get_parameter(Name=name)["Parameter"]["Value"]
        except ClientError as error:
            if code_of(error) == "ParameterNotFound":
                return None
            raise

    def withdraw(self, name: str) -> None:
        """Delete the pointer; one that is gone already is fine."""
        try:
            self._ssm.delete_parameter(Name=name)
        except ClientError as error:
            if code_of(error) != "ParameterNotFound":
                raise
