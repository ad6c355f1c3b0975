"""The command line finds in a broken file what the gate finds, for some of each kind of the corpus."""

import io
import json
from pathlib import Path

import pytest

from finetuning import catalog
from finetuning.dataset.gate import Gate
from finetuning.dataset.purpose import held_to
from finetuning.dataset.report import document
from ops.__main__ import main
from tests.data.broken import CASES, Case

ONE_FILE = [case for case in CASES if len(case.files) == 1 and not case.system_prompt and any(case.files.values())]
SOME = ONE_FILE[::17]


@pytest.mark.parametrize("case", SOME, ids=str)
def test_broken_file_has_the_same_findings_at_the_command_line(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same codes, lines, paths, messages and excerpts; exit code 1 if one is an error."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    (data,) = case.files.values()
    file = tmp_path / "broken.jsonl"
    file.write_bytes(data)
    gate = Gate(held_to(catalog.find(case.base_model), case.customization_type), source_format=case.source_format)
    list(gate.check("training", io.BytesIO(data), file=str(file)))
    expected = document(gate.report())["findings"]
    words = [str(file), "--base-model", case.base_model, "--customization-type", case.customization_type, "--json"]
    code = main(["data", "validate", *words, *(["--format", case.source_format] if case.source_format else [])])
    assert json.loads(capsys.readouterr().out)["findings"] == expected
    assert code == int(any(finding["severity"] == "error" for finding in expected))
