"""A pin, its manifest and its approval are judged at synth, offline, with what to do about each problem."""

import json
from pathlib import Path
from typing import Any

import pytest

from configuration import pins
from finetuning.manifest import Judgement
from tests.fakes import manifests
from tests.unit.configuration.conftest import Context
from tests.unit.configuration.pinned import COMMAND, PIN, problems


def test_pin_that_is_missing_names_the_command(context: Context, faq: Context, tmp_path: Path) -> None:
    """Word for word."""
    assert problems(context, tmp_path) == [f"{PIN}: does not exist; write it with: {COMMAND}"]


def test_manifest_that_is_missing_names_the_command(context: Context, faq: Context, tmp_path: Path) -> None:
    """The pin was committed alone."""
    digest = manifests.pin(tmp_path, manifests.made(), "prod")
    pins.manifest_file(digest, tmp_path).unlink()
    assert problems(context, tmp_path) == [
        f"environments/manifests/{digest}.json: does not exist; write it with: {COMMAND}"
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", f"{PIN}: is not JSON"),
        ("[]", f"{PIN}: must be a JSON object"),
        ('{"manifest": "abc"}', f"{PIN}: manifest: must be the SHA-256 of a manifest"),
        ("{}", f"{PIN}: manifest: must be the SHA-256 of a manifest"),
        ('{"manifest": 3}', f"{PIN}: manifest: must be a string, got 3"),
    ],
)
def test_pin_that_is_none_is_refused(
    context: Context, faq: Context, tmp_path: Path, content: str, problem: str
) -> None:
    """Never with a traceback."""
    pins.pin_file("prod", "faq", tmp_path).write_text(content, encoding="utf-8")
    (found,) = problems(context, tmp_path)
    assert found.startswith(problem)


def test_unknown_field_of_a_pin_is_refused(context: Context, faq: Context, tmp_path: Path) -> None:
    """An approval that is misspelt is none."""
    digest = manifests.pin(tmp_path, manifests.made(), "prod")
    document = {"manifest": digest, "approvedby": "Ada", "reference": "R-1"}
    pins.pin_file("prod", "faq", tmp_path).write_text(json.dumps(document), encoding="utf-8")
    (found,) = problems(context, tmp_path)
    assert found.startswith(f"{PIN}: approvedby: unknown field;")
    assert found.endswith("did you mean 'approved_by'?")


def test_manifest_that_was_changed_is_refused(context: Context, faq: Context, tmp_path: Path) -> None:
    """One character is enough."""
    digest = manifests.pin(tmp_path, manifests.made(), "prod")
    file = pins.manifest_file(digest, tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("0.75", "0.95"), encoding="utf-8")
    (found,) = problems(context, tmp_path)
    assert found.startswith(f"environments/manifests/{digest}.json: its manifest has SHA-256 ")
    assert "it was changed; restore it from git" in found


@pytest.mark.parametrize(
    ("text", "signature", "problem"),
    [
        ('{"schema":2}', None, "signature.key_arn: must be a string, got None"),
        ('{"schema":2}', {"key_arn": "k", "algorithm": "RSA", "signature": ""}, "signature.algorithm: must be ECDSA"),
        ('{"schema":2}', {"key_arn": "k", "algorithm": "ECDSA_SHA_256", "signature": ""}, "schema: is 2, and this"),
    ],
)
def test_evidence_that_cannot_be_read_is_refused(
    context: Context, faq: Context, tmp_path: Path, text: str, signature: Any, problem: str
) -> None:
    """By its field."""
    from finetuning import manifest

    digest = manifest.digest(text.encode())
    (tmp_path / "manifests").mkdir()
    pins.manifest_file(digest, tmp_path).write_text(json.dumps({"manifest": text, "signature": signature}))
    pins.pin_file("prod", "faq", tmp_path).write_text(json.dumps({"manifest": digest}))
    found = problems(context, tmp_path)
    assert found[0].startswith(f"environments/manifests/{digest}.json: {problem}")


@pytest.mark.parametrize("pinned", [{"approved_by": ""}, {"reference": " "}, {"approved_by": "", "reference": ""}])
def test_approval_that_is_missing_says_exactly_what_to_do(
    context: Context, faq: Context, tmp_path: Path, pinned: dict[str, str]
) -> None:
    """Unless the configuration needs none."""
    digest = manifests.pin(tmp_path, manifests.made(), "prod", **pinned)
    assert problems(context, tmp_path) == [
        f"{PIN}: {' and '.join(pinned)} must say who approved the promotion and where: promotion.approval is "
        f"'required'; have somebody approve it, run: {COMMAND}; then commit {PIN} and "
        f"environments/manifests/{digest}.json, and have the pull request reviewed"
    ]
    faq["promotion"]["approval"] = "none"
    assert problems(context, tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"environment": "test"}, "is of environment 'test', and 'dev' is expected here; run: python -m ops promote"),
        ({"project": "other"}, "is of project 'other', and 'finetuning' is expected here"),
        ({"model": "chat"}, "is of model 'chat', and 'faq' is expected here"),
        ({"verdict": None}, "its model has no verdict, and only a judged model is promoted; give environments.dev"),
        ({"verdict": Judgement(True, "disabled")}, "its model was judged with gate.mode 'disabled'"),
        (
            {"verdict": Judgement(False, "enabled", ("rouge_l is 0.2", "too few records"))},
            "its model did not pass the quality gate: rouge_l is 0.2; too few records",
        ),
        (
            {"curve": Judgement(False, "dry_run", ("the validation loss rose",))},
            "its model did not pass the quality gate: the validation loss rose; promote a model that passed",
        ),
    ],
)
def test_manifest_of_something_else_is_refused(
    context: Context, faq: Context, tmp_path: Path, changes: dict[str, Any], expected: str
) -> None:
    """Each with what to do."""
    digest = manifests.pin(tmp_path, manifests.made(**changes), "prod")
    (found,) = problems(context, tmp_path)
    assert found.startswith(f"environments/manifests/{digest}.json: {expected}")


def test_dry_run_verdict_that_passed_is_enough(context: Context, faq: Context, tmp_path: Path) -> None:
    """It was judged, and it passed."""
    manifests.pin(tmp_path, manifests.made(verdict=Judgement(True, "dry_run")), "prod")
    assert problems(context, tmp_path) == []
