"""InvokeModel's bodies: Anthropic Messages and Nova messages-v1.

Sources: Bedrock User Guide, "Anthropic Claude Messages API"; Amazon Nova User Guide, "Complete request schema". Texts
of schema violations are those of the real service's schema check ("Malformed input request: ...").
"""

import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import uuid4

from local.bedrock.protocol.faults import validation
from local.bedrock.speakers import Answer, Conversation

_ANTHROPIC_VERSION = "bedrock-2023-05-31"
_ANTHROPIC_KEYS = {
    "anthropic_version", "anthropic_beta", "max_tokens", "messages", "metadata", "stop_sequences", "system",
    "temperature", "tool_choice", "tools", "top_k", "top_p",
}  # fmt: skip
_NOVA_KEYS = {"schemaVersion", "messages", "system", "inferenceConfig", "toolConfig"}


def read(data_format: str, body: bytes) -> Conversation:
    """The conversation in a body.

    Args:
        data_format: Data format of the base model, as in the catalog.
        body: The request body.

    Raises:
        Fault: `ValidationException`; the body does not have the format.
    """
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise validation("Malformed input request, please reformat your input and try again.")
    return _FORMATS[data_format][0](document)


def write(data_format: str, answer: Answer, model_name: str) -> bytes:
    """The response body of an answer."""
    return json.dumps(_FORMATS[data_format][1](answer, model_name)).encode()


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
    texts = [(message["role"], _text(message["content"])) for message in messages]
    prompt = next(text for role, text in reversed(texts) if role == "user")
    return Conversation((system, *(text for _, text in texts)), prompt, max_tokens)


def _malformed(where: str, problem: str) -> Exception:
    return validation(f"Malformed input request: {where}: {problem}, please reformat your input and try again.")


def _check_keys(document: Mapping[str, Any], required: Iterable[str], known: set[str]) -> None:
    for key in required:
        if key not in document:
            raise _malformed("#", f"required key [{key}] not found")
    for key in document:
        if key not in known:
            raise _malformed("#", f"extraneous key [{key}] is not permitted")


def _read_anthropic(document: dict[str, Any]) -> Conversation:
    _check_keys(document, ("anthropic_version", "max_tokens", "messages"), _ANTHROPIC_KEYS)
    if document["anthropic_version"] != _ANTHROPIC_VERSION:
        raise validation(f"anthropic_version: Input should be '{_ANTHROPIC_VERSION}'")
    _check_count(document["max_tokens"], "max_tokens")
    for name in ("temperature", "top_p"):
        _check_fraction(document.get(name, 0), name)
    check_turns(document["messages"])
    return conversation(document["messages"], _text(document.get("system", "")), document["max_tokens"])


def _read_nova(document: dict[str, Any]) -> Conversation:
    _check_keys(document, ("messages",), _NOVA_KEYS)
    inference = document.get("inferenceConfig", {})
    most = inference.get("maxTokens", inference.get("max_new_tokens"))
    if most is not None:
        _check_count(most, "inferenceConfig/maxTokens")
    for name in ("temperature", "topP"):
        _check_fraction(inference.get(name, 0), f"inferenceConfig/{name}")
    check_turns(document["messages"])
    for message in document["messages"]:
        if not isinstance(message.get("content"), list):
            raise _malformed("#/messages/0/content", "expected type: JSONArray, found: String")
    return conversation(document["messages"], _text(document.get("system", [])), most)


def _check_count(value: Any, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _malformed(f"#/{name}", f"expected type: Integer, found: {type(value).__name__}")
    if value < 1:
        raise _malformed(f"#/{name}", f"{value} is not greater or equal to 1")


def _check_fraction(value: Any, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _malformed(f"#/{name}", f"expected type: Number, found: {type(value).__name__}")
    if not 0 <= value <= 1:
        raise _malformed(f"#/{name}", f"{value} is not between 0 and 1")


def _text(content: Any) -> str:
    """Text of a string or of content blocks."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise _malformed("#/messages", "content must be text or a list of content blocks")
    return " ".join(str(block["text"]) for block in content if isinstance(block, dict) and "text" in block)


def _write_anthropic(answer: Answer, model_name: str) -> dict[str, Any]:
    return {
        "id": f"msg_bdrk_{uuid4().hex}",
        "type": "message",
        "role": "assistant",
        "model": model_name,
        "content": [{"type": "text", "text": answer.text}],
        "stop_reason": answer.stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": answer.input_tokens, "output_tokens": answer.output_tokens},
    }


def _write_nova(answer: Answer, _model_name: str) -> dict[str, Any]:
    return {
        "output": {"message": {"content": [{"text": answer.text}], "role": "assistant"}},
        "stopReason": answer.stop_reason,
        "usage": {
            "inputTokens": answer.input_tokens,
            "outputTokens": answer.output_tokens,
            "totalTokens": answer.input_tokens + answer.output_tokens,
        },
    }


_FORMATS: Mapping[str, tuple[Callable[[dict[str, Any]], Conversation], Callable[[Answer, str], dict[str, Any]]]] = {
    "anthropic-messages": (_read_anthropic, _write_anthropic),
    "bedrock-conversation-2024": (_read_nova, _write_nova),
}
