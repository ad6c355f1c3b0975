"""The summary at the end of the demo."""

import json

from finetuning.invocation import Answer
from ops.asking import Comparison, Question, Reply
from ops.demo import summary
from ops.demo.summary import StackSummary, Summary
from ops.status.judging import report
from tests.unit import run_reports
from tests.unit.ops import looks
from tests.unit.ops.screen import shown


def done(*, evaluated: bool = True) -> Summary:
    """A demo that went well, of which the first stack had been there."""
    answer = Answer("A service.", 20, 30, "end_turn")
    return Summary(
        stacks=(summary.summarize("finetuning-local-Foundation", ["AWS::S3::Bucket", "AWS::S3::Bucket", "Custom::X"]),),
        unchanged_stacks=("finetuning-local-Foundation",),
        model=report(looks.serving()),
        comparison=Comparison(
            Question("What?"), Reply("base", "b", answer, 0.5), Reply("tuned", looks.ENDPOINT_ARN, answer, 0.25)
        ),
        seconds={"embedded AWS": 1.5, "deploy": 20.25},
        report=run_reports.report(run_reports.document()) if evaluated else run_reports.report(),
        page=".local/demo/report.html",
    )


def test_summary_shows_what_a_new_user_wants_to_know() -> None:
    """What was deployed, how it trained, where it serves, what it answers, how long it took, what to do next."""
    text = shown(summary.render(done(), 80), 80)
    assert "3 resources" in text
    assert "unchanged" in text
    assert "early stopping fired after epoch 7 of 10" in text
    assert looks.ENDPOINT_ARN in text.splitlines()
    assert "A service." in text
    assert "embedded AWS 1.5 · deploy 20.2 · together 21.8" in text
    for command, _ in summary.NEXT:
        assert command in text


def test_summary_fits_80_columns() -> None:
    """The plot and the tables do not wrap."""
    assert max(map(len, shown(summary.render(done(), 80), 80).splitlines())) <= 80


def test_tuned_model_is_compared_with_the_base_model_and_judged() -> None:
    """Main metrics with bounds, the verdict, and where the page is."""
    text = shown(summary.render(done(), 80), 80)
    assert "+0.410 (+0.350 to +0.470)" in text
    assert "It passes the quality gate (4 of 4 conditions hold)" in text
    assert ".local/demo/report.html" in text


def test_without_an_evaluation_there_is_the_page_alone() -> None:
    """As before there was any."""
    text = shown(summary.render(done(evaluated=False), 80), 80)
    assert "quality gate" not in text
    assert ".local/demo/report.html" in text


def test_resources_are_counted_by_service() -> None:
    """Custom resources are counted as such."""
    assert done().stacks[0] == StackSummary("finetuning-local-Foundation", 3, {"S3": 2, "custom": 1})


def test_document_has_seconds_and_summary() -> None:
    """The bench reads the seconds of each step."""
    document = json.loads(json.dumps(summary.document(done()), default=str))
    assert document["seconds"] == {"embedded AWS": 1.5, "deploy": 20.25}
    assert document["summary"]["comparison"]["tuned"]["text"] == "A service."
    assert document["summary"]["model"]["endpoint"]["arn"] == looks.ENDPOINT_ARN


def test_header_says_that_everything_is_a_stand_in() -> None:
    """Nobody shall take the embedded AWS for the real one."""
    assert "embedded stand-in on loopback" in summary.HEADER
