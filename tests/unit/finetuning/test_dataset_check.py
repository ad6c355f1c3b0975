"""Every rule finds what it is for, at its place, and says nothing of the record's text."""

import json
from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning import catalog
from finetuning.dataset.check import DatasetCheck
from finetuning.dataset.gate import conclude
from finetuning.dataset.limits import split_flaws
from finetuning.dataset.rules import RULES

HAIKU = catalog.find("claude-3-haiku")
NOVA_LITE = catalog.find("nova-lite")
IMAGE = {"format": "png", "source": {"s3Location": {"uri": "s3://pets/cat.png"}}}
GOOD = {"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}


def line(record):
    """Return a record as its line."""
    return json.dumps(record).encode() + b"\n"


def turns(*pairs):
    """Return a Messages record of (role, content) pairs."""
    return {"messages": [{"role": role, "content": content} for role, content in pairs]}


def check(*lines, base_model=HAIKU, split="test", **options):
    """Return the report of a file; the test split has no limits of its own."""
    dataset = DatasetCheck(base_model, split, **options)
    for each in lines:
        dataset.feed(each)
    return dataset.finish()


def places(report):
    """Return code, line and path of the findings."""
    return [(finding.code, finding.line, finding.path) for finding in report.findings]


@pytest.mark.parametrize(
    ("bad", "found"),
    [
        (b'{"prompt": "\xff"}', [("DS101", 1, "")]),
        (b"\n", [("DS102", 1, "")]),
        (b"[\n", [("DS103", 1, "")]),
        (b"[" * 100_000, [("DS103", 1, "")]),
        (b"1" * 10_000, [("DS104", 1, "")]),
        (line([]), [("DS104", 1, "")]),
        (line("text"), [("DS104", 1, "")]),
        (line({"question": "Q"}), [("DS105", 1, "")]),
        (line(GOOD | {"sytem": "x"}), [("DS201", 1, "")]),
        (line({"prompt": "Q"}), [("DS202", 1, "")]),
        (line({"messages": [{"role": "user"}, {"role": "assistant", "content": "A"}]}), [("DS202", 1, "messages[0]")]),
        (line({"messages": {}}), [("DS203", 1, "messages")]),
        (line({"messages": ["Q"]}), [("DS203", 1, "messages[0]")]),
        (
            line(turns(("user", [{"type": "text", "text": "Q"}]), ("assistant", "A"))),
            [("DS203", 1, "messages[0].content")],
        ),
        (line(turns(("user", "Q"), (None, "A"))), [("DS203", 1, "messages[1].role")]),
        (line(GOOD | {"system": None}), [("DS203", 1, "system")]),
        (line(turns(("user", " \n"), ("assistant", "A"))), [("DS204", 1, "messages[0].content")]),
        (line({"prompt": "Q", "completion": ""}), [("DS204", 1, "completion")]),
        (line(turns(("user", "\ud800"), ("assistant", "A"))), [("DS205", 1, "messages[0].content")]),
        (line(turns(("User", "Q"), ("assistant", "A"))), [("DS301", 1, "messages[0].role")]),
        (line(turns(("system", "S"), ("user", "Q"), ("assistant", "A"))), [("DS301", 1, "messages[0].role")]),
        (line({"messages": []}), [("DS302", 1, "messages")]),
        (line(turns(("user", "Q"))), [("DS302", 1, "messages"), ("DS304", 1, "messages[0].role")]),
        (line(turns(("assistant", "A"), ("user", "Q"), ("assistant", "A"))), [("DS303", 1, "messages[0].role")]),
        (line(turns(("user", "Q"), ("assistant", "A"), ("user", "Q"))), [("DS304", 1, "messages[2].role")]),
        (
            line(turns(("user", "Q"), ("user", "Q"), ("user", "Q"), ("assistant", "A"))),
            [("DS305", 1, "messages[1].role")],
        ),
        (line(turns(("user", "Q"), ("assistant", "A\nHuman: Q"))), [("DS401", 1, "messages[1].content")]),
        (line(GOOD | {"system": "x\nAssistant: y"}), [("DS401", 1, "system")]),
    ],
)
def test_bad_record_is_found_at_its_place_and_kept_out(bad, found):
    """Each rule reports its code, line and path, and the record is not written."""
    dataset = DatasetCheck(HAIKU, "test")
    assert dataset.feed(bad) is None
    report = dataset.finish()
    assert places(report) == found
    assert (report.errors, report.written_records, report.records) == (len(found), 0, 1)


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (turns(("user", [{"image": IMAGE}]), ("assistant", [{"text": "A"}])), []),
        (turns(("user", [{"txt": "Q"}]), ("assistant", [{"text": "A"}])), None),
        ({"schemaVersion": 1, "messages": []}, [("DS203", 1, "schemaVersion"), ("DS302", 1, "messages")]),
        (turns(("user", [{"text": "[EOS]"}]), ("assistant", [{"text": "A"}])), [("DS401", 1, "messages[0].content")]),
        (turns(("user", [{"text": "Q"}]), ("assistant", [{"text": "Bot: A"}])), []),
        (turns(("user", "User: Q"), ("assistant", "A")), [("DS401", 1, "messages[0].content")]),
        (turns(("user", "a\nHuman: Q"), ("assistant", "A")), []),
    ],
)
def test_nova_has_rules_of_its_own(record, found):
    """Blocks of text and media, and Nova's reserved strings in system and user texts but not in the assistant's."""
    report = check(line(record), base_model=NOVA_LITE)
    if found is None:
        found = [("DS201", 1, "messages[0].content[0]"), ("DS202", 1, "messages[0].content[0]")]
    assert places(report) == found


def test_two_flaws_of_one_record_are_both_found():
    """All problems of a record come at once."""
    record = turns(("assistant", ""), ("assistant", "A"))
    assert [code for code, _, _ in places(check(line(record)))] == ["DS303", "DS305", "DS204"]


def test_finding_reads_as_one_line():
    """Code, file, line, path, what, and what to do."""
    (finding,) = check(line(GOOD), line(turns(("usr", "secret"), ("assistant", "A"))), split="test").findings
    assert str(finding) == (
        "DS301 test line 2, messages[0].role: role 'usr' is not user or assistant; "
        "write the role user or assistant, and a system prompt under the key system"
    )


def test_dataset_has_one_format():
    """The first record tells the format of the others."""
    report = check(line(GOOD), line({"prompt": "Q", "completion": "A"}))
    assert places(report) == [("DS106", 2, "")]
    assert report.data_format == "anthropic-messages"


def test_declared_format_binds_the_first_record_too():
    """A format in the configuration is not a guess."""
    report = check(line(GOOD), source_format="prompt-completion")
    assert report.findings[0].message == "record is anthropic-messages, the dataset is prompt-completion"


def test_record_that_does_not_fit_the_base_models_format_is_found():
    """Haiku's plain strings have no place for two blocks of one message."""
    one, two = [{"text": "Q"}], [{"text": "Q"}, {"text": "R"}]
    answer = ("assistant", [{"text": "A"}])
    report = check(line(turns(("user", two), answer)), line(turns(("user", one), answer)))
    assert places(report) == [("DS107", 1, "messages[0].content")]
    assert report.findings[0].message == "anthropic-messages takes one text per message, got 2 text blocks"
    assert report.written_records == 1


def test_rejects_an_unknown_format():
    """A misspelt format is refused before a line is read."""
    with pytest.raises(ValueError, match="must be one of anthropic-messages, bedrock-conversation-2024, prompt"):
        DatasetCheck(HAIKU, "training", source_format="jsonl")


def test_good_records_are_converted_counted_and_digested():
    """The report's digest and size are those of the written file."""
    dataset = DatasetCheck(HAIKU, "test", system_prompt="Be brief.")
    lines = [line({"prompt": "Q", "completion": "A"}), b"{\n", line({"completion": "é", "prompt": "Q"})]
    written = b"".join(dataset.convert(BytesIO(b"".join(lines)))).splitlines(keepends=True)
    report = dataset.finish()
    assert written[0] == (
        b'{"system":"Be brief.","messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]}\n'
    )
    assert (report.records, report.written_records, report.data_format) == (3, 2, "prompt-completion")
    assert report.written_bytes == len(b"".join(written))
    assert report.digest == sha256(b"".join(written)).hexdigest()
    assert report.estimated_tokens == round(0.213 * 22 + 0.986 * 1)


def test_spelling_of_a_record_does_not_change_its_digest():
    """Key order, spaces, escapes, line ends and a byte order mark have no effect on what is staged."""
    plain = check(line({"prompt": "é", "completion": "A"}))
    other = check(b'\xef\xbb\xbf { "completion":"A",  "prompt":"\\u00e9" }\r\n')
    assert (other.digest, other.errors) == (plain.digest, 0)


def test_every_finding_is_counted_and_twenty_are_kept():
    """A report stays small however bad the file is."""
    report = check(*[b"{"] * 25, line(GOOD | {"x": 1}))
    assert report.counts == {"DS103": 25, "DS201": 1}
    assert report.errors == 26
    assert [finding.line for finding in report.findings] == [*range(1, 21), 26]


@pytest.mark.parametrize(
    ("base_model", "split", "records", "codes"),
    [
        (HAIKU, "training", 31, ["DS501"]),
        (HAIKU, "training", 32, ["DS504"]),
        (HAIKU, "training", 49, ["DS504"]),
        (HAIKU, "training", 50, []),
        (HAIKU, "training", 10_000, []),
        (HAIKU, "training", 10_001, ["DS502"]),
        (HAIKU, "validation", 31, ["DS501"]),
        (HAIKU, "validation", 1_001, ["DS502"]),
        (HAIKU, "test", 1, []),
        (HAIKU, "test", 0, ["DS501"]),
        (NOVA_LITE, "training", 7, ["DS501"]),
        (NOVA_LITE, "training", 8, ["DS504"]),
        (NOVA_LITE, "training", 100, []),
        (NOVA_LITE, "validation", 1, []),
        (NOVA_LITE, "validation", 0, ["DS501"]),
    ],
)
def test_number_of_records_is_held_to_the_catalog(base_model, split, records, codes):
    """Too few and too many records are findings about the whole file; too few for good results is a warning."""
    report = check(*[line(GOOD)] * records, base_model=base_model, split=split)
    assert [(finding.code, finding.line) for finding in report.findings] == [(code, None) for code in codes]
    assert report.errors == len([code for code in codes if code != "DS504"])


def test_training_and_validation_share_a_limit():
    """The sum of the records is a quota."""
    training = check(*[line(GOOD)] * 9_900, split="training")
    validation = check(*[line(GOOD)] * 101, split="validation")
    assert [finding.code for finding in conclude(HAIKU, [training]).together] == ["DS506"]
    (finding,) = conclude(HAIKU, [training, validation]).together
    assert finding.message == "10001 records, Claude 3 Haiku takes at most 10000 (quota L-679179D2)"


def test_long_record_is_a_warning_and_is_written():
    """The length in tokens is an estimate, so it does not keep the record out."""
    report = check(line(turns(("user", "long words " * 14_000), ("assistant", "A"))))
    assert places(report) == [("DS402", 1, "")]
    assert (report.errors, report.written_records) == (0, 1)
    assert report.findings[0].message == "about 32802 tokens (an estimate, ±25 %), Claude 3 Haiku takes at most 32000"


def test_long_text_that_is_few_tokens_is_no_finding():
    """The limit is in tokens, not in characters."""
    assert places(check(line(turns(("user", "word " * 20_000), ("assistant", "A"))))) == []


def test_file_size_is_held_to_the_catalog():
    """Claude 3 Haiku takes a validation file of one gigabyte and no byte more."""
    assert list(split_flaws(HAIKU, "validation", 100, 1024**3)) == []
    (flaw,) = split_flaws(HAIKU, "validation", 100, 1024**3 + 1)
    assert (flaw.code, flaw.message) == ("DS505", "1073741825 bytes, Claude 3 Haiku takes at most 1073741824")
    assert list(split_flaws(NOVA_LITE, "validation", 100, 1024**4)) == []


def test_every_rule_has_a_reason_a_fix_and_a_source():
    """The table is complete, and its codes are in order."""
    assert list(RULES) == sorted(RULES)
    assert all(rule.title and rule.why and rule.fix and rule.source for rule in RULES.values())


SECRET = "Xyzzy-training-text"
anything = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.just(SECRET) | st.sampled_from(["user", "assistant"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["messages", "role", "content", "system", "prompt", "text", "completion"]), inner
        )
    ),
    max_leaves=12,
)


@given(st.lists(anything.map(line) | st.binary(max_size=30), max_size=5))
def test_no_input_breaks_the_check_and_no_text_leaves_it(lines):
    """Whatever the lines hold, each is written or has a finding, and no finding shows a content."""
    dataset = DatasetCheck(HAIKU, "test")
    written = [dataset.feed(each) for each in lines]
    report = dataset.finish()
    refused = {finding.line for finding in report.findings if finding.line and RULES[finding.code].severity == "error"}
    assert {number for number, each in enumerate(written, 1) if each is None} == refused
    shown = [str(finding) for finding in report.findings if finding.code != "DS301"]
    assert not any(SECRET in text for text in shown)
