"""`data convert`: everything or nothing; with `--keep-going`, what is left out is kept with its reasons."""

import base64
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ops.__main__ import main
from ops.project import ROOT
from tests.unit.ops.files import SAMPLE, lines, write

Shown = pytest.CaptureFixture[str]
PAIR = {"prompt": "What is it?", "completion": "It is a test."}


def convert(*words: str, code: int) -> None:
    """Run the command and require an exit code."""
    assert main(["data", "convert", *words]) == code


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def names(folder: Path) -> list[str]:
    """What is in a folder, hidden files too."""
    return sorted(each.name for each in folder.iterdir())


def pairs(path: Path, *others: bytes) -> Path:
    """A file of two good pairs with other lines between them."""
    good = json.dumps(PAIR).encode()
    return write(path, [good, *others, good])


def test_pairs_become_messages(tmp_path: Path, capsys: Shown) -> None:
    source, out = pairs(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    convert(str(source), str(out), "--to", "anthropic-messages", "--system-prompt", "Be brief.", code=0)
    turns = [{"role": "user", "content": "What is it?"}, {"role": "assistant", "content": "It is a test."}]
    assert read(out) == [{"system": "Be brief.", "messages": turns}] * 2
    assert capsys.readouterr().out == f"✔ wrote 2 of 2 records as anthropic-messages: {out}\n"
    assert names(tmp_path) == ["in.jsonl", "out.jsonl"]


def test_base_model_says_the_format(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    convert(str(SAMPLE), str(out), "--base-model", "amazon.nova-lite-v1:0:300k", code=0)
    assert {record["schemaVersion"] for record in read(out)} == {"bedrock-conversation-2024"}
    assert len(read(out)) == len(SAMPLE.read_bytes().splitlines())


def test_there_and_back_is_the_same_content(tmp_path: Path) -> None:
    there, back = tmp_path / "there.jsonl", tmp_path / "back.jsonl"
    convert(str(SAMPLE), str(there), "--to", "bedrock-conversation-2024", code=0)
    convert(str(there), str(back), "--to", "anthropic-messages", code=0)
    assert read(back) == read(SAMPLE)


def test_one_bad_record_and_nothing_is_written(tmp_path: Path, capsys: Shown) -> None:
    source, out = pairs(tmp_path / "in.jsonl", b'{"prompt": 1, "completion": "x"}'), tmp_path / "out.jsonl"
    convert(str(source), str(out), "--to", "anthropic-messages", code=1)
    assert names(tmp_path) == ["in.jsonl"]
    shown = capsys.readouterr().out
    assert f"{source}:2 prompt" in shown
    assert "✘ nothing was written: 1 of 3 records have errors; leave them out with --keep-going" in shown


def test_what_stood_there_stays_when_nothing_is_written(tmp_path: Path) -> None:
    source, out = pairs(tmp_path / "in.jsonl", b"[]"), tmp_path / "out.jsonl"
    out.write_bytes(b"old")
    convert(str(source), str(out), "--to", "anthropic-messages", "--force", code=1)
    assert out.read_bytes() == b"old"


def test_keep_going_writes_the_good_ones_and_the_others_with_reasons(tmp_path: Path, capsys: Shown) -> None:
    odd = b'{"prompt": "\xff", "completion": "x"}'
    source, out = pairs(tmp_path / "in.jsonl", b'{"prompt": "q"}', odd), tmp_path / "out.jsonl"
    convert(str(source), str(out), "--to", "anthropic-messages", "--keep-going", code=1)
    assert len(read(out)) == 2
    missing, broken = read(tmp_path / "out.jsonl.rejects.jsonl")
    assert (missing["line"], missing["codes"], missing["record"]) == (2, ["DS202"], '{"prompt": "q"}')
    assert "completion" in missing["reasons"][0]
    assert (broken["line"], broken["codes"]) == (3, ["DS101"])
    assert base64.b64decode(broken["record_base64"]).rstrip(b"\n") == odd
    shown = capsys.readouterr().out
    assert "✘ wrote 2 of 4 records" in shown
    assert f"left out: 2, with reasons: {out}.rejects.jsonl (it holds training text)" in shown


def test_keep_going_without_a_bad_record_leaves_no_reject_file(tmp_path: Path) -> None:
    source, out, rejects = pairs(tmp_path / "in.jsonl"), tmp_path / "out.jsonl", tmp_path / "out.jsonl.rejects.jsonl"
    rejects.write_bytes(b"of an earlier run")
    convert(str(source), str(out), "--to", "anthropic-messages", "--keep-going", "--force", code=0)
    assert names(tmp_path) == ["in.jsonl", "out.jsonl"]


def test_no_good_record_writes_no_empty_output(tmp_path: Path) -> None:
    source, out = write(tmp_path / "in.jsonl", [b"[]", b"{}"]), tmp_path / "out.jsonl"
    convert(str(source), str(out), "--to", "anthropic-messages", "--keep-going", code=1)
    assert names(tmp_path) == ["in.jsonl", "out.jsonl.rejects.jsonl"]


def test_output_that_exists_is_not_replaced_without_force(tmp_path: Path, capsys: Shown) -> None:
    source, out = pairs(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    out.write_bytes(b"old")
    convert(str(source), str(out), "--to", "anthropic-messages", code=2)
    assert out.read_bytes() == b"old"
    assert f"error: {out} exists; replace it with --force, or name another file\n" == capsys.readouterr().err
    convert(str(source), str(out), "--to", "anthropic-messages", "--force", code=0)
    assert len(read(out)) == 2


def test_output_that_is_the_input_is_refused_even_with_force(tmp_path: Path, capsys: Shown) -> None:
    source, link = pairs(tmp_path / "in.jsonl"), tmp_path / "link.jsonl"
    link.symlink_to(source)
    for out in (source, link):
        convert(str(source), str(out), "--to", "anthropic-messages", "--force", code=2)
        assert f"error: {out} is the file that is read; name another one\n" == capsys.readouterr().err
    assert read(source) == [PAIR, PAIR]


def test_output_keeps_the_rights_of_what_it_replaces(tmp_path: Path) -> None:
    source, out = pairs(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    out.write_bytes(b"old")
    out.chmod(0o640)
    convert(str(source), str(out), "--to", "anthropic-messages", "--force", code=0)
    assert out.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--to", "messages"], "--to: unknown format 'messages'"),
        ([], "say what to convert to: --base-model ID, or --to with one of anthropic-messages, bedrock-conversation"),
        (["--base-model", "claude-3-haiku", "--to", "bedrock-conversation-2024"], "give one of the two"),
        (["--to", "anthropic-messages", "--format", "x"], "--format: unknown format 'x'"),
    ],
)
def test_wrong_usage_writes_nothing(tmp_path: Path, capsys: Shown, words: list[str], message: str) -> None:
    source = pairs(tmp_path / "in.jsonl")
    convert(str(source), str(tmp_path / "out.jsonl"), *words, code=2)
    assert message in capsys.readouterr().err
    assert names(tmp_path) == ["in.jsonl"]


@pytest.mark.parametrize(
    ("out", "rejects", "message"),
    [
        ("s3://bucket/out.jsonl", "rejects.jsonl", "s3://bucket/out.jsonl is not a file; write a file, then upload it"),
        ("out.jsonl", "out.jsonl", "two outputs are the same file"),
        (".", "rejects.jsonl", ". is a directory; name a file in it"),
        ("out.jsonl", "in.jsonl", "in.jsonl is the file that is read"),
    ],
)
def test_output_that_cannot_be_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Shown, out: str, rejects: str, message: str
) -> None:
    pairs(tmp_path / "in.jsonl")
    monkeypatch.chdir(tmp_path)
    convert("in.jsonl", out, "--to", "anthropic-messages", "--keep-going", "--rejects", rejects, code=2)
    assert message in capsys.readouterr().err
    assert names(tmp_path) == ["in.jsonl"]


def test_folder_that_does_not_exist_is_told(tmp_path: Path, capsys: Shown) -> None:
    source = pairs(tmp_path / "in.jsonl")
    convert(str(source), str(tmp_path / "none/out.jsonl"), "--to", "anthropic-messages", code=3)
    assert f"error: cannot write {tmp_path}/none/out.jsonl: No such file or directory" in capsys.readouterr().err


def test_full_disk_is_told(capsys: Shown) -> None:
    convert(str(SAMPLE), "/dev/full", "--to", "bedrock-conversation-2024", code=3)
    assert capsys.readouterr().err == "error: cannot write /dev/full: No space left on device\n"


def test_file_that_is_no_json_lines_is_one_finding(tmp_path: Path, capsys: Shown) -> None:
    source = tmp_path / "in.jsonl.gz"
    source.write_bytes(b"\x1f\x8b\x08\x00" + bytes(100))
    convert(str(source), str(tmp_path / "out.jsonl"), "--to", "anthropic-messages", "--keep-going", code=1)
    shown = capsys.readouterr().out
    assert "is compressed with gzip" in shown
    assert "✘ nothing was written: the file holds no records" in shown
    assert names(tmp_path) == ["in.jsonl.gz"]


def test_standard_streams_carry_records_and_messages_apart(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(PAIR).encode())))
    convert("-", "-", "--to", "bedrock-conversation-2024", code=0)
    captured = capfdbinary.readouterr()
    assert json.loads(captured.out)["schemaVersion"] == "bedrock-conversation-2024"
    assert captured.err.decode() == "✔ wrote 1 of 1 record as bedrock-conversation-2024: standard output\n"


def test_bad_record_leaves_standard_output_empty(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    convert(str(pairs(tmp_path / "in.jsonl", b"[]")), "-", "--to", "anthropic-messages", code=1)
    assert capfdbinary.readouterr().out == b""


def test_reject_file_beside_standard_output_must_be_named(tmp_path: Path, capsys: Shown) -> None:
    convert(str(pairs(tmp_path / "in.jsonl")), "-", "--to", "anthropic-messages", "--keep-going", code=2)
    assert "needs --rejects FILE" in capsys.readouterr().err


def test_interrupt_leaves_no_file(tmp_path: Path) -> None:
    """Ctrl-C while records arrive: exit code 130, and neither the output nor a part of it is there."""
    reading, writing = os.pipe()
    os.write(writing, b"\n".join(lines(40)) + b"\n")
    command = [sys.executable, "-m", "ops", "data", "convert", "-", str(tmp_path / "out.jsonl"), "--keep-going"]
    # A shell that runs the tests in the background has them ignore interrupts, and so would their children.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen([*command, "--to", "anthropic-messages"], cwd=ROOT, stdin=reading)
    try:
        deadline = time.monotonic() + 30
        while not names(tmp_path):  # it has begun to write
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
    finally:
        signal.signal(signal.SIGINT, before)
        process.kill()
        os.close(reading)
        os.close(writing)
    assert names(tmp_path) == []
