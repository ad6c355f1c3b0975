"""Reports as an operator sees them."""

import json
from dataclasses import asdict, replace

import pytest

from ops import console
from ops.commands.status import exit_code, is_settled
from ops.status import rendering
from ops.status.judging import report
from tests.unit.ops import looks
from tests.unit.ops.screen import shown


def test_training_shows_job_phases_and_elapsed_time() -> None:
    """One glance tells how far the job is."""
    text = shown(rendering.render(report(looks.training())))
    assert "faq  training" in text
    assert f"{looks.JOB} (InProgress, 3 min 20 s)" in text
    assert "validation ✔  data processing …  training ·" in text
    assert "/finetuning/local/faq/endpoint → not published" in text
    assert "faq-0123456789-1-1 is running; next step AwaitCustomizationJob" in text


def test_failure_is_shown_whole_with_the_next_step() -> None:
    """Square brackets in Bedrock's message are text and not markup."""
    text = shown(rendering.render(report(looks.failed())))
    assert f"customization job {looks.JOB} failed: record 7 exceeds limit [32000]" in text
    assert "python -m ops retry" in text


def test_service_shows_endpoint_model_and_price() -> None:
    """What serves, under which ARN, and what is billed."""
    text = shown(rendering.render(report(looks.serving())))
    assert f"{looks.ENDPOINT} (provisioned throughput, 1 model unit): InService" in text
    assert looks.ENDPOINT_ARN in text
    assert f"1 model unit of provisioned throughput {looks.ENDPOINT}" in text


def test_losses_are_a_table_with_the_best_epoch_marked() -> None:
    """Training and validation loss of each epoch, and where early stopping fired."""
    lines = shown(rendering.render(report(looks.serving()))).splitlines()
    row = next(line for line in lines if line.split()[:1] == ["6"])
    assert row.split() == ["6", "0.3518", "1.4764", "best"]
    assert any("early stopping fired after epoch 7 of 10" in line for line in lines)


def test_dead_driver_is_named() -> None:
    """A driver that is not running although there is work is told, with what happens next."""
    text = shown(rendering.render(report(replace(looks.training(), driver_status="FAILED"))))
    assert "faq-0123456789-1-1 is FAILED" in text
    assert "the sweep restarts it in 15 minutes" in text


def test_line_of_a_model_says_what_matters_now() -> None:
    """A log has one line per change."""
    assert rendering.line(report(looks.training())) == (
        f"faq: training | {looks.JOB} InProgress | validation ✔  data processing …  training ·"
    )
    assert rendering.line(report(looks.serving())) == (
        f"faq: in service | {looks.ENDPOINT} InService | serves {looks.JOB}"
    )


def test_line_says_what_keeps_a_model_from_going_on() -> None:
    """An alarm that goes off may do so for days."""
    waits = replace(report(looks.serving()), troubles={"stuck": "an alarm goes off: prod-errors"})
    assert rendering.line(waits).endswith(" | an alarm goes off: prod-errors")


def test_failed_model_exits_with_1() -> None:
    """Scripts see a failed job by the exit code; one that trains is no failure."""
    assert exit_code([report(looks.serving()), report(looks.failed())]) == 1
    assert exit_code([report(looks.serving()), report(looks.training())]) == 0


def test_watching_ends_when_every_model_is_settled() -> None:
    """One model at work keeps the watch going."""
    assert is_settled([report(looks.serving()), report(looks.failed())])
    assert not is_settled([report(looks.serving()), report(looks.training())])


def test_report_is_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    """Times, states and losses survive the way into JSON."""
    console.print_json(asdict(report(looks.serving())))
    document = json.loads(capsys.readouterr().out)
    assert document["state"] == "in service"
    assert document["training"]["started"] == "2026-01-15T12:00:00+00:00"
    assert document["training"]["epochs"][5]["validation_loss"] == 1.4763538640668574


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59.7, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations_are_said_as_people_say_them(seconds: float, text: str) -> None:
    """Seconds below a minute, minutes below an hour."""
    assert rendering.duration(seconds) == text
