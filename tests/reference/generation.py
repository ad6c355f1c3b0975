"""Records for property tests: valid ones, and ones with a few things wrong."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from tests.reference.spelling import Pairs

FORMATS = ("prompt-completion", "anthropic-messages", "bedrock-conversation-2024")
MARKS = ("\nHuman:", "\nAssistant:", "User:", "Bot:", "Assistant:", "System:", "<image>", "<video>", "[EOS]")

words = st.sampled_from(
    [
        "a",
        "Q",
        "é",
        "字",
        "🙂",
        " ",
        "\t",
        "\n",
        "\u2003",
        "\u200b",
        "\u00a0",
        "\u2028",
        "\x7f",
        "\x00",
        "\x1f",
        '"',
        "\\",
    ]
)
pieces = words | st.sampled_from([*MARKS, "\nHuman", "Human:", "user:", "\ufeff", "\\u0041", "/", "NaN", "\u0085"])
texts = st.lists(pieces, max_size=4).map("".join)
full_texts = st.lists(
    st.sampled_from(["a", "Q?", "é", "字", "🙂", "\n", '"', "\\", "\x00", "\x7f", "/"]), max_size=3
).map(lambda parts: "x" + "".join(parts))


def turns(draw: st.DrawFn, role: Any, content: Any) -> list[Pairs]:
    """Return a conversation that alternates and ends with the assistant."""
    count = draw(st.sampled_from([1, 1, 1, 2, 3]))
    return [
        Pairs([("role", role(speaker)), ("content", content(speaker))])
        for _ in range(count)
        for speaker in ("user", "assistant")
    ]


@st.composite
def records(draw: st.DrawFn, data_format: str, text: st.SearchStrategy[str] = full_texts) -> Pairs:
    """Return a valid record of a format (valid as far as ``text`` gives texts with something in them)."""
    if data_format == "prompt-completion":
        return Pairs([("prompt", draw(text)), ("completion", draw(text))])
    system = draw(st.booleans())
    if data_format == "anthropic-messages":
        messages = turns(draw, str, lambda _: draw(text))
        return Pairs([*([("system", draw(text))] if system else []), ("messages", messages)])
    messages = turns(draw, str, lambda speaker: draw(blocks(speaker, text)))
    prompt = [("system", [Pairs([("text", draw(text))]) for _ in range(draw(st.sampled_from([1, 1, 2])))])]
    version = [("schemaVersion", draw(st.sampled_from(["bedrock-conversation-2024", "x", ""])))]
    return Pairs([*(version if draw(st.booleans()) else []), *(prompt if system else []), ("messages", messages)])


@st.composite
def blocks(draw: st.DrawFn, speaker: str, text: st.SearchStrategy[str]) -> list[Pairs]:
    """Return text blocks and now and then an image or a video."""
    found = [Pairs([("text", draw(text))]) for _ in range(draw(st.sampled_from([1, 1, 1, 2])))]
    if draw(st.sampled_from([False] * 5 + [speaker == "user"] * 3 + [True])):
        found.insert(draw(st.integers(0, len(found))), draw(media()))
    return found


URIS = (
    "s3://bucket/key.png",
    "s3://my-bucket.1/a/b_c-d.mp4",
    "s3://bucket/",
    "s3://bucket",
    "s3:///key",
    "s3://Bucket/key",
    "s3://bu/key",
    "s3://-bucket/key",
    "s3://bu..cket/key",
    "s3://bucket/a b.png",
    "s3://bucket/é.png",
    "S3://bucket/key",
    "https://bucket.s3.amazonaws.com/key",
    "bucket/key",
    " s3://bucket/key",
    "s3://bucket/key\n",
    "",
)


@st.composite
def media(draw: st.DrawFn) -> Pairs:
    """Return an image or a video block, often a correct one."""
    kind = draw(st.sampled_from(["image", "image", "video"]))
    good = {"image": "png", "video": "mp4"}[kind]
    location = Pairs([("uri", draw(st.sampled_from([URIS[0]] * 8 + list(URIS))))])
    if draw(st.sampled_from([False, False, True])):
        location.append(("bucketOwner", draw(st.sampled_from(["123456789012", "12345678901", "", "x" * 12, 1]))))
    form = draw(st.sampled_from([good] * 5 + ["bmp", "", "mp4", None]))
    return Pairs([(kind, Pairs([("format", form), ("source", Pairs([("s3Location", location)]))]))])


#: What takes the place of a value: each JSON type, and the things Python's and JavaScript's writers produce.
junk: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1.5, "", " ", "user", "assistant", "system", [], [[]], ["Q"], Pairs(), Pairs([("text", "Q")])]
).map(deepcopy)  # what is changed later must not be shared
keys = st.sampled_from(
    ["prompt", "completion", "messages", "system", "schemaVersion", "role", "content", "text", "type", "image", "x", ""]
)


def _objects(value: Any) -> list[Pairs]:
    if isinstance(value, Pairs):
        return [value, *(inner for _, each in value for inner in _objects(each))]
    return [inner for each in value for inner in _objects(each)] if isinstance(value, list) else []


def _lists(value: Any) -> list[list[Any]]:
    if isinstance(value, Pairs):
        return [inner for _, each in value for inner in _lists(each)]
    return [value, *(inner for each in value for inner in _lists(each))] if isinstance(value, list) else []


@st.composite
def wrong_records(draw: st.DrawFn, data_format: str) -> Pairs:
    """Return a record of a format in which one to three things were changed at random."""
    record = draw(records(data_format, texts | full_texts))
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        change = draw(st.sampled_from([_drop, _repeat, _rename, _replace, _replace, _add, _reshape, _reshape]))
        change(draw, record)
    return record


def _place(draw: st.DrawFn, record: Pairs) -> tuple[Pairs, int] | None:
    objects = [each for each in _objects(record) if each]
    if not objects:
        return None
    chosen = draw(st.sampled_from(range(len(objects))))
    return objects[chosen], draw(st.integers(0, len(objects[chosen]) - 1))


def _drop(draw: st.DrawFn, record: Pairs) -> None:
    if place := _place(draw, record):
        del place[0][place[1]]


def _repeat(draw: st.DrawFn, record: Pairs) -> None:
    if place := _place(draw, record):
        where, index = place
        key, value = where[index]
        where.insert(draw(st.integers(0, len(where))), (key, deepcopy(draw(st.just(value) | junk))))


def _rename(draw: st.DrawFn, record: Pairs) -> None:
    if place := _place(draw, record):
        where, index = place
        key, value = where[index]
        where[index] = (draw(keys | st.sampled_from([key.upper(), key + " ", key + "\x00"])), value)


def _replace(draw: st.DrawFn, record: Pairs) -> None:
    if place := _place(draw, record):
        where, index = place
        where[index] = (where[index][0], draw(junk | texts))


def _add(draw: st.DrawFn, record: Pairs) -> None:
    objects = _objects(record)
    chosen = objects[draw(st.integers(0, len(objects) - 1))]
    chosen.insert(draw(st.integers(0, len(chosen))), (draw(keys), draw(junk)))


def _reshape(draw: st.DrawFn, record: Pairs) -> None:
    found = _lists(record)
    if not found:
        return
    chosen = found[draw(st.integers(0, len(found) - 1))]
    action = draw(st.sampled_from(["clear", "pop", "swap", "double", "junk", "insert"]))
    index = draw(st.integers(0, len(chosen) - 1)) if chosen else 0
    if action == "clear" or (action == "swap" and chosen):
        chosen[:] = chosen[::-1] if action == "swap" else []
    elif action == "pop" and chosen:
        del chosen[index]
    elif action == "double" and chosen:
        chosen.insert(index, deepcopy(chosen[index]))
    elif action == "junk" and chosen:
        chosen[index] = draw(junk)
    elif action == "insert":
        chosen.insert(index, draw(junk | media()))
