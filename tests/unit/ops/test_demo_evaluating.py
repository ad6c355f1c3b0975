"""The demo waits for the verdict, writes the page, and opens it only where somebody sees it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from finetuning.lifecycle import EndpointObservation
from ops.demo import evaluating, waiting
from ops.demo.browsing import may_open
from ops.demo.waiting import Subject, trouble
from ops.demo.workplace import Workplace
from ops.project import Environment
from ops.status.judging import report
from ops.status.look import Look
from ops.status.report import State
from tests.unit.ops import looks, test_report, test_status_verdict
from tests.unit.ops.test_report import Evaluated


class Said:
    """A step that remembers."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def show(self, text: str, fraction: float | None = None) -> None:
        """How far it is."""
        self.texts.append(text)


def subject(configured: Mapping[str, Any], session: Any = None) -> Subject:
    """A model with this configuration."""
    return Subject(session, Environment("local", "0" * 12, "us-west-2", "destroy", {"faq": configured}), "faq")


@pytest.mark.parametrize(("configured", "expected"), [({"evaluation": {"preset": "knowledge"}}, True), ({}, False)])
def test_evaluation_is_waited_for_where_one_is_configured(configured: Mapping[str, Any], expected: bool) -> None:
    """Otherwise there is no such step."""
    assert evaluating.is_evaluated(subject(configured)) is expected


def test_step_ends_with_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the endpoint was created and the records were asked."""
    asked = test_status_verdict.look(evaluating="e" * 16, evaluating_since=1.0)
    judged = test_status_verdict.look(verdict=test_status_verdict.PASSED)
    made = EndpointObservation(looks.ENDPOINT_ARN, "Creating", looks.MODEL_ARN)
    begun = test_status_verdict.look()
    creating = replace(begun, seen=replace(begun.seen, endpoints={looks.ENDPOINT_GENERATION: made}), pointer=None)
    ahead: list[Look] = [creating, asked, judged]

    class Lookout:
        def __init__(self, session: object) -> None: ...

        def look(self, model: str) -> Look:
            return ahead.pop(0)

    monkeypatch.setattr(waiting, "Lookout", Lookout)
    monkeypatch.setattr(waiting, "_INTERVAL_SECONDS", 0.0)
    step = Said()
    evaluating.evaluate(step, subject({}))
    assert step.texts[0].startswith("Creating: ")
    assert step.texts[1:] == [
        "asking the test dataset's records: tuned model and base model",
        "It passes the quality gate",
    ]


def test_model_that_the_gate_rejects_ends_the_waiting() -> None:
    """With the gate's reasons."""
    now = replace(report(looks.serving()), state=State.REJECTED, failure="quality gate: too slow")
    assert trouble(now) == "quality gate: too slow"


def test_page_is_made_of_what_is_there(tmp_path: Path) -> None:
    """In the demo's folder."""
    account = Evaluated({test_report.TRAINING: test_report.LOSSES})
    account.keep(test_report.judged())
    found, page = evaluating.report(Workplace(tmp_path), subject({}, account))
    assert page == tmp_path / "report.html"
    assert found.headline.sentence in page.read_text()


@pytest.mark.parametrize(
    ("environment", "is_terminal", "platform", "expected"),
    [
        ({"DISPLAY": ":0"}, True, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True, "linux", True),
        ({"BROWSER": "firefox"}, True, "linux", True),
        ({}, True, "darwin", True),
        ({}, True, "linux", False),
        ({"DISPLAY": ":0"}, False, "linux", False),
        ({"DISPLAY": ":0", "CI": "true"}, True, "linux", False),
        ({"CI": "true"}, True, "darwin", False),
    ],
)
def test_browser_is_opened_only_where_somebody_sees_it(
    environment: Mapping[str, str], is_terminal: bool, platform: str, expected: bool
) -> None:
    """A screen and a terminal, and no CI."""
    assert may_open(environment, is_terminal=is_terminal, platform=platform) is expected
