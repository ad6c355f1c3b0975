"""The fast lane lets no flaw through, and writes and counts what the exact lane would."""

import json
from typing import IO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning import catalog
from finetuning.dataset.check import DatasetCheck
from finetuning.dataset.reading.exact_lane import ExactLane
from finetuning.dataset.reading.fast_lane import FastLane

MODELS = [catalog.find(name) for name in ("claude-3-haiku", "nova-lite", "llama-3.1-8b")]
FORMATS = ["prompt-completion", "anthropic-messages", "bedrock-conversation-2024"]
WORDS = [
    "Q", "answer", " ", "\n", "\t", "\x1f", "\x7f", "é", "日本", "😀", '"', "\\", "/", "\\u0041", "\u2028", "\u3000",
    "\xa0", "\nHuman:", "\nAssistant:", "User:", "[EOS]", '"role"', "}, {",
]  # fmt: skip

texts = st.lists(st.sampled_from(WORDS), max_size=4).map("".join)
turns = st.integers(1, 3).flatmap(lambda pairs: st.lists(texts, min_size=2 * pairs, max_size=2 * pairs))


def messages(contents, wrap):
    """Return messages of alternating roles."""
    roles = ["user", "assistant"] * len(contents)
    return [{"role": role, "content": wrap(text)} for role, text in zip(roles, contents, strict=False)]


def blocks(text):
    """Return a text as Nova has it."""
    return [{"text": text}]


@st.composite
def records(draw):
    """A record of any format, mostly good."""
    contents, system = draw(turns), draw(st.none() | texts)
    data_format = draw(st.sampled_from(FORMATS))
    if data_format == "prompt-completion":
        return {"prompt": contents[0], "completion": contents[1]}
    if data_format == "anthropic-messages":
        head = {} if system is None else {"system": system}
        return head | {"messages": messages(contents, str)}
    head = draw(st.sampled_from([{}, {"schemaVersion": "bedrock-conversation-2024"}, {"schemaVersion": "other"}]))
    return head | ({} if system is None else {"system": blocks(system)}) | {"messages": messages(contents, blocks)}


@st.composite
def lines(draw):
    """A record in one of its spellings, perhaps with one byte changed, a piece repeated, or white space put in."""
    record = draw(records())
    if draw(st.booleans()):
        record = dict(reversed(record.items()))
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]))
    line = json.dumps(record, ensure_ascii=draw(st.booleans()), separators=separators).encode()
    if draw(st.booleans()):
        line = line.replace(b"/", b"\\/")
    change, start = draw(st.integers(0, 5)), draw(st.integers(0, len(line)))
    if change == 1:
        line = line[:start] + draw(st.sampled_from([b" ", b"\t", b",", b'"', b"0", b"\xff", b"\x00"])) + line[start:]
    elif change == 2:
        line = line[:start] + line[start + 1 :]
    elif change == 3:
        key = draw(st.sampled_from([b'"system":0,', b'"role":"user",', b'"content":0,', b'"text":0,', b'"prompt":0,']))
        line = line.replace(b"{", b"{" + key, draw(st.integers(1, 3)))
    return line + draw(st.sampled_from([b"\n", b"\r\n", b""]))


class Words:
    """A tokenizer that counts characters."""

    def count(self, text):
        """Return the number of characters."""
        return len(text)


@given(
    lines(), st.sampled_from(MODELS), st.sampled_from(FORMATS), st.sampled_from([None, "", "Be brief.", "Sé breve."])
)
def test_what_the_fast_lane_accepts_the_exact_lane_writes_and_counts_the_same(line, base_model, source, prompt):
    """Whatever a line holds: bytes, turns and tokens are equal, and there is no flaw."""
    fast = FastLane(base_model, source, prompt, None)
    (judged,) = fast.judge_block(line, 0, len(line))
    if not isinstance(judged, tuple):
        return
    verdict = ExactLane(base_model, prompt).judge(line, source)
    assert verdict.flaws == ()
    assert b"".join(fast.parts(judged)) == verdict.line
    assert fast.measure([judged]) == ([verdict.turns], [verdict.millitokens], len(verdict.line))


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("pairs", [1, 3])
@pytest.mark.parametrize("source", FORMATS)
def test_common_spellings_of_good_records_take_the_fast_lane(source, pairs, ascii_only, separators):
    """Compact and default spelling, with or without escape sequences, in every format."""
    contents = ["Où ? \n", 'He said "日本".'] * pairs
    record = {
        "prompt-completion": {"prompt": contents[0], "completion": contents[1]},
        "anthropic-messages": {"system": "Be brief.", "messages": messages(contents, str)},
        "bedrock-conversation-2024": {"system": blocks("Be brief."), "messages": messages(contents, blocks)},
    }[source]
    line = json.dumps(record, ensure_ascii=ascii_only, separators=separators).encode() + b"\n"
    (judged,) = FastLane(MODELS[1], source, None, None).judge_block(line, 0, len(line))
    assert isinstance(judged, tuple)


REPEATED = {
    "prompt-completion": ['"prompt"', '"completion"'],
    "anthropic-messages": ['"system"', '"messages"', '"role"', '"content"'],
    "bedrock-conversation-2024": ['"schemaVersion"', '"system"', '"messages"', '"role"', '"content"', '"text"'],
}


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (",", ": "), (", ", ":")])
@pytest.mark.parametrize(("source", "key"), [(source, key) for source, keys in REPEATED.items() for key in keys])
def test_repeated_key_never_takes_the_fast_lane(source, key, separators, end):
    """However short the repeated key's value is, whatever spaces are saved elsewhere, wherever it stands."""
    record = {
        "prompt-completion": {"prompt": "Q", "completion": "A"},
        "anthropic-messages": {"system": "Be brief.", "messages": messages(["Q", "A"], str)},
        "bedrock-conversation-2024": {
            "schemaVersion": "bedrock-conversation-2024",
            "system": blocks("Be brief."),
            "messages": messages(["Q", "A"], blocks),
        },
    }[source]
    values = {'"role"': ['"user"', '"assistant"'], '"messages"': ["[]"], '"schemaVersion"': ['""']}
    values |= {'"system"': ["0", "null"], '"content"': ["0", '[{"text":0}]']}
    whole = json.dumps(record, separators=separators) + end
    fast = FastLane(MODELS[1], source, None, None)
    for value in values.get(key, ["0", '""']):
        start = whole.find(key)
        while start >= 0:
            line = f"{whole[:start]}{key}:{value},{whole[start:]}".encode()
            (judged,) = fast.judge_block(line, 0, len(line))
            assert judged == line, line
            start = whole.find(key, start + 1)


@given(st.lists(lines(), max_size=12), st.sampled_from(MODELS), st.booleans())
def test_a_file_is_judged_like_its_lines_one_by_one(many, base_model, validates):
    """Blocks, lanes and validation without writing make no difference to findings, counts and bytes."""
    many = [line.rstrip(b"\r\n") + b"\n" for line in many]
    one_by_one, together = DatasetCheck(base_model, "test"), DatasetCheck(base_model, "test")
    written = [one_by_one.feed(line) or b"" for line in many]
    stream = cast(IO[bytes], Pieces(b"".join(many), 7))
    if validates:
        together.validate(stream)
    else:
        assert b"".join(together.convert(stream)) == b"".join(written)
    expected, found = one_by_one.finish(), together.finish()
    if "DS109" in found.counts:
        return
    for name in ("findings", "counts", "records", "turns", "tokens", "estimated_tokens", "longest_tokens"):
        assert getattr(found, name) == getattr(expected, name)
    assert (found.written_records, found.written_bytes) == (expected.written_records, expected.written_bytes)
    assert found.digest == ("" if validates else expected.digest)


class Pieces:
    """A stream that gives few bytes at a time, and has no readinto."""

    def __init__(self, data, size):
        """Keep the data."""
        self._data, self._size = data, size

    def read(self, size):
        """Return the next few bytes."""
        piece, self._data = self._data[: min(size, self._size)], self._data[min(size, self._size) :]
        return piece


@pytest.mark.parametrize(("words", "code"), [(40_000, "DS403"), (32_001, "DS403"), (20_000, None), (31_000, None)])
def test_words_over_the_limit_prove_a_record_too_long_in_every_lane(words, code):
    """No word is less than a token, so so many words are an error and not an estimate."""
    record = {"messages": messages(["a " * (words - 1), "b"], str)}
    report = check(json.dumps(record).encode() + b"\n", base_model=MODELS[0])
    assert dict(report.counts) == ({code: 1} if code else {})


def test_long_text_of_few_words_is_probably_too_long():
    """An estimate over the limit is a warning that states its error."""
    record = {"messages": messages(["abcdefghijklmno " * 11_000, "b"], str)}
    report = check(json.dumps(record).encode() + b"\n", base_model=MODELS[0])
    assert dict(report.counts) == {"DS402": 1}
    assert report.findings[0].message.startswith("about 37488 tokens (an estimate, ±25 %)")


def test_tokenizer_decides_where_bounds_do_not():
    """It is asked only about records of more bytes than the limit has tokens, and its count is final."""
    short, long = (json.dumps({"messages": messages(["a" * n, "b"], str)}).encode() + b"\n" for n in (30_000, 33_000))
    assert dict(check(short, long, base_model=MODELS[0], tokenizer=Words()).counts) == {"DS403": 1}


def check(*many, **options):
    """Return the report of a file's lines."""
    dataset = DatasetCheck(split="test", **options)
    for line in many:
        dataset.feed(line)
    return dataset.finish()
