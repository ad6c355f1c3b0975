"""`docs/lifecycle.md` is drawn from the code, is current, and every way through it ends."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from finetuning.lifecycle import Action
from stacks.presentation import stories
from stacks.presentation.lifecycle_page import COMMAND, page
from stacks.presentation.situations import ENDPOINTS, JOBS, WANTED, Situation, following
from stacks.presentation.stories import Edge

PAGE = Path(__file__).resolve().parents[3] / "docs" / "lifecycle.md"


def test_page_is_current() -> None:
    """Make it anew with the command that stands in it."""
    assert COMMAND in page().replace("\n", " ")
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("action", Action)
def test_every_action_is_on_the_page(action: Action) -> None:
    """Those that change no state are named."""
    assert re.search(rf"\b{action}\b", page())


@pytest.mark.parametrize("wanted", WANTED)
@pytest.mark.parametrize("job", JOBS)
def test_every_way_ends(wanted: str, job: str) -> None:
    """From each situation, whatever Bedrock says, it settles or waits for a status that is not drawn."""
    ways: list[tuple[Situation, ...]] = [(Situation(wanted, job, endpoint),) for endpoint in ENDPOINTS]
    while ways:
        way = ways.pop()
        assert len(way) < 12, f"runs in circles: {way}"
        ways += [(*way, there) for _, there in following(way[-1])]


def ends(edges: list[Edge]) -> set[str]:
    """How a story ends."""
    return {label for _, label, after in edges if after == "[*]"}


@pytest.mark.parametrize("story", [stories.judged_where_it_serves, stories.judged_apart])
def test_each_word_of_the_gate_leads_somewhere_else(story: Callable[[], list[Edge]]) -> None:
    """Losses and answers that do not pass, and a verdict that does not come, end in a rejection; else it serves."""
    edges = story()
    said = {label: after for _, label, after in edges if label.startswith(("JudgeTraining", "Evaluate"))}
    assert len(said) == len(set(said.values())) == 5
    assert ends(edges) == {"Settled", "Settled, tells failed"}
    assert {"RejectModel", "GiveUpEvaluation", "IssueManifest"} <= {label for _, label, _ in edges}


def test_model_of_another_environment_is_held_and_let_go_of() -> None:
    """It is neither trained nor deleted."""
    labels = {label for story in (stories.promoted, stories.let_go_of) for _, label, _ in story()}
    assert {"HoldModel", "ReleaseModel"} <= labels
    assert not labels & {"StartCustomizationJob", "DeleteCustomModel"}
