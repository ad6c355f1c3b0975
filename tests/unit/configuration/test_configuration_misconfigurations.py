"""Several mistakes at once: never a traceback, and every one of them is reported by its path."""

import copy
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import configuration
from tests.unit.configuration.conftest import Context, ProblemsOf, valid
from tests.unit.configuration.misconfigurations import MISTAKES, Mistake

EXAMPLES = 200
#: Words of pydantic and of Python that say nothing to somebody who writes JSON.
FOREIGN = (
    "Input should",
    "pydantic",
    "validator",
    "Traceback",
    "NoneType",
    "nan",
    "dict",
    "tuple",
    "literal",
    "[type=",
)


@st.composite
def several(draw: st.DrawFn) -> list[Mistake]:
    """One to eight mistakes that can be made at once."""
    made: list[Mistake] = []
    for mistake in draw(st.lists(st.sampled_from(MISTAKES), min_size=1, max_size=12, unique_by=lambda m: m.place)):
        if len(made) < 8 and not any(mistake.collides(other) for other in made):
            made.append(mistake)
    return made


@settings(max_examples=EXAMPLES)
@given(several())
def test_all_mistakes_are_reported(mistakes: list[Mistake]) -> None:
    """Each at its path, on a line of its own."""
    context = valid() | {"env": "dev"}
    planted = [mistake.plant(context, "dev") for mistake in mistakes]
    reported = _problems(context)
    assert set(planted) <= set(reported), f"not reported: {set(planted) - set(reported)}"
    assert len(set(reported.values())) >= len(planted)


@pytest.mark.parametrize("number", range(len(MISTAKES)))
def test_single_mistake_is_the_only_problem(number: int) -> None:
    """It causes no others, and its message is written for whoever made it."""
    context = valid() | {"env": "dev"}
    path = MISTAKES[number].plant(context, "dev")
    reported = _problems(context)
    assert set(reported) <= {path} | _consequences(path), reported
    for line in reported.values():
        assert "\n" not in line
        assert not [word for word in FOREIGN if word in line.replace("nova", "")], line


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_any_value_at_any_place_is_taken_or_refused(data: st.DataObject) -> None:
    """Never a traceback, whatever is written: JSON of any shape in the place of anything."""
    anything: Any = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    )
    context = valid() | {"env": "dev"}
    place: Any = context["environments"]
    steps = ["dev"]
    while isinstance(place[steps[-1]], dict) and place[steps[-1]] and data.draw(st.booleans()):
        place = place[steps[-1]]
        steps.append(data.draw(st.sampled_from(sorted(place))))
    place[steps[-1]] = data.draw(anything)
    with suppress(configuration.ConfigurationError):
        configuration.load(context, None)


def test_nothing_is_wrong_without_a_mistake(problems_of: ProblemsOf) -> None:
    """What the mistakes are planted into."""
    assert problems_of(valid() | {"env": "dev"}) == []


def _problems(context: Context) -> dict[str, str]:
    before = copy.deepcopy(context)
    with pytest.raises(configuration.ConfigurationError) as refusal:
        configuration.load(context, None)
    assert json.dumps(context, default=str) == json.dumps(before, default=str)
    return {problem.path: str(problem) for problem in refusal.value.problems}


def _consequences(path: str) -> set[str]:
    """Other places that one mistake makes wrong."""
    if path == "environments.dev.models.FAQ":
        return {f"{path}.training", f"{path}.endpoint"}
    if path.endswith(".commitment_approval.until"):
        return {path.removesuffix(".until")}  # there is no commitment, either
    return set()
