"""`data split`: every record in one place, the same place next time, and nothing written unless all of it can be."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ops.__main__ import main
from tests.unit.ops.files import lines, messages, write

Shown = pytest.CaptureFixture[str]
SPLITS = ("training", "validation", "test")


def split(source: Path, folder: Path, *words: str, code: int = 0) -> None:
    """Run the command and require an exit code."""
    assert main(["data", "split", str(source), "--out-dir", str(folder), *words]) == code


def parts(folder: Path) -> dict[str, list[bytes]]:
    """The lines of the files that were written."""
    return {path.stem: path.read_bytes().splitlines(keepends=True) for path in sorted(folder.glob("*.jsonl"))}


def test_every_line_is_copied_as_it_is_to_one_place(tmp_path: Path, capsys: Shown) -> None:
    content = lines(400)
    source = write(tmp_path / "in.jsonl", content)
    split(source, tmp_path / "out")
    written = parts(tmp_path / "out")
    assert {*written} == {*SPLITS}
    assert Counter(line for part in written.values() for line in part) == Counter(line + b"\n" for line in content)
    assert 280 <= len(written["training"]) <= 360
    shown = capsys.readouterr().out
    assert all(str(tmp_path / "out" / f"{name}.jsonl") in shown for name in SPLITS)


def test_more_rows_move_no_row(tmp_path: Path) -> None:
    split(write(tmp_path / "old.jsonl", lines(300)), tmp_path / "old")
    split(write(tmp_path / "new.jsonl", lines(400)[::-1]), tmp_path / "new")
    old, new = parts(tmp_path / "old"), parts(tmp_path / "new")
    assert all({*old[name]} <= {*new[name]} for name in SPLITS)


def test_same_question_stays_on_one_side(tmp_path: Path) -> None:
    content = [json.dumps(messages(number, f"It is {answer}.")).encode() for number in range(150) for answer in "ab"]
    split(write(tmp_path / "in.jsonl", content), tmp_path / "out")
    questions = [
        {json.loads(line)["messages"][0]["content"] for line in part} for part in parts(tmp_path / "out").values()
    ]
    assert sum(map(len, questions)) == 150


def test_split_without_a_share_has_no_file(tmp_path: Path) -> None:
    split(write(tmp_path / "in.jsonl", lines(200)), tmp_path / "out", "--test", "0")
    assert [*parts(tmp_path / "out")] == ["training", "validation"]


def test_byte_order_mark_and_missing_line_feed_do_not_reach_the_parts(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"\xef\xbb\xbf" + b"\n".join(lines(200)))
    split(source, tmp_path / "out")
    written = [line for part in parts(tmp_path / "out").values() for line in part]
    assert len(written) == 200
    assert all(line.startswith(b"{") and line.endswith(b"}\n") for line in written)


def test_json_names_the_files(tmp_path: Path, capsys: Shown) -> None:
    split(write(tmp_path / "in.jsonl", lines(200)), tmp_path / "out", "--json")
    files: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["files"]
    assert [file["split"] for file in files] == [*SPLITS]
    assert sum(file["records"] for file in files) == 200


def test_part_too_small_for_the_base_model_writes_nothing(tmp_path: Path, capsys: Shown) -> None:
    split(write(tmp_path / "in.jsonl", lines(20)), tmp_path / "out", "--base-model", "claude-3-haiku", code=1)
    assert "Claude 3 Haiku needs at least 32" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_bad_record_writes_nothing_and_names_the_way_out(tmp_path: Path, capsys: Shown) -> None:
    source = write(tmp_path / "in.jsonl", [*lines(100), b"[]"])
    split(source, tmp_path / "out", code=3)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"1 of 101 records have errors, the first: DS104 {source} line 101" in captured.err
    assert "--keep-going" in captured.err
    assert not (tmp_path / "out").exists()


def test_files_that_exist_are_named_all_at_once(tmp_path: Path, capsys: Shown) -> None:
    source = write(tmp_path / "in.jsonl", lines(200))
    split(source, tmp_path / "out")
    capsys.readouterr()
    split(source, tmp_path / "out", code=2)
    assert capsys.readouterr().err.count("exists; replace it with --force") == 3
    split(source, tmp_path / "out", "--force")


def test_part_that_is_the_input_is_refused(tmp_path: Path, capsys: Shown) -> None:
    source = write(tmp_path / "training.jsonl", lines(200))
    split(source, tmp_path, "--force", code=2)
    assert "is the file that is read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--validation", "1.5"], ["--validation", "-0.1"], ["--validation", "0.6", "--test", "0.6"]]
)
def test_shares_that_are_none_are_wrong_usage(tmp_path: Path, capsys: Shown, words: list[str]) -> None:
    split(write(tmp_path / "in.jsonl", lines(20)), tmp_path / "out", *words, code=2)
    assert "--validation, --test: fractions must" in capsys.readouterr().err


def test_standard_input_is_wrong_usage(capsys: Shown) -> None:
    assert main(["data", "split", "-"]) == 2
    assert "reads its input twice" in capsys.readouterr().err
