"""What can go wrong in front of an operator: which message, and which exit code.

Exit codes: 1 something is wrong with what was asked about, 2 the command was used wrongly, 3 AWS cannot be
reached, an input cannot be read, or an output cannot be written.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from configuration.choice import is_loopback
from finetuning.errors import FineTuningError
from finetuning.lifecycle.migrations import UnknownSchemaError
from lambdas.gateways.clients import code_of, message_of

WRONG = 1
USAGE = 2
UNREACHABLE = 3
INTERRUPTED = 130

#: Errors that are told in one message; every other exception is a bug and keeps its traceback.
EXPECTED = (FineTuningError, UnknownSchemaError, BotoCoreError, ResponseParserError, ClientError)

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


class UnwritableError(OperatorError):
    """An output cannot be written."""

    exit_code = UNREACHABLE


@contextmanager
def writing(output: object, fix: str = "") -> Iterator[None]:
    """Tell what the system says about a file that cannot be written in the block.

    Raises:
        UnwritableError: the folder or the file may not be written, or the disk is full.
    """
    try:
        yield
    except OSError as error:
        raise UnwritableError(f"cannot write {output}: {error.strerror or error}{fix and f'; {fix}'}") from error


def told(error: Exception, endpoint_url: str | None) -> tuple[str, int]:
    """Return the message and the exit code of an expected error.

    Args:
        error: one of EXPECTED.
        endpoint_url: AWS_ENDPOINT_URL, to say what to do when nothing answers.
    """
    if isinstance(error, OperatorError):
        return str(error), error.exit_code
    if is_unreachable(error):
        return f"cannot reach AWS: {why_unreachable(error, endpoint_url)}; {_way_out(endpoint_url)}", UNREACHABLE
    if isinstance(error, ClientError):
        return _refusal(error)
    if isinstance(error, ParamValidationError):
        return f"the request was not sent, because AWS would refuse it: {error}", WRONG
    return str(error), WRONG


def is_unreachable(error: Exception) -> bool:
    """Whether it was not AWS that answered: nothing did, or something in its place."""
    is_silent = isinstance(error, BotoCoreError) and not isinstance(error, ParamValidationError)
    return is_silent or _is_page(error)


def why_unreachable(error: Exception, endpoint_url: str | None) -> str:
    """Say what is known of an error for which `is_unreachable` holds, without the page that may have come."""
    if not _is_page(error):
        return str(error)
    who = endpoint_url or "what is in its place"
    return f"{who} answers, but not like AWS (the page of a proxy, or another service)"


def _is_page(error: Exception) -> bool:
    """Whether a page came: botocore cannot parse it as XML; where it expects JSON, the status stands for the code."""
    if isinstance(error, ResponseParserError):
        return True
    return isinstance(error, ClientError) and code_of(error).isdigit() and message_of(error).lstrip().startswith("<")


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
