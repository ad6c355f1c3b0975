"""How a base model, or a model customized from it, is asked by InvokeModel, and where its answer stands.

Sources: Bedrock User Guide, 'Anthropic Claude Messages API'; Amazon Nova User Guide, 'Complete request schema'. The
default parameters are those of the AWS article on fine-tuning Claude 3 Haiku (July 2024).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from finetuning.base_model import DataFormat
from finetuning.errors import FineTuningError

ANTHROPIC_VERSION = "bedrock-2023-05-31"
NOVA_SCHEMA_VERSION = "messages-v1"


class UnreadableAnswerError(FineTuningError, ValueError):
    """A response body that lacks what every answer of its format has."""


@dataclass(frozen=True)
class Sampling:
    """How the answer is drawn: at most so many tokens, at this temperature, from this share of the probability."""

    max_tokens: int = 2048
    temperature: float = 0.1
    top_p: float = 0.9


@dataclass(frozen=True)
class Answer:
    """One answer: its text, the tokens that were billed, and why it ended."""

    text: str
    input_tokens: int
    output_tokens: int
    stop_reason: str


DEFAULT_SAMPLING = Sampling()


def request_body(
    data_format: DataFormat, prompt: str, *, system: str | None = None, sampling: Sampling = DEFAULT_SAMPLING
) -> dict[str, Any]:
    """Return the InvokeModel body that asks one question, in the format that ``BaseModel.data_format`` names.

    Raises:
        ValueError: no base model of the catalog is asked in that format.
    """
    write, _ = _format(data_format)
    return write(prompt, system, sampling)


def read_answer(data_format: DataFormat, body: Mapping[str, Any]) -> Answer:
    """Return the answer in an InvokeModel response body.

    Raises:
        UnreadableAnswerError: the body lacks a documented field; the message names the field, never the text.
        ValueError: no base model of the catalog answers in that format.
    """
    _, read = _format(data_format)
    try:
        return read(body)
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableAnswerError(
            f"response body is no {data_format} answer: {type(error).__name__} at {error}; it has {', '.join(body)}"
        ) from error


def _messages_body(prompt: str, system: str | None, sampling: Sampling) -> dict[str, Any]:
    return {
        "anthropic_version": ANTHROPIC_VERSION,
        "max_tokens": sampling.max_tokens,
        **({"system": system} if system else {}),
        "messages": [{"role": "user", "content": prompt}],
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
    }


def _nova_body(prompt: str, system: str | None, sampling: Sampling) -> dict[str, Any]:
    return {
        "schemaVersion": NOVA_SCHEMA_VERSION,
        **({"system": [{"text": system}]} if system else {}),
        "messages": [{"role": "user", "content": [{"text": prompt}]}],
        "inferenceConfig": {
            "maxTokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            "topP": sampling.top_p,
        },
    }


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


_Write = Callable[[str, str | None, Sampling], dict[str, Any]]
_Read = Callable[[Mapping[str, Any]], Answer]
_FORMATS: dict[str, tuple[_Write, _Read]] = {
    "anthropic-messages": (_messages_body, _messages_answer),
    "bedrock-conversation-2024": (_nova_body, _nova_answer),
}


def _format(data_format: str) -> tuple[_Write, _Read]:
    if data_format not in _FORMATS:
        raise ValueError(f"invocation format must be one of {', '.join(_FORMATS)}, got {data_format!r}")
    return _FORMATS[data_format]
