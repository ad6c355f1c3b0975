"""Keys and types that no format has."""

from tests.data.broken.case import GOOD as CHAT
from tests.data.broken.case import QA, Case, line, messages, one, pair

BLOCKS = messages(("user", [{"text": "Q"}]), ("assistant", [{"text": "A"}]))
_TURNS = b'"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]'


def _chat(name: str, data: bytes, *found: tuple[str, str]) -> Case:
    return one(name, data, *((code, 1, path) for code, path in found))


def _nova(name: str, data: bytes, *found: tuple[str, str]) -> Case:
    return one(name, data, *((code, 1, path) for code, path in found), base_model="nova-lite")


def _types(path: str, build: str, values: tuple[object, ...]) -> tuple[Case, ...]:
    places: dict[str, object] = {
        "prompt": lambda value: pair(value, "A"),
        "completion": lambda value: pair("Q", value),
        "system": lambda value: line(CHAT | {"system": value}),
        "messages": lambda value: line({"messages": value}),
        "messages[0]": lambda value: line({"messages": [value, *CHAT["messages"]]}),
        "messages[1].role": lambda value: messages(("user", "Q"), (value, "A")),
        "messages[1].content": lambda value: messages(("user", "Q"), ("assistant", value)),
    }
    return tuple(
        _chat(f"{path} is {value!r}", places[build](value), ("DS203", path))  # type: ignore[operator]
        for value in values
    )


_ANY: tuple[object, ...] = (None, True, 0, 1.5, {})

STRUCTURE = (
    _chat("no known key", line({"input": "Q", "output": "A"}), ("DS105", "")),
    _chat("no key", b"{}\n", ("DS105", "")),
    _chat("another vendor's format", line({"instruction": "Q", "response": "A"}), ("DS105", "")),
    one("second record of another format", line(CHAT) + line(QA), ("DS106", 2, "")),
    one("record of another format than the stated", line(CHAT), ("DS106", 1, ""), source_format="prompt-completion"),
    _chat("unknown key", line(QA | {"id": 1}), ("DS201", "")),
    _chat("two unknown keys", line(QA | {"id": 1, "score": 2}), ("DS201", ""), ("DS201", "")),
    _chat("misspelt key", line(CHAT | {"sytem": "x"}), ("DS201", "")),
    _chat("key in upper case", line({"Prompt": "Q", "completion": "A"}), ("DS201", ""), ("DS202", "")),
    _chat("key with a space", line({"prompt ": "Q", "completion": "A"}), ("DS201", ""), ("DS202", "")),
    _chat("empty key", line(QA | {"": 1}), ("DS201", "")),
    _chat(
        "unknown key in a message",
        line({"messages": [{"role": "user", "content": "Q", "name": "x"}, CHAT["messages"][1]]}),
        ("DS201", "messages[0]"),
    ),
    _chat("completion is missing", line({"prompt": "Q"}), ("DS202", "")),
    _chat("prompt is missing", line({"completion": "A"}), ("DS202", "")),
    _chat("role is missing", line({"messages": [{"content": "Q"}, CHAT["messages"][1]]}), ("DS202", "messages[0]")),
    _chat(
        "content is missing", line({"messages": [CHAT["messages"][0], {"role": "assistant"}]}), ("DS202", "messages[1]")
    ),
    _nova("messages are missing", line({"schemaVersion": "bedrock-conversation-2024"}), ("DS202", "")),
    *_types("prompt", "prompt", (*_ANY, [], ["Q"])),
    *_types("completion", "completion", (*_ANY, ["A"])),
    *_types("system", "system", _ANY),
    *_types("messages", "messages", (None, True, 0, "Q", {})),
    *_types("messages[0]", "messages[0]", (None, "Q", 1, [])),
    *_types("messages[1].role", "messages[1].role", (*_ANY, ["assistant"])),
    *_types("messages[1].content", "messages[1].content", _ANY),
    _chat(
        "blocks of Anthropic's interface",
        messages(("user", [{"type": "text", "text": "Q"}]), ("assistant", "A")),
        ("DS203", "messages[0].content"),
    ),
    _chat("huge number", b'{"prompt": 1e400, "completion": "A"}\n', ("DS203", "prompt")),
    _chat(
        "number of ten thousand digits as a value",
        b'{"prompt": ' + b"7" * 10_000 + b', "completion": "A"}\n',
        ("DS203", "prompt"),
    ),
    _nova("schema version is a number", b'{"schemaVersion": 2024, ' + BLOCKS[1:], ("DS203", "schemaVersion")),
    _nova("system is a text among blocks", b'{"schemaVersion": "x", "system": "S", ' + BLOCKS[1:], ("DS203", "system")),
    _nova(
        "block is a text",
        messages(("user", ["Q", {"text": "Q"}]), ("assistant", [{"text": "A"}])),
        ("DS203", "messages[0].content[0]"),
    ),
    _nova(
        "text of a block is a number",
        messages(("user", [{"text": 1}]), ("assistant", [{"text": "A"}])),
        ("DS203", "messages[0].content[0].text"),
    ),
    _nova(
        "unknown key in a block",
        messages(("user", [{"text": "Q", "cachePoint": {}}]), ("assistant", [{"text": "A"}])),
        ("DS201", "messages[0].content[0]"),
    ),
    _nova(
        "misspelt key in a block",
        messages(("user", [{"txt": "Q"}]), ("assistant", [{"text": "A"}])),
        ("DS201", "messages[0].content[0]"),
        ("DS202", "messages[0].content[0]"),
    ),
    one(
        "two system blocks where one is taken",
        b'{"system": [{"text": "S"}, {"text": "T"}], ' + BLOCKS[1:],
        ("DS203", 1, "system"),
        base_model="llama-3.2-1b",
    ),
    _chat("prompt twice", b'{"prompt": "Q", "prompt": "R", "completion": "A"}\n', ("DS207", "")),
    _chat("prompt twice, equal", b'{"prompt": "Q", "prompt": "Q", "completion": "A"}\n', ("DS207", "")),
    _chat("prompt twice, once escaped", b'{"prompt": "Q", "pr\\u006fmpt": "R", "completion": "A"}\n', ("DS207", "")),
    _chat("messages twice", b"{" + _TURNS + b", " + _TURNS + b"}\n", ("DS207", "")),
    _chat(
        "role twice",
        line(CHAT).replace(b'{"role": "user"', b'{"role": "assistant", "r\\u006fle": "user"'),
        ("DS207", "messages[0]"),
    ),
    _nova(
        "text twice",
        BLOCKS.replace(b'{"text": "Q"}', b'{"text": "Q", "text": "R"}'),
        ("DS207", "messages[0].content[0]"),
    ),
    _chat("unknown key twice", b'{"prompt": "Q", "completion": "A", "id": 1, "id": 2}\n', ("DS207", ""), ("DS201", "")),
    one(
        "two blocks become one string",
        messages(("user", [{"text": "Q"}, {"text": "R"}]), ("assistant", [{"text": "A"}])),
        ("DS107", 1, "messages[0].content"),
    ),
    one(
        "image becomes a string",
        messages(
            ("user", [{"image": {"format": "png", "source": {"s3Location": {"uri": "s3://bucket/a.png"}}}}]),
            ("assistant", [{"text": "A"}]),
        ),
        ("DS206", 1, "messages[0].content[0].image"),
    ),
    one(
        "system prompt becomes prompt and completion",
        line(CHAT | {"system": "S"}),
        ("DS107", 1, "system"),
        base_model="llama-3.1-8b",
    ),
    one(
        "four messages become prompt and completion",
        messages(*[("user", "Q"), ("assistant", "A")] * 2),
        ("DS107", 1, "messages"),
        base_model="llama-3.1-8b",
    ),
    one(
        "configured system prompt without a place",
        line(QA) + pair("R", "B"),
        ("DS107", 1, "system"),
        ("DS107", 2, "system"),
        base_model="llama-3.1-8b",
        system_prompt="Be brief.",
    ),
)
