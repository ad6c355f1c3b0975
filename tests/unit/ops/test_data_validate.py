"""`data validate`: what it prints, what it exits with, and that no record's text is in any of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ops.__main__ import main
from tests.unit.ops.files import SAMPLE, VALIDATION_SAMPLE, lines, messages, write

Shown = pytest.CaptureFixture[str]
SECRET = "zebra-crossing-in-november"
SAMPLES = [str(SAMPLE), "--validation", str(VALIDATION_SAMPLE)]


@pytest.fixture(autouse=True)
def _no_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests themselves may run in GitHub Actions."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


def validate(*words: str, code: int) -> None:
    """Run the command and require an exit code."""
    assert main(["data", "validate", *words]) == code


def document(capsys: Shown) -> dict[str, Any]:
    """The one document on stdout."""
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told, dict)
    return told


def places(told: dict[str, Any]) -> list[tuple[str, int | None]]:
    """Code and line of each finding."""
    return [(finding["code"], finding["line"]) for finding in told["findings"] if finding["severity"] == "error"]


def broken(path: Path) -> Path:
    """A file with good records and two bad ones: line 11 is cut off, line 21 has two answers in a row."""
    content = lines(40)
    content[10] = content[10][:-9]
    content[20] = json.dumps(
        {"messages": [{"role": "user", "content": SECRET}, {"role": "user", "content": SECRET}]}
    ).encode()
    return write(path, content)


def test_sample_is_accepted(capsys: Shown) -> None:
    """Whose rules apply is said, and who chose them."""
    validate(*SAMPLES, code=0)
    out = capsys.readouterr().out
    assert "rules of Nova Lite, amazon.nova-lite-v1:0:300k (the default; choose another with --base-model" in out
    assert "✔ Ready" in out


def test_prompts_are_accepted_for_the_type_that_takes_them(tmp_path: Path, capsys: Shown) -> None:
    """Without the type they lack their answers."""
    prompts = [
        json.dumps({"messages": [{"role": "user", "content": [{"text": f"Question {n}?"}]}]}).encode()
        for n in range(120)
    ]
    file = str(write(tmp_path / "prompts.jsonl", prompts))
    validate(file, "--customization-type", "DISTILLATION", code=0)
    told = " ".join(capsys.readouterr().out.split())
    assert "for DISTILLATION" in told
    assert "DISTILLATION is billed for more than these" in told
    validate(file, code=1)
    assert "DS304" in capsys.readouterr().out


def test_customization_type_that_does_not_exist_is_guessed(capsys: Shown) -> None:
    """Nothing is read."""
    validate(*SAMPLES, "--customization-type", "DISTILATION", code=2)
    told = capsys.readouterr().err
    assert "--customization-type: unknown type 'DISTILATION'; known: FINE_TUNING, CONTINUED_PRE_TRAINING" in told
    assert "did you mean 'DISTILLATION'?" in told


def test_findings_name_line_rule_fix_and_page(tmp_path: Path, capsys: Shown) -> None:
    path = broken(tmp_path / "broken.jsonl")
    validate(str(path), code=1)
    out = capsys.readouterr().out
    assert f"{path}:11" in out
    assert f"{path}:21" in out
    assert "docs/data-rules.md#ds103" in out
    assert "✘ Not ready: " in out


def test_json_is_one_document_and_nothing_else(tmp_path: Path, capsys: Shown) -> None:
    validate(str(broken(tmp_path / "broken.jsonl")), "--json", code=1)
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert captured.err == ""
    assert ("DS103", 11) in places(told)
    assert {line for _, line in places(told)} == {11, 21}
    assert told["summary"]["ok"] is False
    assert told["summary"]["files"][0]["records"] == 40


@pytest.mark.parametrize("extra", [[], ["--json"], ["--github"], ["--json", "--github"]])
def test_text_of_records_is_in_no_output(tmp_path: Path, capsys: Shown, extra: list[str]) -> None:
    page = tmp_path / "report.html"
    validate(str(broken(tmp_path / "broken.jsonl")), "--html", str(page), *extra, code=1)
    captured = capsys.readouterr()
    assert SECRET not in captured.out + captured.err + page.read_text(encoding="utf-8")
    assert "w79191" not in captured.out + captured.err + page.read_text(encoding="utf-8")


def test_same_file_gives_the_same_bytes_twice(tmp_path: Path, capsys: Shown) -> None:
    path = str(broken(tmp_path / "broken.jsonl"))
    validate(path, code=1)
    first = capsys.readouterr().out
    validate(path, code=1)
    assert capsys.readouterr().out == first


def test_many_findings_of_a_rule_are_cut_and_counted(tmp_path: Path, capsys: Shown) -> None:
    path = write(tmp_path / "many.jsonl", [line[:-4] for line in lines(60)])
    validate(str(path), "--max-findings", "3", code=1)
    out = capsys.readouterr().out
    assert "(3 shown of 60)" in out
    assert f"{path}:3 " in out
    assert f"{path}:4 " not in out


def cut_off(content: list[bytes]) -> bytes:
    return b"\n".join(content)[:-20]


def with_long_line(content: list[bytes]) -> bytes:
    """One line of 120 KB: under the limit of a line, and perhaps over that of tokens, which only warns."""
    long = json.dumps(messages(99, answer="word " * 24_000)).encode()
    return b"\n".join([*content, long]) + b"\n"


BROKEN: dict[str, tuple[Callable[[list[bytes]], bytes], list[tuple[str, int | None]]]] = {
    "CRLF": (lambda content: b"\r\n".join(content) + b"\r\n", []),
    "no line feed at the end": (lambda content: b"\n".join(content), []),
    "byte order mark": (lambda content: b"\xef\xbb\xbf" + b"\n".join(content) + b"\n", []),
    "cut off": (cut_off, [("DS103", 40)]),
    "120 KB line": (with_long_line, []),
    "not UTF-8": (lambda content: b"\n".join([*content, b'{"prompt": "\xff"}']) + b"\n", [("DS101", 41)]),
    "empty line": (lambda content: b"\n".join([*content[:9], b"", *content[9:]]) + b"\n", [("DS102", 10)]),
    "JSON array": (lambda content: b"[" + b",\n".join(content) + b"]", [("DS109", None)]),
    "gzip": (lambda content: b"\x1f\x8b\x08\x00" + bytes(200), [("DS109", None)]),
    "10,001 records": (lambda content: b"\n".join(lines(10_001)) + b"\n", [("DS502", None)]),
}


@pytest.mark.parametrize("kind", [*BROKEN])
def test_odd_file_gives_its_own_findings(tmp_path: Path, capsys: Shown, kind: str) -> None:
    content, expected = BROKEN[kind]
    path = tmp_path / "odd.jsonl"
    path.write_bytes(content(lines(40)))
    validate(str(path), "--base-model", "claude-3-haiku", "--json", code=1 if expected else 0)
    found = places(document(capsys))
    assert [place for place in found if place[0] not in {"DS501", "DS503"}] == expected


def test_splits_are_checked_together(capsys: Shown) -> None:
    """A record that is in two splits says nothing about the model."""
    validate(str(SAMPLE), "--validation", str(SAMPLE), "--json", code=1)
    told = document(capsys)
    assert {code for code, _ in places(told)} == {"DS604"}
    assert [file["split"] for file in told["summary"]["files"]] == ["training", "validation"]


def test_waived_rule_is_shown_with_its_reason_and_does_not_fail(capsys: Shown) -> None:
    words = [str(SAMPLE), "--validation", str(SAMPLE), "--waive", "DS604=the same rows are wanted twice"]
    validate(*words, code=0)
    out = capsys.readouterr().out
    assert "waived DS604" in out
    assert "the same rows are wanted twice" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--waive", "DS606"], '--waive: must be CODE="reason", such as DS606="long answers are meant", got \'DS606\''),
        (["--waive", "DS999=because it is so"], "waiver DS999: no such rule"),
        (["--waive", "DS103=because it is so"], "cannot be waived"),
        (["--waive", "DS606="], "waiver DS606: the reason"),
        (["--format", "mesages"], "--format: unknown format 'mesages'; known: anthropic-messages"),
        (["--base-model", "claude-4"], "--base-model: base model 'claude-4' is not in the catalog"),
        (["--env", "dve"], "--env: unknown environment 'dve'; known: local, dev, staging, prod; did you mean 'dev'?"),
        (["--env", "dev", "--model", "fak"], "--model: unknown model 'fak'; known: faq; did you mean 'faq'?"),
        (["--epochs", "0"], "--epochs"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_read(words: list[str], message: str, capsys: Shown) -> None:
    validate(str(SAMPLE), *words, code=2)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


def test_nothing_to_read_is_wrong_usage(monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    validate(code=2)
    expected = "error: name a file, an s3:// URI or '-', or --env and --model to take the files of cdk.json\n"
    assert capsys.readouterr().err == expected


def test_environment_gives_files_base_model_and_epochs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Shown
) -> None:
    """The environment need not be initialised, and the working folder does not matter: CI checks what is committed."""
    monkeypatch.chdir(tmp_path)
    validate("--env", "dev", "--model", "faq", "--json", code=0)
    summary = document(capsys)["summary"]
    assert summary["base_model"] == "amazon.nova-lite-v1:0:300k"
    assert summary["epochs"] == 5
    files = [file["file"] for file in summary["files"]]
    assert files == [f"datasets/bedrock-faq/{split}.jsonl" for split in ("training", "validation", "test")]
    training = summary["files"][0]["estimated_tokens"]
    assert summary["estimated_billed_tokens"] == 5 * training


def test_command_line_wins_over_the_environment(tmp_path: Path, capsys: Shown) -> None:
    path = write(tmp_path / "own.jsonl", lines(40))
    validate(str(path), "--env", "local", "--epochs", "3", "--json", code=0)
    summary = document(capsys)["summary"]
    assert summary["base_model"] == "anthropic.claude-3-haiku-20240307-v1:0:200k"
    assert summary["epochs"] == 3
    others = [f"datasets/bedrock-faq/{split}.jsonl" for split in ("validation", "test")]
    assert [file["file"] for file in summary["files"]] == [str(path), *others]


def test_settings_of_the_command_line_reach_the_check(tmp_path: Path, capsys: Shown) -> None:
    """A format that is stated, the system prompt that every record is given, the batch size that is judged."""
    path = str(write(tmp_path / "own.jsonl", lines(40)))
    validate(path, "--json", code=0)
    plain = document(capsys)
    validate(path, "--system-prompt", "Be brief, and do not say anything twice.", "--json", code=0)
    prompted = document(capsys)
    assert prompted["summary"]["estimated_billed_tokens"] > plain["summary"]["estimated_billed_tokens"]
    validate(path, "--format", "prompt-completion", "--json", code=1)
    assert {code for code, _ in places(document(capsys))} == {"DS106"}
    validate(path, "--base-model", "claude-3-haiku", "--batch-size", "64", "--json", code=0)
    assert "DS507" in document(capsys)["summary"]["counts"]
    assert "DS507" not in plain["summary"]["counts"]


def test_page_is_written_as_a_whole(tmp_path: Path, capsys: Shown) -> None:
    page = tmp_path / "report.html"
    validate(*SAMPLES, "--html", str(page), code=0)
    assert page.read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
    assert str(page) in capsys.readouterr().out


def test_page_never_replaces_the_dataset(tmp_path: Path, capsys: Shown) -> None:
    path = write(tmp_path / "training.jsonl", lines(40))
    before = path.read_bytes()
    validate(str(path), "--html", str(path), code=2)
    assert "is the file that is read" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_page_in_a_folder_that_does_not_exist_fails(tmp_path: Path, capsys: Shown) -> None:
    validate(*SAMPLES, "--html", str(tmp_path / "none" / "report.html"), code=3)
    assert "cannot write" in capsys.readouterr().err


def test_github_actions_get_annotations_and_a_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Shown
) -> None:
    page = tmp_path / "summary.md"
    page.write_text("what was there\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    path = broken(tmp_path / "broken.jsonl")
    validate(str(path), code=1)
    assert "::error file=" in capsys.readouterr().out
    text = page.read_text(encoding="utf-8")
    assert text.startswith("what was there\n## ❌ Not ready: ")
    assert "### DS103" in text


def test_json_in_github_actions_keeps_stdout_pure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Shown
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    validate(str(broken(tmp_path / "broken.jsonl")), "--json", code=1)
    captured = capsys.readouterr()
    assert json.loads(captured.out)["summary"]["ok"] is False
    assert "::error file=" in captured.err


def test_progress_on_a_terminal_leaves_the_document_alone(monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    """Bytes and records a second go to stderr, and only if somebody looks at it."""
    validate(*SAMPLES, "--json", code=0)
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("FORCE_COLOR", "1")
    validate(*SAMPLES, "--json", code=0)
    captured = capsys.readouterr()
    assert json.loads(captured.out)["summary"]["ok"] is True
    assert "records/s" in captured.err
    assert "…rock-faq/training.jsonl" in captured.err
