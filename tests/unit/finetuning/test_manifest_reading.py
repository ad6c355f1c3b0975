"""What a manifest may leave out, what is free in form, and how the flaws of one that cannot be read are told."""

import json
from typing import Any

import pytest

from finetuning import manifest
from finetuning.manifest import Data, Judgement, ManifestError
from tests.fakes.manifests import made


def problems(change: dict[str, Any]) -> list[str]:
    """What is wrong with the manifest once this is changed."""
    with pytest.raises(ManifestError) as refused:
        manifest.read(json.dumps(made().document() | change))
    return [str(problem) for problem in refused.value.problems]


def test_fields_that_may_be_left_out_have_their_defaults() -> None:
    """They came with a later release, and say nothing by themselves."""
    text = json.dumps(made().document() | {"data": {"training": "a" * 64}, "verdict": {"passed": True, "mode": "x"}})
    found = manifest.read(text)
    assert (found.data, found.verdict) == (Data("a" * 64), Judgement(True, "x"))


@pytest.mark.parametrize("value", [{"a": [1, None, {"b": True}]}, {"a": "text", "c": 1.5}])
def test_configuration_of_a_customization_is_read_as_it_is(value: dict[str, Any]) -> None:
    """Bedrock says what may be in it."""
    found = made(customization_config=value)
    assert manifest.read(manifest.canonical(found.document())) == found


@pytest.mark.parametrize("value", [[], "text", 1])
def test_object_is_not_anything_else(value: object) -> None:
    """Neither one of free keys nor one of known ones."""
    shown = repr(value)
    assert problems({"hyperparameters": value, "data": value}) == [
        f"hyperparameters: must be an object, got {shown}",
        f"data: must be an object, got {shown}",
    ]


@pytest.mark.parametrize(
    ("length", "shown"), [(78, "'" + "x" * 78 + "'"), (79, "'" + "x" * 76 + "…")], ids=["as it is", "cut"]
)
def test_value_that_is_wrong_is_shown_in_one_line(length: int, shown: str) -> None:
    """A text may be a whole file."""
    assert problems({"files": "x" * length}) == [f"files: must be a list, got {shown}"]


def test_key_that_is_there_twice_is_the_one_that_is_named() -> None:
    """And not the first of all."""
    with pytest.raises(ManifestError, match="key 'model' is given twice"):
        manifest.read('{"schema": 1, "model": "faq", "model": "sales"}')


@pytest.mark.parametrize("document", [None, [], "signature", 1])
def test_signature_that_is_no_object_lacks_everything(document: object) -> None:
    """All at once."""
    with pytest.raises(ManifestError) as refused:
        manifest.read_signature(document)
    assert [problem.path for problem in refused.value.problems] == [
        "signature.key_arn",
        "signature.algorithm",
        "signature.signature",
    ]
