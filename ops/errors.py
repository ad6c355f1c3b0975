"""What can go wrong in front of an operator: which message, and which exit code.

Exit codes: 1 something is wrong with what was asked about, 2 the command was used wrongly, 3 AWS cannot be
reached, an input cannot be read, or an output cannot be written.
"""

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from configuration.choice import is_loopback
from finetuning.errors import FineTuningError
from finetuning.lifecycle.migrations import UnknownSchemaError
from lambdas.gateways.clients import code_of, message_of

WRONG = 1
USAGE = 2
UNREACHABLE = 3
INTERRUPTED = 130

#: Errors that are told in one message; every other exception is a bug and keeps its traceback.
EXPECTED = (FineTuningError, UnknownSchemaError, BotoCoreError, ClientError)

#: Error codes of credentials that AWS does not accept. Source: AWS General Reference, 'Common errors'.
_CREDENTIALS = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)


class OperatorError(FineTuningError):
    """Something is wrong with what was asked about; the message is for the operator."""

    exit_code = WRONG


class UsageError(OperatorError):
    """The command was used wrongly."""

    exit_code = USAGE


class UnreachableError(OperatorError):
    """AWS cannot be reached with these settings and credentials."""

    exit_code = UNREACHABLE


def told(error: Exception, endpoint_url: str | None) -> tuple[str, int]:
    """Return the message and the exit code of an expected error.

    Args:
        error: one of EXPECTED.
        endpoint_url: AWS_ENDPOINT_URL, to say what to do when nothing answers.
    """
    if isinstance(error, OperatorError):
        return str(error), error.exit_code
    if isinstance(error, ClientError):
        return _refusal(error)
    if isinstance(error, ParamValidationError):
        return f"the request was not sent, because AWS would refuse it: {error}", WRONG
    if isinstance(error, BotoCoreError):
        return f"cannot reach AWS: {error}; {_way_out(endpoint_url)}", UNREACHABLE
    return str(error), WRONG


def _refusal(error: ClientError) -> tuple[str, int]:
    code, message = code_of(error), message_of(error)
    if code in _CREDENTIALS:
        fix = "sign in again, or choose other credentials with AWS_PROFILE"
        return f"AWS does not accept the credentials: {code}: {message}; {fix}", UNREACHABLE
    return f"AWS refused {error.operation_name}: {code}: {message}", WRONG


def _way_out(endpoint_url: str | None) -> str:
    if is_loopback(endpoint_url):
        return "start the embedded AWS with 'python -m local start', or 'unset AWS_ENDPOINT_URL' to use a real account"
    return "check the network, and the credentials with 'aws sts get-caller-identity'"
