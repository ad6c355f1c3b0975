"""Every input that cannot be read is one message and exit code 3, before anything is said about records."""

import io
import os
import sys
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from ops.__main__ import main
from ops.data import checking
from ops.data.inputs import Input, UnreadableError, ready
from ops.data.plan import Asked, make
from ops.data.progress import Metered, buffered, display
from tests.fakes.storage import FakeStorage
from tests.unit.ops.files import SAMPLE, VALIDATION_SAMPLE, lines, write

Shown = pytest.CaptureFixture[str]
NOBODY = 65534


def complaint(shown: Shown) -> str:
    """What went to stderr, once it is sure that nothing went to stdout."""
    captured = shown.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.mark.parametrize("command", [["validate"], ["stats"]])
def test_file_that_does_not_exist_is_not_readable(tmp_path: Path, capsys: Shown, command: list[str]) -> None:
    assert main(["data", *command, str(tmp_path / "none.jsonl")]) == 3
    expected = f"error: cannot read {tmp_path}/none.jsonl: it does not exist; correct the path, or give an s3:// URI\n"
    assert complaint(capsys) == expected


def test_misspelt_name_is_guessed(tmp_path: Path, capsys: Shown) -> None:
    write(tmp_path / "training.jsonl", lines(1))
    assert main(["data", "validate", str(tmp_path / "trainin.jsonl")]) == 3
    assert "it does not exist; did you mean 'training.jsonl'?" in complaint(capsys)


def test_directory_is_not_readable_and_names_its_files(tmp_path: Path, capsys: Shown) -> None:
    write(tmp_path / "training.jsonl", lines(1))
    assert main(["data", "validate", str(tmp_path)]) == 3
    expected = f"error: cannot read {tmp_path}: it is a directory; name a file in it: training.jsonl\n"
    assert complaint(capsys) == expected


def test_file_without_permission_is_not_readable(tmp_path: Path, capsys: Shown) -> None:
    path = write(tmp_path / "training.jsonl", lines(1))
    path.chmod(0)
    own = os.geteuid()
    if own == 0:  # nothing is forbidden to root
        os.seteuid(NOBODY)
    try:
        code = main(["data", "validate", str(path)])
    finally:
        os.seteuid(own)
    assert code == 3
    assert complaint(capsys) == f"error: cannot read {path}: permission denied; allow it with: chmod u+r {path}\n"


def test_empty_file_is_not_readable(tmp_path: Path, capsys: Shown) -> None:
    path = write(tmp_path / "training.jsonl", [])
    assert main(["data", "validate", str(path), "--json"]) == 3
    expected = f"error: {path} is empty (0 bytes); a dataset has one JSON object on each line\n"
    assert complaint(capsys) == expected


def test_everything_unreadable_is_told_at_once(tmp_path: Path, capsys: Shown) -> None:
    empty = write(tmp_path / "empty.jsonl", [])
    words = [str(empty), "--validation", str(tmp_path / "none.jsonl"), "--test", "s3://b/has space"]
    assert main(["data", "validate", *words]) == 3
    told = complaint(capsys).splitlines()
    assert [("empty" in told[0]), ("does not exist" in told[1]), ("not the URI of an object" in told[2])] == [True] * 3
    assert len(told) == 3


@pytest.mark.parametrize(
    "uri", ["s3://bucket", "s3://bucket/folder/", "gs://bucket/key", "s3://bucket/a=b", "s3://b/key"]
)
def test_uri_of_no_object_is_not_readable(capsys: Shown, uri: str) -> None:
    assert main(["data", "validate", uri]) == 3
    told = complaint(capsys)
    assert f"cannot read {uri}: it is not the URI of an object that Bedrock can read" in told
    assert "a bucket's name has 3 to 63 characters; keys may have" in told


def test_unreachable_s3_exits_with_3(monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "000000000000")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)  # it tries again, but at once
    assert main(["data", "validate", "s3://bucket/training.jsonl"]) == 3
    assert "cannot reach AWS" in complaint(capsys)


def test_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "training.jsonl", lines(40))
    before = path.stat().st_size
    twice = path.read_bytes() * 2
    plan = make(Asked({"training": str(path)}))
    with pytest.raises(UnreadableError) as refused:
        checking.check(plan, meters={"training": lambda chunk: path.write_bytes(twice)})
    assert refused.value.exit_code == 3
    assert f"{path} changed while it was read: it had {before} bytes at first and has" in str(refused.value)


def test_file_that_is_rewritten_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "training.jsonl", lines(40))
    plan = make(Asked({"training": str(path)}))
    with pytest.raises(UnreadableError, match="changed while it was read: it was written to; wait until"):
        checking.check(plan, meters={"training": lambda chunk: os.utime(path, ns=(1, 1))})


def given(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Put bytes on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    given(monkeypatch, SAMPLE.read_bytes())
    assert main(["data", "validate", "-", "--validation", str(VALIDATION_SAMPLE)]) == 0
    assert "Ready" in capsys.readouterr().out


def test_empty_standard_input_is_not_readable(monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    given(monkeypatch, b"")
    assert main(["data", "validate", "-"]) == 3
    assert "standard input is empty (0 bytes)" in complaint(capsys)


def test_standard_input_twice_is_wrong_usage(capsys: Shown) -> None:
    assert main(["data", "validate", "-", "--validation", "-"]) == 2
    assert "can be read only once" in complaint(capsys)


def test_pipe_is_read(tmp_path: Path, capsys: Shown) -> None:
    reading, writing = os.pipe()
    os.write(writing, SAMPLE.read_bytes()[:60_000])
    os.close(writing)
    try:
        assert main(["data", "stats", f"/dev/fd/{reading}"]) == 0
    finally:
        os.close(reading)
    assert "85" in capsys.readouterr().out


URI = "s3://bucket/training.jsonl"


def test_object_is_read_as_it_was_first_seen() -> None:
    storage = FakeStorage(objects={URI: SAMPLE.read_bytes()})
    (source,) = ready([Input(URI, URI)], lambda: storage)
    with display() as screen, checking.read(source, screen) as stream:
        assert stream.read() == SAMPLE.read_bytes()


def test_object_that_changes_before_it_is_read_is_refused() -> None:
    storage = FakeStorage(objects={URI: SAMPLE.read_bytes()})
    (source,) = ready([Input(URI, URI)], lambda: storage)
    storage.objects[URI] = b"{}"
    with pytest.raises(UnreadableError, match=r"training\.jsonl"), display() as screen, checking.read(source, screen):
        pass


def test_objects_that_are_missing_or_empty_are_told_at_once() -> None:
    storage = FakeStorage(objects={URI: b""})
    with pytest.raises(UnreadableError) as refused:
        ready([Input(URI, URI), Input("s3://bucket/none.jsonl", "s3://bucket/none.jsonl")], lambda: storage)
    empty, missing = str(refused.value).splitlines()
    assert empty == f"{URI} is empty (0 bytes); a dataset has one JSON object on each line"
    assert missing.startswith("cannot read s3://bucket/none.jsonl: ")


class FailingDisk(io.RawIOBase):
    """Ends in an error after some bytes."""

    def readinto(self, buffer: object) -> int:
        raise OSError(5, "Input/output error")


def test_disk_that_fails_is_told_as_an_input_that_cannot_be_read() -> None:
    metered = Metered("training.jsonl", cast(BinaryIO, FailingDisk()), [])
    with pytest.raises(UnreadableError, match=r"cannot read training\.jsonl: Input/output error"):
        buffered(metered).read()
