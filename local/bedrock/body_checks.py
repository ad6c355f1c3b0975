"""What every body of InvokeModel is checked for. Texts of schema violations are those of the real service."""

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from local.bedrock.protocol.faults import validation
from local.bedrock.speakers import Conversation


def check_turns(messages: Any) -> None:
    """Require a conversation that begins with the user and alternates.

    Raises:
        Fault: `ValidationException`.
    """
    if not isinstance(messages, list) or not messages:
        raise validation("messages: at least one message is required")
    roles = [message.get("role") if isinstance(message, dict) else None for message in messages]
    unknown = next((role for role in roles if role not in ("user", "assistant")), "user")
    if unknown != "user":
        raise validation(f'messages: Unexpected role {unknown!r}. Allowed roles are "user" or "assistant"')
    if roles[0] != "user":
        raise validation('messages: first message must use the "user" role')
    for first, second in itertools.pairwise(roles):
        if first == second:
            raise validation(
                'messages: roles must alternate between "user" and "assistant", '
                f'but found multiple "{first}" roles in a row'
            )


def conversation(messages: Iterable[Mapping[str, Any]], system: str, max_tokens: int | None) -> Conversation:
    """The conversation of checked messages."""
    texts = [(message["role"], text_of(message["content"])) for message in messages]
    last = max(number for number, (role, _) in enumerate(texts) if role == "user")
    earlier = tuple(text for _, text in texts[:last])
    return Conversation((system, *(text for _, text in texts)), texts[last][1], max_tokens, earlier)


def check_keys(document: Mapping[str, Any], required: Iterable[str], known: frozenset[str]) -> None:
    """Require some keys and no unknown ones, as the JSON schema of a body does."""
    for key in required:
        if key not in document:
            raise malformed("#", f"required key [{key}] not found")
    for key in document:
        if key not in known:
            raise malformed("#", f"extraneous key [{key}] is not permitted")


def check_count(value: Any, name: str) -> None:
    """Require a whole number above zero."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise malformed(f"#/{name}", f"expected type: Integer, found: {type(value).__name__}")
    if value < 1:
        raise malformed(f"#/{name}", f"{value} is not greater or equal to 1")


def check_fraction(value: Any, name: str) -> None:
    """Require a number from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise malformed(f"#/{name}", f"expected type: Number, found: {type(value).__name__}")
    if not 0 <= value <= 1:
        raise malformed(f"#/{name}", f"{value} is not between 0 and 1")


def text_of(content: Any) -> str:
    """Text of a string or of content blocks."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise malformed("#/messages", "content must be text or a list of content blocks")
    return " ".join(str(block["text"]) for block in content if isinstance(block, dict) and "text" in block)


def malformed(where: str, problem: str) -> Exception:
    """The error of a body that breaks its schema."""
    return validation(f"Malformed input request: {where}: {problem}, please reformat your input and try again.")
