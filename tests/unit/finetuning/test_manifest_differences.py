"""Differences of manifests whose parts are of different kinds: nothing that the one or the other says is lost."""

from typing import Any

import pytest

from finetuning import manifest
from finetuning.manifest import Judgement
from tests.fakes.manifests import made

REASON = "rouge_l is 0.2"


def changes(one: dict[str, Any], other: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """In what two manifests with these fields differ."""
    return [(change.path, change.one, change.other) for change in manifest.differences(made(**one), made(**other))]


@pytest.mark.parametrize("missing_first", [True, False])
def test_section_that_one_does_not_have_is_told_by_field(missing_first: bool) -> None:
    """Whichever it is; its list is one value beside nothing."""
    judged, bare = {"verdict": Judgement(False, "enabled", (REASON,))}, {"verdict": None}
    expected = [("verdict.passed", False), ("verdict.mode", "enabled"), ("verdict.reasons", [REASON])]
    if missing_first:
        assert changes(bare, judged) == [(path, None, value) for path, value in expected]
    else:
        assert changes(judged, bare) == [(path, value, None) for path, value in expected]


@pytest.mark.parametrize("value", ["off", 3, [1]])
def test_object_beside_another_kind_of_value_is_told_whole(value: Any) -> None:
    """What is free in form may change its form."""
    reward = {"grader": "exact"}
    one, other = {"customization_config": {"reward": reward}}, {"customization_config": {"reward": value}}
    assert changes(one, other) == [("customization_config.reward", reward, value)]
    assert changes(other, one) == [("customization_config.reward", value, reward)]


def test_texts_are_told_whole() -> None:
    """Not letter by letter."""
    assert changes({"approved_by": "ada"}, {"approved_by": "alan"}) == [("approved_by", "ada", "alan")]


@pytest.mark.parametrize("text", ["AAE=\n", "A A E =", "AAE*=", "AAE", "AAE=AAE="])
def test_signature_with_characters_that_are_no_base64_is_refused(text: str) -> None:
    """They are not read over: what was reviewed is what is verified."""
    document = manifest.Signature("key", manifest.ALGORITHM, b"").document() | {"signature": text}
    with pytest.raises(manifest.ManifestError, match=r"signature\.signature: must be base64"):
        manifest.read_signature(document)
