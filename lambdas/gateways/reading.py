"""Reading a fact of the account that may not be read: a refusal is an answer too, and no reason to fail."""

from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import ClientError

from finetuning.preflight.finding import Unreadable
from lambdas.gateways.clients import code_of, message_of

_Fact = TypeVar("_Fact")

#: IAM's refusals in the words of the services that are asked. Source: their API references, common errors.
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "403"})


def read(right: str, look: Callable[[], _Fact], *missing: str) -> _Fact | Unreadable | None:
    """Return what a look returns; None if AWS says with one of the codes that there is nothing.

    Args:
        right: the IAM action that the look needs, for the message.
        look: calls AWS.
        missing: error codes that mean that there is no such thing.
    """
    try:
        return look()
    except ClientError as error:
        code = code_of(error)
        if code in missing:
            return None
        return Unreadable(right, f"{code}: {message_of(error)}", denied=code in _DENIED)
