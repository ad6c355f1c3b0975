"""The demonstration of a refusal fails unless the deployment was refused, for its records, and no job was started."""

import io
import os
from pathlib import Path
from typing import Any

import pytest

from ops.demo import refusal
from ops.demo.failure import StepFailedError
from ops.demo.waiting import Subject
from ops.demo.workplace import Workplace
from tests.unit.ops.test_demo_refusal import FAILURE, REASON


class Account:
    """A session whose Bedrock lists one more set of jobs at each look, and whose S3 holds a report."""

    def __init__(self, *looks: list[str]) -> None:
        self.looks = list(looks)

    def client(self, service: str) -> Any:
        """Stand for both clients."""
        return self

    def get_paginator(self, operation: str) -> Any:
        """List customization jobs."""
        assert operation == "list_model_customization_jobs"
        return self

    def paginate(self) -> list[Any]:
        """Return the jobs of the next look."""
        return [{"modelCustomizationJobSummaries": [{"jobName": name} for name in self.looks.pop(0)]}]

    def get_object(self, **request: str) -> Any:
        """Read an object of the report."""
        return {"Body": io.BytesIO(b'{"read": "%s"}' % "/".join(request.values()).encode())}


class Silent:
    """A step that nobody sees."""

    def show(self, text: str, fraction: float | None = None) -> None:
        """Say nothing."""


def subject(*looks: list[str]) -> Subject:
    """The subject of a demonstration on such an account."""
    session: Any = Account(*looks)
    environment: Any = None
    return Subject(session, environment, "faq")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """A workplace beside a `cdk` that prints what stands in `said` and exits with what stands in `code`."""
    program = tmp_path / "cdk"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat {tmp_path}/said\nexit "$(cat {tmp_path}/code)"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    answer(tmp_path, FAILURE, 1)
    return Workplace(tmp_path)


def answer(folder: Path, said: str, code: int) -> None:
    """Choose what `cdk` does."""
    (folder / "said").write_text(said, encoding="utf-8")
    (folder / "code").write_text(str(code), encoding="utf-8")


def test_refused_deployment_gives_its_reason(place: Workplace) -> None:
    """The poisoned sample was asked for, and jobs of earlier deployments do not matter."""
    reason = refusal.refused(Silent(), place, subject(["old"], ["old"]))
    assert reason.splitlines() == REASON
    assert f"-c training.dataset.training={refusal.SAMPLE}" in (place.folder / "asked").read_text()


def test_job_that_was_started_all_the_same_fails_the_demonstration(place: Workplace) -> None:
    """The refusal alone is not enough."""
    with pytest.raises(StepFailedError) as error:
        refusal.refused(Silent(), place, subject(["old"], ["old", "new"]))
    assert error.value.why == ("a job was started all the same: new",)


def test_deployment_that_succeeds_fails_the_demonstration(place: Workplace) -> None:
    """Bad data that gets through is what must not happen."""
    answer(place.folder, "✅  finetuning-local-Model-faq", 0)
    with pytest.raises(StepFailedError) as error:
        refusal.refused(Silent(), place, subject([], []))
    assert error.value.why == (f"{refusal.SAMPLE} was deployed, and it should be refused",)


def test_deployment_that_fails_for_something_else_fails_the_demonstration(place: Workplace) -> None:
    """The reason is told, as in the main job."""
    answer(place.folder, "❌ no credentials", 1)
    with pytest.raises(StepFailedError) as error:
        refusal.refused(Silent(), place, subject([], []))
    assert error.value.why == ("❌ no credentials",)


def test_report_is_fetched_from_where_the_refusal_says(place: Workplace) -> None:
    """Both files are kept, and the document is read."""
    report, page = refusal.fetch(Silent(), place, subject(), "\n".join(REASON))
    assert report == {"read": "data/reports/faq/5ec2/report.json"}
    assert page.read_text() == '{"read": "data/reports/faq/5ec2/report.html"}'


def test_refusal_without_a_report_fails_the_demonstration(place: Workplace) -> None:
    """A report that could not be written is a fault."""
    with pytest.raises(StepFailedError) as error:
        refusal.fetch(Silent(), place, subject(), "the dataset has 1 error, so no job was started")
    assert error.value.why == ("the refusal names no report:", "the dataset has 1 error, so no job was started")
