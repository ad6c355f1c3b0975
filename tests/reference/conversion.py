"""Which records become which, without loss, and how."""

from typing import Any

from tests.reference.conversation import Part, Reading
from tests.reference.media_description import Fault


def with_system_prompt(own: Part | None, configured: str | None) -> Part | None:
    """Return the record's own system prompt unless it is empty, else the configured one unless that is."""
    if own is not None and (any(own.texts) or len(own.texts) < len(own.blocks)):
        return own
    return Part("system", [{"text": configured}], "system") if configured else None


def conversion_faults(reading: Reading, target: str) -> list[Fault]:
    """Return what of a record the target format has no place for: blocks, more turns, a system prompt."""
    if target == "bedrock-conversation-2024":
        return []
    faults: list[Fault] = []
    if target == "prompt-completion":
        if reading.system:
            faults.append(("DS107", "system"))
        if [turn.role for turn in reading.turns] != ["user", "assistant"]:
            faults.append(("DS107", "messages"))
    parts = [*([reading.system] if reading.system else []), *reading.turns]
    several = [part for part in parts if len(part.blocks) != 1 or "text" not in part.blocks[0]]
    return faults + [("DS107", part.path) for part in several]


def write(reading: Reading, target: str) -> dict[str, Any]:
    """Return a record without conversion faults in the target format, its keys in the documented order."""
    if target == "bedrock-conversation-2024":
        system = {"system": reading.system.blocks} if reading.system else {}
        messages = [{"role": turn.role, "content": turn.blocks} for turn in reading.turns]
        return {"schemaVersion": "bedrock-conversation-2024", **system, "messages": messages}
    texts = [turn.blocks[0]["text"] for turn in reading.turns]
    if target == "prompt-completion":
        return {"prompt": texts[0], "completion": texts[1]}
    prompt = {"system": reading.system.blocks[0]["text"]} if reading.system else {}
    roles = [turn.role for turn in reading.turns]
    return prompt | {"messages": [{"role": role, "content": text} for role, text in zip(roles, texts, strict=True)]}
