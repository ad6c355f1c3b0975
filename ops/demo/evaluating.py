"""The step in which the tuned model is asked the test dataset and judged, and the page about it."""

from pathlib import Path

from finetuning import run_report
from finetuning.run_report import RunReport
from ops.demo.progress import Step
from ops.demo.waiting import Subject, watch
from ops.demo.workplace import Workplace
from ops.reporting import gathering
from ops.status.report import ModelReport, State

EVALUATE, PAGE = "evaluate", "report.html"


def is_evaluated(subject: Subject) -> bool:
    """Whether the configuration asks for an evaluation."""
    configured = subject.environment.models[subject.model]
    return isinstance(configured, dict) and bool(configured.get("evaluation"))


def evaluate(step: Step, subject: Subject) -> None:
    """Watch until the quality gate has given its verdict.

    Raises:
        StepFailedError: the model does not pass, or something else failed.
    """

    def show(now: ModelReport) -> None:
        if now.state == State.EVALUATING:
            step.show("asking the test dataset's records: tuned model and base model")
        elif now.endpoint is not None:
            step.show(f"{now.endpoint.status}: {now.endpoint.kind} {now.endpoint.name}")

    done = watch(EVALUATE, subject, _is_judged, show)
    if done.training is not None:
        step.show(done.training.verdict, 1.0)


def _is_judged(now: ModelReport) -> bool:
    """An evaluation that was given up leaves no page, and its model serves if the gate only says so."""
    serves = now.state == State.SERVING and now.settled
    return serves or bool(now.training and now.training.report_uri)


def report(place: Workplace, subject: Subject) -> tuple[RunReport, Path]:
    """Return the report of the training, and the path of its page, which is written."""
    found = gathering.find(subject.session, subject.model).report
    page = place.folder / PAGE
    page.write_text(run_report.render(found), encoding="utf-8")
    return found, page
