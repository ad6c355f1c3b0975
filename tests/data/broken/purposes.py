"""Broken prompts for distillation, records for a grader, and plain texts."""

from typing import Any

from tests.data.broken.case import Case, line, one

DISTILLED: dict[str, Any] = {"base_model": "nova-lite", "customization_type": "DISTILLATION"}
SINGLE_TURN: dict[str, Any] = {"base_model": "llama-3.1-8b", "customization_type": "DISTILLATION"}
REINFORCED: dict[str, Any] = {"base_model": "nova-2-lite", "customization_type": "REINFORCEMENT_FINE_TUNING"}
PRE_TRAINED: dict[str, Any] = {"base_model": "nova-lite", "customization_type": "CONTINUED_PRE_TRAINING"}


def said(role: str, content: str) -> dict[str, object]:
    """Return a message of the OpenAI chat form."""
    return {"role": role, "content": content}


def block(role: str, text: str) -> dict[str, object]:
    """Return a message of one text block."""
    return {"role": role, "content": [{"text": text}]}


USER, ASSISTANT = said("user", "Q"), said("assistant", "A")
IMAGE = {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://bucket/a.png"}}}}


def _distilled(name: str, *messages: object, found: tuple[Any, ...], **options: Any) -> Case:
    return one(name, line({"messages": list(messages)}), *found, **(options or DISTILLED))


def _graded(name: str, record: object, *found: Any) -> Case:
    return one(name, line(record), *found, **REINFORCED)


PURPOSES = (
    _distilled("no prompt to distil", found=(("DS302", 1, "messages"),)),
    _distilled("distilled prompt of the assistant", block("assistant", "A"), found=(("DS303", 1, "messages[0].role"),)),
    _distilled("empty prompt to distil", block("user", " "), found=(("DS204", 1, "messages[0].content"),)),
    _distilled(
        "image in a prompt to distil",
        {"role": "user", "content": [{"text": "Q"}, IMAGE]},
        found=(("DS206", 1, "messages[0].content[1].image"),),
    ),
    _distilled(
        "two questions for a single-turn model",
        block("user", "Q"),
        block("assistant", "A"),
        block("user", "R"),
        found=(("DS307", 1, "messages"),),
        **SINGLE_TURN,
    ),
    one(
        "two answered questions for a single-turn model, after a good record",
        line({"messages": [block("user", "P"), block("assistant", "O")]})
        + line(
            {"messages": [block("user", "Q"), block("assistant", "A"), block("user", "R"), block("assistant", "B")]}
        ),
        ("DS307", 2, "messages"),
        **SINGLE_TURN,
    ),
    _graded(
        "answer in the place of the model's",
        {"messages": [USER, ASSISTANT], "reference_answer": "A"},
        ("DS306", 1, "messages[1].role"),
    ),
    _graded("question without anything to grade by", {"messages": [USER]}, ("DS202", 1, "")),
    _graded(
        "system in the middle of a graded record",
        {"messages": [USER, said("system", "S"), USER], "reference_answer": "A"},
        ("DS301", 1, "messages[1].role"),
    ),
    _graded(
        "blocks in a graded record",
        {"messages": [block("user", "Q")], "reference_answer": "A"},
        ("DS203", 1, "messages[0].content"),
    ),
    _graded("plain text to grade", {"input": "T"}, ("DS107", 1, "")),
    one("empty plain text", line({"input": ""}), ("DS204", 1, "input"), **PRE_TRAINED),
    one("no plain text", line({"input": 1}), ("DS203", 1, "input"), **PRE_TRAINED),
    one("plain text with more", line({"input": "T", "title": "T"}), ("DS201", 1, ""), **PRE_TRAINED),
    one("conversation to pre-train on", line({"prompt": "Q", "completion": "A"}), ("DS107", 1, ""), **PRE_TRAINED),
    one("plain text to fine-tune on", line({"input": "T"}), ("DS107", 1, "")),
    one(
        "graded record to fine-tune on",
        line({"messages": [USER], "reference_answer": "A"}),
        *(("DS302", 1, "messages"), ("DS304", 1, "messages[0].role")),
    ),
)
