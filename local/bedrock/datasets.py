"""Training data as Bedrock reads it: JSON Lines in the base model's format.

What is checked here is what the real service refuses once a job runs; the texts marked so are those of Bedrock User
Guide, "Troubleshooting a custom model import or fine-tuning job", the others are our own.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from finetuning.base_model import BaseModel
from local.bedrock.failures import JobFailedError
from local.bedrock.learner import Example

#: Characters per token with which AWS's validator for Claude 3 Haiku estimates the length of a record.
#: Source: aws-samples/amazon-bedrock-samples, custom-models/bedrock-fine-tuning/claude-haiku/DataValidation.
_CHARACTERS_PER_TOKEN = 3


class RefusedDatasetError(JobFailedError):
    """A dataset that the service refuses."""


@dataclass(frozen=True)
class Record:
    """A record of a dataset.

    Attributes:
        example: Prompt and answer; of a prompt to distil the answer may be empty, of one to grade it is the reference.
        content: The record as it stands in the file.
    """

    example: Example
    content: Mapping[str, Any]


def parse(content: bytes, file_name: str, base_model: BaseModel) -> list[Record]:
    """The records of a dataset file, one per line.

    Args:
        content: Of the file.
        file_name: For messages.
        base_model: As datasets of the customization type are held to (`finetuning.dataset.purpose`).

    Raises:
        RefusedDatasetError: The file is not JSON Lines, or a record breaks the base model's rules.
    """
    read = _READERS[base_model.data_format]
    needs_answer = base_model.limits.answers == "required"
    records = []
    for line in content.splitlines():
        try:
            record = json.loads(line)
            example, texts = read(record)
            if needs_answer and not example.answer:
                raise ValueError("a conversation must end with the assistant")
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            # Documented text.
            raise RefusedDatasetError(
                f"Unable to parse Amazon S3 file: {file_name}. Data files must conform to JSONL format."
            ) from error
        _check_length(texts, base_model)
        _check_reserved(texts, base_model, file_name)
        records.append(Record(example, record))
    return records


def check_counts(training: int, validation: int | None, base_model: BaseModel) -> None:
    """Require the record counts of the base model (Bedrock User Guide, "Prepare your datasets").

    Args:
        training: Records of the training dataset.
        validation: Records of the validation dataset; None without one.
        base_model: Whose limits apply.

    Raises:
        RefusedDatasetError: There are too few or too many records.
    """
    limits = base_model.limits
    _check_range("training", training, limits.minimum_training_records or 1, limits.maximum_training_records)
    if validation is not None:
        _check_range(
            "validation", validation, limits.minimum_validation_records or 1, limits.maximum_validation_records
        )
    _check_range(
        "training and validation",
        training + (validation or 0),
        limits.minimum_total_records or 1,
        limits.maximum_total_records,
    )


def token_count(examples: list[Example]) -> int:
    """Tokens of a dataset, estimated from its characters."""
    return sum(len(item.prompt) + len(item.answer) for item in examples) // _CHARACTERS_PER_TOKEN


def _check_range(what: str, count: int, least: int, most: int | None) -> None:
    if count < least or (most is not None and count > most):
        allowed = f"at least {least}" if most is None else f"between {least} and {most}"
        raise RefusedDatasetError(f"The {what} dataset has {count} records. It must have {allowed}.")


def _check_length(texts: Mapping[str, list[str]], base_model: BaseModel) -> None:
    tokens = sum(len(text) for role in texts.values() for text in role) // _CHARACTERS_PER_TOKEN
    limit = base_model.limits.tokens_per_record
    if limit is not None and tokens > limit:
        # Documented text.
        raise RefusedDatasetError(f"Maximum input token count {tokens} exceeds limit of {limit}")


def _check_reserved(texts: Mapping[str, list[str]], base_model: BaseModel, file_name: str) -> None:
    for role in base_model.reserved.roles:
        for text in texts.get(role, []):
            found = next((word for word in base_model.reserved.strings if word in text), None)
            if found is not None:
                raise RefusedDatasetError(f"Reserved keyword {found!r} found in a {role} text of file {file_name}.")


_Record = tuple[Example, Mapping[str, list[str]]]


def _anthropic_messages(record: Any) -> _Record:
    return _conversation(record["messages"], _plain_text, _plain_text(record.get("system", "")))


def _bedrock_conversation(record: Any) -> _Record:
    return _conversation(record["messages"], _joined_text, _joined_text(record.get("system", [])))


def _prompt_completion(record: Any) -> _Record:
    prompt, completion = _plain_text(record["prompt"]), _plain_text(record["completion"])
    return Example(prompt, completion), {"user": [prompt], "assistant": [completion]}


def _conversation(messages: Any, text_of: Callable[[Any], str], system: str) -> _Record:
    texts: dict[str, list[str]] = {"system": [system], "user": [], "assistant": []}
    for number, message in enumerate(messages):
        role = ("user", "assistant")[number % 2]
        if message["role"] != role:
            raise ValueError(f"message {number + 1} must have the role {role}")
        texts[role].append(text_of(message["content"]))
    if not messages:
        raise ValueError("a conversation must have a message")
    said = [text_of(message["content"]) for message in messages]
    answered = len(messages) % 2 == 0
    prompt = "\n".join(said[:-1] if answered else said)
    return Example(prompt, said[-1] if answered else ""), texts


def _openai_chat(record: Any) -> _Record:
    messages = record["messages"]
    system = _plain_text(messages[0]["content"]) if messages[0]["role"] == "system" else ""
    example, texts = _conversation(messages[1:] if system else messages, _plain_text, system)
    if example.answer:
        raise ValueError("a prompt must end with the user")
    reference = record["reference_answer"]
    return Example(example.prompt, reference if isinstance(reference, str) else json.dumps(reference)), texts


def _plain(record: Any) -> _Record:
    text = _plain_text(record["input"])
    return Example(text, text), {"text": [text]}


def _plain_text(content: Any) -> str:
    if not isinstance(content, str):
        raise TypeError("text expected")
    return content


def _joined_text(blocks: Any) -> str:
    return " ".join(_plain_text(block["text"]) for block in blocks if "text" in block)


_READERS: Mapping[str, Callable[[Any], _Record]] = {
    "anthropic-messages": _anthropic_messages,
    "bedrock-conversation-2024": _bedrock_conversation,
    "prompt-completion": _prompt_completion,
    "openai-chat": _openai_chat,
    "plain-text": _plain,
}
