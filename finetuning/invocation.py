"""How a base model, or a model customized from it, is asked by InvokeModel, and where its answer stands.

Sources: Bedrock User Guide, 'Anthropic Claude Messages API'; Amazon Nova User Guide, 'Complete request schema'; Bedrock
User Guide, 'Meta Llama models'. The default parameters are those of the AWS article on fine-tuning Claude 3 Haiku
(July 2024).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finetuning.base_model import InvocationFormat
from finetuning.errors import FineTuningError

ANTHROPIC_VERSION = "bedrock-2023-05-31"
NOVA_SCHEMA_VERSION = "messages-v1"
_LLAMA_MARK = re.compile(r"<\|(?:begin_of_text|start_header_id|end_header_id|eot_id)\|>")


class UnreadableAnswerError(FineTuningError, ValueError):
    """A response body that lacks what every answer of its format has."""


@dataclass(frozen=True)
class Sampling:
    """How the answer is drawn: at most so many tokens, at this temperature, from this share of the probability."""

    max_tokens: int = 2048
    temperature: float = 0.1
    top_p: float | None = 0.9
    """None to leave it to the model, which at temperature 0 it makes no difference to."""


@dataclass(frozen=True)
class Answer:
    """One answer: its text, the tokens that were billed, and why it ended."""

    text: str
    input_tokens: int
    output_tokens: int
    stop_reason: str


DEFAULT_SAMPLING = Sampling()
#: A role (user or assistant) and a text.
Turn = tuple[str, str]


def greedy(max_tokens: int) -> Sampling:
    """Return how answers that are compared are drawn: always the likeliest token, at most so many."""
    return Sampling(max_tokens=max_tokens, temperature=0.0, top_p=None)


def request_body(
    invocation_format: InvocationFormat,
    prompt: str,
    *,
    system: str | None = None,
    sampling: Sampling = DEFAULT_SAMPLING,
) -> dict[str, Any]:
    """Return the InvokeModel body that asks one question, in the format that ``BaseModel.invocation_format`` names.

    Raises:
        ValueError: no base model of the catalog is asked in that format.
    """
    return conversation_body(invocation_format, [("user", prompt)], system=system, sampling=sampling)


def conversation_body(
    invocation_format: InvocationFormat,
    turns: Sequence[Turn],
    *,
    system: str | None = None,
    sampling: Sampling = DEFAULT_SAMPLING,
) -> dict[str, Any]:
    """Return the InvokeModel body that asks for the next turn of a conversation; the last one given is the user's.

    Raises:
        ValueError: no base model of the catalog is asked in that format.
    """
    write, _ = _format(invocation_format)
    return write(turns, system, sampling)


def read_answer(invocation_format: InvocationFormat, body: Mapping[str, Any]) -> Answer:
    """Return the answer in an InvokeModel response body.

    Raises:
        UnreadableAnswerError: the body lacks a documented field; the message names the field, never the text.
        ValueError: no base model of the catalog answers in that format.
    """
    _, read = _format(invocation_format)
    try:
        return read(body)
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableAnswerError(
            f"response body is no {invocation_format} answer: {type(error).__name__} at {error}; "
            f"it has {', '.join(body)}"
        ) from error


def llama_prompt(turns: Iterable[tuple[str, str]]) -> str:
    """Return a conversation as Llama 3 wants to be prompted: turns of a role and a text, to be continued by it.

    The template's marks are taken out of the texts: who writes them would speak in another role.
    """
    said = "".join(f"<|start_header_id|>{role}<|end_header_id|>\n\n{_unmarked(text)}<|eot_id|>" for role, text in turns)
    return f"<|begin_of_text|>{said}<|start_header_id|>assistant<|end_header_id|>\n\n"


def _unmarked(text: str) -> str:
    while _LLAMA_MARK.search(text):  # taking one out may bring another about
        text = _LLAMA_MARK.sub("", text)
    return text


def _messages_body(turns: Sequence[Turn], system: str | None, sampling: Sampling) -> dict[str, Any]:
    return {
        "anthropic_version": ANTHROPIC_VERSION,
        "max_tokens": sampling.max_tokens,
        **({"system": system} if system else {}),
        "messages": [{"role": role, "content": text} for role, text in turns],
        "temperature": sampling.temperature,
        **_top_p("top_p", sampling),
    }


def _nova_body(turns: Sequence[Turn], system: str | None, sampling: Sampling) -> dict[str, Any]:
    return {
        "schemaVersion": NOVA_SCHEMA_VERSION,
        **({"system": [{"text": system}]} if system else {}),
        "messages": [{"role": role, "content": [{"text": text}]} for role, text in turns],
        "inferenceConfig": {
            "maxTokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            **_top_p("topP", sampling),
        },
    }


def _llama_body(turns: Sequence[Turn], system: str | None, sampling: Sampling) -> dict[str, Any]:
    return {
        "prompt": llama_prompt([*([("system", system)] if system else []), *turns]),
        "max_gen_len": sampling.max_tokens,
        "temperature": sampling.temperature,
        **_top_p("top_p", sampling),
    }


def _top_p(name: str, sampling: Sampling) -> dict[str, float]:
    return {} if sampling.top_p is None else {name: sampling.top_p}


def _messages_answer(body: Mapping[str, Any]) -> Answer:
    usage = body["usage"]
    return Answer(
        text="".join(block["text"] for block in body["content"] if block["type"] == "text"),
        input_tokens=usage["input_tokens"],
        output_tokens=usage["output_tokens"],
        stop_reason=body["stop_reason"],
    )


def _nova_answer(body: Mapping[str, Any]) -> Answer:
    usage = body["usage"]
    return Answer(
        text="".join(block["text"] for block in body["output"]["message"]["content"] if "text" in block),
        input_tokens=usage["inputTokens"],
        output_tokens=usage["outputTokens"],
        stop_reason=body["stopReason"],
    )


def _llama_answer(body: Mapping[str, Any]) -> Answer:
    return Answer(
        text=body["generation"].strip(),
        input_tokens=body["prompt_token_count"],
        output_tokens=body["generation_token_count"],
        stop_reason=body["stop_reason"],
    )


_Write = Callable[[Sequence[Turn], str | None, Sampling], dict[str, Any]]
_Read = Callable[[Mapping[str, Any]], Answer]
_FORMATS: dict[str, tuple[_Write, _Read]] = {
    "anthropic-messages": (_messages_body, _messages_answer),
    "nova-messages": (_nova_body, _nova_answer),
    "llama-prompt": (_llama_body, _llama_answer),
}


def _format(name: str) -> tuple[_Write, _Read]:
    if name not in _FORMATS:
        raise ValueError(f"invocation format must be one of {', '.join(_FORMATS)}, got {name!r}")
    return _FORMATS[name]
