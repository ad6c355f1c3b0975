"""`data diff` and `data stats`: numbers about records, and none of their text."""

import gzip
import json
from pathlib import Path

import pytest

from ops.__main__ import main
from tests.unit.ops.files import SAMPLE, lines, messages, write

Shown = pytest.CaptureFixture[str]


def record(number: int, answer: str | None = None) -> bytes:
    """A record as a line."""
    return json.dumps(messages(number, answer)).encode()


#: No record can be found in them.
UNRECOGNISED = {"gzip": gzip.compress(b"{}"), "UTF-16": "{}".encode("utf-16")}


def said(path: Path, content: bytes) -> str:
    """The message about such a file."""
    fix = "write one JSON object per line, in UTF-8, uncompressed"
    if content == UNRECOGNISED["gzip"]:
        why = "the file is compressed with gzip; decompress it: gunzip -c FILE > records.jsonl"
    else:
        why = "the file is UTF-16; write it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE > records.jsonl"
    return f"error: DS109 {path}: {why}; {fix}"


def test_same_records_in_another_order_are_the_same(tmp_path: Path, capsys: Shown) -> None:
    old, new = write(tmp_path / "old.jsonl", lines(30)), write(tmp_path / "new.jsonl", lines(30)[::-1])
    assert main(["data", "diff", str(old), str(new)]) == 0
    assert "the same records" in capsys.readouterr().out


def test_same_records_in_another_format_are_the_same(tmp_path: Path) -> None:
    converted = tmp_path / "converted.jsonl"
    assert main(["data", "convert", str(SAMPLE), str(converted), "--to", "bedrock-conversation-2024"]) == 0
    assert main(["data", "diff", str(SAMPLE), str(converted)]) == 0


def test_added_removed_and_changed_records_are_told_by_line(tmp_path: Path, capsys: Shown) -> None:
    old = write(tmp_path / "old.jsonl", [record(1), record(2), record(3)])
    new = write(tmp_path / "new.jsonl", [record(1), record(3, "It is another answer."), record(4), record(5)])
    assert main(["data", "diff", str(old), str(new), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["removed"], told["added"], told["changed"]) == ([2], [3, 4], [{"old_line": 3, "new_line": 2}])
    assert (told["old"]["records"], told["new"]["records"], told["unchanged"], told["same"]) == (3, 4, 1, False)


def test_difference_is_shown_without_text_and_cut(tmp_path: Path, capsys: Shown) -> None:
    old, new = write(tmp_path / "old.jsonl", lines(3)), write(tmp_path / "new.jsonl", lines(33))
    assert main(["data", "diff", str(old), str(new), "--lines", "2"]) == 1
    out = capsys.readouterr().out
    assert f"added           30  lines of {new}: 4, 5, …" in out
    assert "What is" not in out


def test_record_with_an_error_cannot_be_compared(tmp_path: Path, capsys: Shown) -> None:
    old, new = write(tmp_path / "old.jsonl", lines(3)), write(tmp_path / "new.jsonl", [*lines(3), b"{}"])
    assert main(["data", "diff", str(old), str(new), "--json"]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "1 of 4 records have errors, the first: DS105" in captured.err


@pytest.mark.parametrize("content", UNRECOGNISED.values(), ids=UNRECOGNISED)
def test_file_without_a_record_is_told_by_its_finding_alone(tmp_path: Path, capsys: Shown, content: bytes) -> None:
    """No advice that cannot work: there is no record to leave out."""
    path, good = tmp_path / "in.jsonl", write(tmp_path / "good.jsonl", lines(30))
    path.write_bytes(content)
    for command in (["diff", str(good), str(path)], ["split", str(path), "--out-dir", str(tmp_path / "out")]):
        assert main(["data", *command]) == 3
        assert capsys.readouterr().err.splitlines() == [said(path, content)]


def test_both_files_that_cannot_be_read_are_told(tmp_path: Path, capsys: Shown) -> None:
    assert main(["data", "diff", str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]) == 3
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_stats_show_records_tokens_and_what_will_be_billed(capsys: Shown) -> None:
    assert main(["data", "stats", str(SAMPLE), "--epochs", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (file,) = told["files"]
    assert file["records"] == len(SAMPLE.read_bytes().splitlines())
    assert told["estimated_billed_tokens"] == 3 * file["estimated_tokens"]
    assert sum(bar["records"] for bar in file["token_histogram"]) == file["records"]
    assert main(["data", "stats", str(SAMPLE), "--epochs", "3"]) == 0
    out = capsys.readouterr().out
    assert "× 3 epochs (--epochs)" in out
    assert "█" in out


@pytest.mark.parametrize("content", UNRECOGNISED.values(), ids=UNRECOGNISED)
def test_stats_of_a_file_without_a_record_are_its_first_error(tmp_path: Path, capsys: Shown, content: bytes) -> None:
    """A table of zeros would look like an answer."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(content)
    assert main(["data", "stats", str(path)]) == 1
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"{said(path, content)}\n")
    assert main(["data", "stats", str(path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["files"][0]["records"] == 0


def test_stats_say_how_many_records_are_left_out(tmp_path: Path, capsys: Shown) -> None:
    path = write(tmp_path / "in.jsonl", [*lines(30), b"{}", b"[]"])
    assert main(["data", "stats", str(path), "--json"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["files"][0]["good_records"] == 30
    assert f"2 records with errors are left out; see: python -m ops data validate {path}" in captured.err
