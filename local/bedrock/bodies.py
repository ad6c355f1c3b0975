"""InvokeModel's bodies: Anthropic Messages, Nova messages-v1 and Llama's prompt.

Sources: Bedrock User Guide, "Anthropic Claude Messages API"; Amazon Nova User Guide, "Complete request schema"; Bedrock
User Guide, "Meta Llama models". Texts of schema violations are those of the real service's schema check ("Malformed
input request: ...").
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from local.bedrock.body_checks import (
    check_count,
    check_fraction,
    check_keys,
    check_turns,
    conversation,
    malformed,
    text_of,
)
from local.bedrock.protocol.faults import validation
from local.bedrock.speakers import Answer, Conversation

_ANTHROPIC_VERSION = "bedrock-2023-05-31"
_ANTHROPIC_KEYS = frozenset({
    "anthropic_version", "anthropic_beta", "max_tokens", "messages", "metadata", "stop_sequences", "system",
    "temperature", "tool_choice", "tools", "top_k", "top_p",
})  # fmt: skip
_NOVA_KEYS = frozenset({"schemaVersion", "messages", "system", "inferenceConfig", "toolConfig"})
_LLAMA_KEYS = frozenset({"prompt", "images", "temperature", "top_p", "max_gen_len"})
#: One turn of Llama 3's template; a prompt without any is taken for the user's words.
_LLAMA_TURN = re.compile(r"<\|start_header_id\|>(\w+)<\|end_header_id\|>(.*?)(?:<\|eot_id\|>|\Z)", re.DOTALL)
_LLAMA_STOPS = {"end_turn": "stop", "max_tokens": "length"}


def read(invocation_format: str, body: bytes) -> Conversation:
    """The conversation in a body.

    Args:
        invocation_format: Of the base model, as in the catalog.
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
    return _FORMATS[invocation_format][0](document)


def write(invocation_format: str, answer: Answer, model_name: str) -> bytes:
    """The response body of an answer."""
    return json.dumps(_FORMATS[invocation_format][1](answer, model_name)).encode()


def _read_anthropic(document: dict[str, Any]) -> Conversation:
    check_keys(document, ("anthropic_version", "max_tokens", "messages"), _ANTHROPIC_KEYS)
    if document["anthropic_version"] != _ANTHROPIC_VERSION:
        raise validation(f"anthropic_version: Input should be '{_ANTHROPIC_VERSION}'")
    check_count(document["max_tokens"], "max_tokens")
    for name in ("temperature", "top_p"):
        check_fraction(document.get(name, 0), name)
    check_turns(document["messages"])
    return conversation(document["messages"], text_of(document.get("system", "")), document["max_tokens"])


def _read_nova(document: dict[str, Any]) -> Conversation:
    check_keys(document, ("messages",), _NOVA_KEYS)
    inference = document.get("inferenceConfig", {})
    most = inference.get("maxTokens", inference.get("max_new_tokens"))
    if most is not None:
        check_count(most, "inferenceConfig/maxTokens")
    for name in ("temperature", "topP"):
        check_fraction(inference.get(name, 0), f"inferenceConfig/{name}")
    check_turns(document["messages"])
    for message in document["messages"]:
        if not isinstance(message.get("content"), list):
            raise malformed("#/messages/0/content", "expected type: JSONArray, found: String")
    return conversation(document["messages"], text_of(document.get("system", [])), most)


def _read_llama(document: dict[str, Any]) -> Conversation:
    check_keys(document, ("prompt",), _LLAMA_KEYS)
    if not isinstance(document["prompt"], str):
        raise malformed("#/prompt", f"expected type: String, found: {type(document['prompt']).__name__}")
    most = document.get("max_gen_len")
    if most is not None:
        check_count(most, "max_gen_len")
    for name in ("temperature", "top_p"):
        check_fraction(document.get(name, 0), name)
    turns = [(role, said.strip()) for role, said in _LLAMA_TURN.findall(document["prompt"])]
    last = max((number for number, (role, _) in enumerate(turns) if role == "user"), default=None)
    if last is None:
        return Conversation((document["prompt"],), document["prompt"], most)
    earlier = tuple(said for role, said in turns[:last] if role != "system")
    return Conversation(tuple(said for _, said in turns), turns[last][1], most, earlier)


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


def _write_llama(answer: Answer, _model_name: str) -> dict[str, Any]:
    return {
        "generation": f"\n\n{answer.text}",
        "prompt_token_count": answer.input_tokens,
        "generation_token_count": answer.output_tokens,
        "stop_reason": _LLAMA_STOPS[answer.stop_reason],
    }


_FORMATS: Mapping[str, tuple[Callable[[dict[str, Any]], Conversation], Callable[[Answer, str], dict[str, Any]]]] = {
    "anthropic-messages": (_read_anthropic, _write_anthropic),
    "nova-messages": (_read_nova, _write_nova),
    "llama-prompt": (_read_llama, _write_llama),
}
