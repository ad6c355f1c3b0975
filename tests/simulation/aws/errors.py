"""Errors as botocore raises them, for services that refuse and for answers that never come."""

from botocore.exceptions import ClientError, ConnectionClosedError

ENDPOINT_URL = "https://aws.example.com/"

#: HTTP status by code; all others are 400. Source: the service models of botocore.
_STATUS = {
    "AccessDeniedException": 403,
    "InternalServerException": 500,
    "NoSuchKey": 404,
    "ResourceNotFoundException": 404,
    "ThrottlingException": 429,
    "404": 404,
}


def refusal(code: str, message: str, operation: str = "") -> ClientError:
    """A service's answer that it will not; the code is in the service model of the operation."""
    status = {"HTTPStatusCode": _STATUS.get(code, 400)}
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": status}, operation)  # type: ignore[typeddict-item]  # as much of the metadata as is read


def not_found(what: str) -> ClientError:
    """Bedrock's answer about what does not exist."""
    return refusal("ResourceNotFoundException", f"Could not find {what}.")


def denied(action: str, arn: str) -> ClientError:
    """IAM's answer."""
    return refusal(
        "AccessDeniedException",
        f"User is not authorized to perform: {action} on resource: {arn} because no identity-based policy allows it",
    )


def lost_reply() -> ConnectionClosedError:
    """The connection broke: nobody knows whether the request took effect."""
    return ConnectionClosedError(endpoint_url=ENDPOINT_URL)


def throttled() -> ClientError:
    """What is left of throttling when the client's own retries are used up; nothing happened."""
    return refusal("ThrottlingException", "Too many requests, please wait before trying again.")


def broken() -> ClientError:
    """An error of the service itself; whether the request took effect is not said."""
    return refusal("InternalServerException", "Encountered an unexpected error when processing the request.")
