"""`data diff` and `data stats`: numbers about records, and none of their text."""

import json
from pathlib import Path

import pytest

from ops.__main__ import main
from tests.unit.ops.files import SAMPLE, lines, messages, write

Shown = pytest.CaptureFixture[str]


def record(number: int, answer: str | None = None) -> bytes:
    """A record as a line."""
    return json.dumps(messages(number, answer)).encode()


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


def test_stats_say_how_many_records_are_left_out(tmp_path: Path, capsys: Shown) -> None:
    path = write(tmp_path / "in.jsonl", [*lines(30), b"{}", b"[]"])
    assert main(["data", "stats", str(path), "--json"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["files"][0]["good_records"] == 30
    assert f"2 records with errors are left out; see: python -m ops data validate {path}" in captured.err
