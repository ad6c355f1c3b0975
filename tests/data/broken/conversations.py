"""Roles, their order, and texts."""

from tests.data.broken.case import Case, line, messages, one, pair, text

U, A = ("user", "Q"), ("assistant", "A")


def _chat(name: str, data: bytes, *found: tuple[str, str], **options: str) -> Case:
    return one(name, data, *((code, 1, path) for code, path in found), **options)


def _empty(name: str, content: str) -> Case:
    return _chat(name, pair("Q", content), ("DS204", "completion"))


def _nova(name: str, user: str, *found: tuple[str, str], assistant: str = "A", **more: object) -> Case:
    data = messages(("user", [{"text": user}]), ("assistant", [{"text": assistant}]), **more)
    return _chat(name, data, *found, base_model="nova-micro")


CONVERSATIONS = (
    _chat("role in upper case", messages(("User", "Q"), A), ("DS301", "messages[0].role")),
    _chat("system as a role", messages(("system", "S"), U, A), ("DS301", "messages[0].role")),
    _chat("role with a space", messages(U, ("assistant ", "A")), ("DS301", "messages[1].role")),
    _chat("empty role", messages(U, ("", "A")), ("DS301", "messages[1].role")),
    _chat(
        "two unknown roles",
        messages(("human", "Q"), ("bot", "A")),
        ("DS301", "messages[0].role"),
        ("DS301", "messages[1].role"),
    ),
    _chat("no messages", line({"messages": []}), ("DS302", "messages")),
    _chat("question without answer", messages(U), ("DS302", "messages"), ("DS304", "messages[0].role")),
    _chat("answer without question", messages(A), ("DS302", "messages"), ("DS303", "messages[0].role")),
    _chat("assistant begins", messages(A, U, A), ("DS303", "messages[0].role")),
    _chat("user ends", messages(U, A, U), ("DS304", "messages[2].role")),
    _chat(
        "assistant begins and user ends", messages(A, U), ("DS303", "messages[0].role"), ("DS304", "messages[1].role")
    ),
    _chat("two users in a row", messages(U, U, A), ("DS305", "messages[1].role")),
    _chat("two assistants in a row", messages(U, A, A), ("DS305", "messages[2].role")),
    _chat("user three times, of which the first place is told", messages(U, U, U, A), ("DS305", "messages[1].role")),
    _empty("empty completion", ""),
    _empty("completion of spaces", "   "),
    _empty("completion of a line break", "\n"),
    _empty("completion of a no-break space", "\u00a0"),
    _empty("completion of an em space and an ideographic space", "\u2003\u3000"),
    _empty("completion of a line separator", "\u2028"),
    _chat("white space spelt as escapes", b'{"prompt": "\\u0020\\u00a0\\t", "completion": "A"}\n', ("DS204", "prompt")),
    _chat("both texts empty", pair("", ""), ("DS204", "prompt"), ("DS204", "completion")),
    _chat(
        "system of spaces",
        line({"system": " ", "messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}),
        ("DS204", "system"),
    ),
    _nova("empty block", " ", ("DS204", "messages[0].content")),
    _chat(
        "no block",
        messages(("user", []), ("assistant", [{"text": "A"}])),
        ("DS204", "messages[0].content"),
        base_model="nova-micro",
    ),
    _chat("zero-width space, which is a character", pair("Q", "\u200b")),
    _chat(
        "empty system, which is none",
        line({"system": "", "messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}),
    ),
    _chat("Claude's mark of the user", pair("Q", "A\nHuman: Q"), ("DS401", "completion")),
    _chat("Claude's mark of the assistant in the prompt", pair("Q\n\nAssistant:", "A"), ("DS401", "prompt")),
    _chat(
        "Claude's mark in the system prompt",
        line(
            {
                "system": "x\nHuman:",
                "messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}],
            }
        ),
        ("DS401", "system"),
    ),
    _chat(
        "mark spelt as escapes", b'{"prompt": "x\\u000a\\u0048uman\\u003a", "completion": "A"}\n', ("DS401", "prompt")
    ),
    one(
        "mark in the configured system prompt, in every record",
        pair("Q", "A") + pair("R", "B") + pair("S", "C"),
        *(("DS401", number, "system") for number in (1, 2, 3)),
        system_prompt="x\nAssistant: y",
    ),
    one(
        "configured system prompt of spaces, in every record",
        pair("Q", "A") + pair("R", "B"),
        *(("DS204", number, "system") for number in (1, 2)),
        system_prompt=" ",
    ),
    _chat("mark in the configured system prompt", pair("Q", "A"), ("DS401", "system"), system_prompt="x\nAssistant: y"),
    _chat("two marks in one text", pair("Q\nHuman:\nAssistant:", "A"), ("DS401", "prompt"), ("DS401", "prompt")),
    _chat("mark without a colon, which is none", pair("Q\nHuman", "A\nAssistant")),
    _chat("mark without a line feed before it, which is none", pair("Human: Q", "Assistant: A")),
    _chat("mark after a carriage return, which is none", pair("x\rHuman: Q", "A")),
    _nova("Nova's mark of the user", "User: Q", ("DS401", "messages[0].content")),
    _nova("Nova's mark of an image", "see <image>", ("DS401", "messages[0].content")),
    _nova("Nova's mark of the end", "[EOS]", ("DS401", "messages[0].content")),
    _nova("Nova's mark in the system prompt", "Q", ("DS401", "system"), system=[{"text": "Bot: x"}]),
    _nova("Nova's mark in an answer, which may have it", "Q", assistant="User: x"),
    _chat(
        "one mark in two blocks of a message",
        messages(("user", [{"text": "User: x"}, {"text": "User: y"}]), ("assistant", [{"text": "A"}])),
        ("DS401", "messages[0].content"),
        base_model="nova-micro",
    ),
    _chat("more words than tokens", pair("Q", text(2, 32_001)), ("DS403", "")),
    _chat("probably too many tokens", pair("Q", "字" * 40_000), ("DS402", "")),
    _chat(
        "all wrong with one record",
        messages(("assistant", ""), A),
        ("DS303", "messages[0].role"),
        ("DS305", "messages[1].role"),
        ("DS204", "messages[0].content"),
    ),
)
