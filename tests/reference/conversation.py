"""The structure of a record: which format it is in, and whether its keys and types are those of the format."""

from dataclasses import dataclass, field
from typing import Any

from tests.reference.media_description import Fault, description_faults, key_faults

#: The keys of an object: those it must have and those it may have.
_KEYS: dict[str, tuple[set[str], set[str]]] = {
    "prompt-completion": ({"prompt", "completion"}, set()),
    "anthropic-messages": ({"messages"}, {"system"}),
    "bedrock-conversation-2024": ({"messages"}, {"system", "schemaVersion"}),
}


@dataclass
class Part:
    """One turn, or the system prompt: who speaks, the blocks as read, and the path of its text."""

    role: str
    blocks: list[dict[str, Any]]
    path: str

    @property
    def texts(self) -> list[str]:
        """The texts of the blocks, without images and videos."""
        return [block["text"] for block in self.blocks if "text" in block]


@dataclass
class Reading:
    """A record's parts, or why it has none."""

    system: Part | None = None
    turns: list[Part] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def data_format(record: dict[str, Any]) -> tuple[str | None, bool]:
    """Return the format that a record's keys and types tell (None: no known one), and whether they tell it for sure."""
    if "prompt" in record or "completion" in record:
        return "prompt-completion", not {"messages", "system", "schemaVersion"} & record.keys()
    if "messages" not in record:
        blocks = "schemaVersion" in record or isinstance(record.get("system"), list)
        return "bedrock-conversation-2024" if blocks else None, not {"system", "schemaVersion"} & record.keys()
    strings, blocks, unclear = _contents(record)
    if "schemaVersion" in record or isinstance(record.get("system"), list):
        return "bedrock-conversation-2024", not strings and not unclear and not isinstance(record.get("system"), str)
    if blocks:
        return "bedrock-conversation-2024", not strings and not unclear and not isinstance(record.get("system"), str)
    return "anthropic-messages", not unclear


def _contents(record: dict[str, Any]) -> tuple[bool, bool, bool]:
    """Return whether contents are strings, lists of Bedrock's blocks, and of neither kind clearly."""
    strings = blocks = unclear = False
    messages = record["messages"]
    for message in messages if isinstance(messages, list) else []:
        content = message.get("content") if isinstance(message, dict) else None
        if isinstance(content, str):
            strings = True
        elif isinstance(content, list) and content and all(isinstance(block, dict) for block in content):
            if any("type" in block for block in content):
                unclear = unclear or not all("type" in block for block in content)
            else:
                blocks = True
        elif content is not None:
            unclear = True
    return strings, blocks, unclear


def read(record: dict[str, Any], source: str) -> Reading:
    """Return the parts of a record of a format, or the faults of its structure."""
    reading = Reading(faults=key_faults(record, *_KEYS[source], ""))
    if source == "prompt-completion":
        for role, key in [("user", "prompt"), ("assistant", "completion")]:
            if key in record:
                reading.turns.append(_string(record[key], role, key, reading.faults))
        return reading
    blocks = source == "bedrock-conversation-2024"
    if "schemaVersion" in record and not isinstance(record["schemaVersion"], str):
        reading.faults.append(("DS203", "schemaVersion"))
    if "system" in record:
        read_content = _block_list if blocks else _string
        reading.system = read_content(record["system"], "system", "system", reading.faults)
    messages = record.get("messages", [])
    if not isinstance(messages, list):
        reading.faults.append(("DS203", "messages"))
        return reading
    for index, message in enumerate(messages):
        turn = _message(message, blocks, f"messages[{index}]", reading.faults)
        if turn is not None:
            reading.turns.append(turn)
    return reading


def _message(message: Any, blocks: bool, path: str, faults: list[Fault]) -> Part | None:
    if not isinstance(message, dict):
        faults.append(("DS203", path))
        return None
    faults.extend(key_faults(message, {"role", "content"}, set(), path))
    role = message.get("role", "")
    if not isinstance(role, str):
        faults.append(("DS203", f"{path}.role"))
        role = ""
    if "content" not in message:
        return None
    read_content = _block_list if blocks else _string
    return read_content(message["content"], role, f"{path}.content", faults)


def _string(value: Any, role: str, path: str, faults: list[Fault]) -> Part:
    if not isinstance(value, str):
        faults.append(("DS203", path))
        return Part(role, [], path)
    return Part(role, [{"text": value}], path)


def _block_list(value: Any, role: str, path: str, faults: list[Fault]) -> Part:
    part = Part(role, [], path)
    if not isinstance(value, list):
        faults.append(("DS203", path))
        return part
    for index, block in enumerate(value):
        place = f"{path}[{index}]"
        if not isinstance(block, dict):
            faults.append(("DS203", place))
        elif kind := next((kind for kind in ("image", "video") if kind in block), None):
            faults.extend(key_faults(block, {kind}, set(), place))
            faults.extend(description_faults(block[kind], f"{place}.{kind}"))
            part.blocks.append(block)
        else:
            faults.extend(key_faults(block, {"text"}, set(), place))
            if "text" in block and not isinstance(block["text"], str):
                faults.append(("DS203", f"{place}.text"))
            elif "text" in block:
                part.blocks.append(block)
    return part
