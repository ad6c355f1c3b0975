"""`docs/lifecycle.md` is drawn from the code, is current, and every way through it ends."""

import re
from pathlib import Path

import pytest

from finetuning.lifecycle import Action
from stacks.presentation.lifecycle_page import COMMAND, page
from stacks.presentation.situations import ENDPOINTS, JOBS, WANTED, Situation, following

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
