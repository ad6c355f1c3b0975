"""The run report shows what is known of a training, and says of nothing more than that."""

from dataclasses import replace

import pytest

from finetuning.evaluation import settings
from finetuning.evaluation.answers import SavedAnswer
from finetuning.evaluation.records import TestRecord
from finetuning.evaluation.scoring import evaluate
from finetuning.lifecycle.verdict import Promoted
from finetuning.metrics import MetricRow
from finetuning.run_report import NoSuchGenerationError, assemble, render, summary
from finetuning.run_report.html_parts import curves
from finetuning.run_report.html_parts.plots import bound_of
from finetuning.run_report.html_parts.scale import Scale, around
from tests.fakes.manifests import made
from tests.unit import run_reports as reports
from tests.unit.report_page import Page

FAILED = reports.document(passed=False)


def page(report=None):
    return Page(render(report or reports.report(reports.document())))


@pytest.mark.parametrize(
    ("changes", "evaluation", "tone", "sentence"),
    [
        ({}, reports.document(), "good", "It passes the quality gate"),
        ({}, FAILED, "error", "It does not pass the quality gate"),
        ({}, reports.document(passed=False, mode="dry_run"), "warning", "It does not pass the quality gate"),
        ({}, reports.document(mode="disabled"), "neutral", "Evaluated; the quality gate is disabled"),
        (
            {"rejected": "it does not answer"},
            reports.document(),
            "error",
            "Rejected after it had passed the quality gate",
        ),
        ({"rejected": "it does not answer"}, None, "error", "Rejected"),
        ({"curve": reports.verdict(passed=False)}, None, "error", "Its losses do not pass the quality gate"),
        ({"verdict": reports.verdict(passed=False)}, None, "error", "It does not pass the quality gate"),
        ({"evaluation": reports.wanted()}, None, "neutral", "Trained, not evaluated yet"),
        ({}, None, "neutral", "Trained, not evaluated"),
        (
            {"evaluation": replace(reports.wanted(), id="f" * 16), "served": True},
            reports.document(),
            "good",
            "It passed the gate before; the present one applies from the next training",
        ),
        (
            {
                "evaluation": replace(reports.wanted(), id="f" * 16),
                "served": True,
                "curve": replace(reports.verdict(passed=False), mode="dry_run"),
            },
            reports.document(),
            "warning",
            "It did not pass the gate before; the present one applies from the next training",
        ),
        (
            {
                "evaluation": replace(reports.wanted(), id="f" * 16),
                "served": True,
                "rejected": "an alarm",
                "verdict": reports.verdict(passed=True),
            },
            None,
            "error",
            "Rejected",
        ),
        ({"status": "InProgress"}, None, "neutral", "In training"),
        ({"status": "Failed", "failure": "bad data"}, None, "error", "Training failed"),
    ],
)
def test_headline_says_how_it_stands(changes, evaluation, tone, sentence):
    report = reports.report(evaluation, **changes)
    assert (report.headline.tone, report.headline.sentence) == (tone, sentence)
    html = render(report)
    assert f"{sentence}</h1>" in html
    assert f"<title>{sentence} – faq, dev, {reports.GENERATION}</title>" in html


def test_reasons_stand_at_the_top_and_what_fails_comes_first():
    found = page(reports.report(FAILED))
    assert found.text.index(reports.REASON) < found.text.index("Quality gate")
    assert found.text.index("✕ fails") < found.text.index("✓ holds")


def test_each_metric_is_shown_for_each_subject_with_its_interval():
    text = page().text
    assert "candidate champion base" in text
    assert "0.612" in text
    assert "+0.410 (+0.350 to +0.470), required +0.050" in text
    assert "+0.021 (+0.004 to +0.050), required 0.000" in text
    assert "usd_per_1k_requests" in text.replace("_ ", "_")
    assert "$0.25 $0.26 unknown" in text


def test_answers_stand_side_by_side_and_one_that_failed_says_so():
    found = reports.document()
    found["worst"][1]["failures"] = {"base": "ThrottlingException"}
    text = page(reports.report(found)).text
    assert text.index("Worst records") < text.index("Side by side")
    assert "reference A model unit delivers a specific throughput level for the specified model." in text
    assert "no answer: ThrottlingException" in text
    assert "show 2 more records" in text


def test_losses_have_their_best_epoch_and_where_training_stopped():
    found = page(reports.report())
    (chart,) = [svg for svg in found.all("svg") if svg.get("role") == "img"]
    assert "training loss goes from 1.4531 to" in chart["aria-label"]
    assert "early stopping fired after epoch 7 of 10" in chart["aria-label"]
    assert len([c for c in found.all("circle") if c.get("class") == "best"]) == 1
    assert len([line for line in found.all("line") if line.get("class") == "stop"]) == 1
    assert "6 best 0.3518 1.4764" in found.text


def test_training_without_evaluation_has_losses_data_lineage_and_cost_only():
    text = page(reports.report()).text
    for heading in ("Losses", "Data", "Lineage", "Cost", "What to do next"):
        assert heading in text
    for heading in ("Quality gate", "Side by side", "Worst records"):
        assert heading not in text


def test_training_whose_job_has_not_written_losses_says_so():
    report = assemble(reports.record(reports.trained(status="InProgress")), reports.GENERATION)
    assert "There are none: the job has not written its metrics yet" in page(report).text


def test_lineage_has_data_base_model_job_code_and_manifest():
    text = page(reports.report(reports.document(), manifest="9" * 64, approved_by="ada")).text
    parts = ("ab" * 32, "cd" * 32, "ef" * 32, "epochCount 10", reports.HAIKU, "custom-model/haiku/abc", "1a2b3c4")
    for part in (*parts, "9" * 64, "ada", "s3://data/reports/faq/abcdef0123456789/report.html"):
        assert part in text


def test_files_of_another_dataset_lend_no_numbers():
    known = {"files": [{"split": "training", "sha256": "00" * 32, "records": 7, "estimated_tokens": 9}]}
    report = assemble(reports.record(reports.trained()), reports.GENERATION, dataset=known)
    assert [(file.split, file.records) for file in report.files] == [("training", None), ("validation", None)]


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ({}, {"endpoint, an hour": "$20.50", "endpoint, a month": "$14,965.00"}),
        ({"hourly_usd": None}, {"endpoint, an hour": "unknown"}),
        ({"serving": "on_demand"}, {"endpoint": "nothing by the hour"}),
    ],
)
def test_cost_of_the_endpoint_is_told_and_what_is_unknown_stays_unknown(endpoint, expected):
    report = assemble(reports.record(reports.trained(estimated_usd=None), **endpoint), reports.GENERATION)
    amounts = {cost.what: cost.amount for cost in report.costs}
    assert expected.items() <= amounts.items()
    assert amounts["customization job"] == "unknown"


@pytest.mark.parametrize(("usd", "amount"), [(0.25, "$0.25"), (None, "unknown")])
def test_cost_of_requests_is_the_evaluations(usd, amount):
    found = reports.document()
    found["subjects"]["candidate"]["metrics"]["usd_per_1k_requests"]["value"] = usd
    assert {cost.what: cost.amount for cost in reports.report(found).costs}["1,000 requests"] == amount


def test_labels_of_a_classification_are_shown():
    found = reports.document()
    for subject in found["subjects"].values():
        subject["labels"] = {"billing": {"precision": 0.9, "recall": 0.8, "f1": 0.847, "records": 12}}
    assert "billing 12 0.847 0.847 0.847" in page(reports.report(found)).text


def test_unknown_base_model_and_absent_fields_are_no_failure():
    settings = {"baseModelIdentifier": "vendor.gone-v1:0"}
    report = assemble(reports.record(reports.trained(settings=settings)), reports.GENERATION, evaluation={"schema": 1})
    assert "vendor.gone-v1:0" in page(report).text


def test_same_inputs_give_the_same_bytes():
    assert render(reports.report(reports.document())) == render(reports.report(reports.document()))


def test_unknown_generation_is_refused_with_those_that_are_known():
    with pytest.raises(NoSuchGenerationError, match="known: 0123456789-1"):
        assemble(reports.record(reports.trained()), "9999999999-1")


def test_long_training_is_joined_to_means():
    rows = tuple(MetricRow(step, 1, float(step % 2), None) for step in range(10_000))
    losses = replace(reports.report().losses, training=rows)
    (line,) = [p for p in Page(str(curves.chart(losses))).all("polyline") if p["class"] == "training"]
    assert len(line["points"].split()) <= curves.MOST_POINTS


def test_required_difference_has_the_direction_of_the_metric():
    evaluation = reports.report(FAILED).evaluation
    assert evaluation is not None
    checks = evaluation.checks
    assert bound_of(checks, "token_f1", "base", more_is_better=True) == 0.05
    assert bound_of(checks, "token_f1", "base", more_is_better=False) == -0.05
    assert bound_of(checks, "rouge_l", "champion", more_is_better=True) == 0
    assert bound_of(checks, "rouge_l", "base", more_is_better=True) is None


@pytest.mark.parametrize(
    ("scale", "ticks"),
    [
        (Scale(0, 2.7), [0, 0.5, 1, 1.5, 2, 2.5]),
        (Scale(-0.3, 0.31), [-0.2, 0, 0.2]),
        (Scale(0.98, 1.02), [0.98, 0.99, 1, 1.01, 1.02]),
    ],
)
def test_ticks_are_round_and_within(scale, ticks):
    assert scale.ticks(6) == pytest.approx(ticks)


@pytest.mark.parametrize("values", [[], [0.0], [1.5, 1.5], [-3.0], [1e-12, 2e-12]])
def test_scale_of_any_values_has_a_length(values):
    scale = around(values, 0.05)
    assert scale.low < scale.high
    assert all(0 <= scale.percent(value) <= 100 for value in values)


def test_markdown_has_verdict_reasons_figures_and_no_answers():
    text = summary(reports.report(FAILED), "s3://output/report.html")
    assert text.startswith("## ❌ It does not pass the quality gate")
    assert "| token&#95;f1 | 0.612 | 0.591 | 0.202 | +0.021 (−0.012 to +0.050) | +0.410 (+0.350 to +0.470) |" in text
    assert "3 of 4 conditions of the gate hold (mode enabled)." in text
    assert "`s3://output/report.html`" in text
    assert "model unit delivers" not in text


def evaluated():
    """What `finetuning.evaluation` makes of six records."""
    known = settings.read(
        {
            "evaluation": {"preset": "knowledge"},
            "gate": {"mode": "enabled", "thresholds": {"rouge_l": {"min_gain_over_base": 0.1}}, "min_records": 4},
            "reference": None,
            "prices": {},
            "test_uri": reports.uri("test"),
            "base_model": reports.HAIKU,
        }
    )
    records = [
        TestRecord(f"{number:016x}", "", (("user", f"which {number}?"),), f"it is {number}") for number in range(6)
    ]
    answers = {
        who: {r.id: SavedAnswer(r.id, "no" if who == "base" else r.reference, 9, 5, 0.5, "end_turn") for r in records}
        for who in ("candidate", "base")
    }
    return evaluate(known, records, answers, {"candidate": "arn:of:candidate", "base": reports.HAIKU})


def test_page_of_the_evaluations_own_document():
    """No field of it is called otherwise here."""
    report = reports.report(evaluated())
    found = report.evaluation
    assert found is not None
    assert [subject.name for subject in found.subjects] == ["candidate", "base"]
    (primary,) = [metric for metric in found.metrics if metric.is_primary]
    assert (primary.name, primary.unit, primary.title, primary.is_main) == ("rouge_l", "share", "ROUGE-L", True)
    assert primary.differences["base"].low is not None
    assert (found.confidence, found.asked, found.preset, found.mode) == (0.95, 6, "knowledge", "enabled")
    assert [(check.rule, check.against, check.required) for check in found.checks] == [
        ("min_records", "", 4),
        ("min_gain_over_base", "base", 0.1),
    ]
    assert all(check.reason and check.passed for check in found.checks)
    assert found.notes == ("There is no champion yet, so nothing is compared with one.",)
    assert found.samples[0].prompt == "which 0?"
    assert found.samples[0].scores["candidate"] == 1
    assert report.headline.sentence == "It passes the quality gate"


def promoted(**changes):
    """A model that was judged in dev."""
    lent = Promoted("swap", "arn:model", "arn:job", "job-of-dev", "9" * 64, "ada", "https://example.com/pull/7")
    return reports.record(reports.trained(promoted=lent, estimated_usd=0.0, **changes))


def test_promoted_model_shows_the_evidence_of_its_manifest():
    report = assemble(promoted(), reports.GENERATION, manifest=made())
    assert report.headline.sentence == "Promoted from dev, where it passed the quality gate"
    text = page(report).text
    for part in (
        "Approved by ada, https://example.com/pull/7.",
        "9" * 64,
        made().data.training,
        "python -m ops promote",
    ):
        assert part in text
    assert "rouge_ l 0.750" in text
    assert "paid where it was trained" in text
    assert "Promoted from dev" in summary(report)


def test_promoted_model_without_its_manifest_says_that_it_is_missing():
    report = assemble(promoted(), reports.GENERATION)
    assert (report.headline.tone, report.headline.sentence) == ("neutral", "Promoted")
    assert "The manifest is not in this clone" in page(report).text


def test_promoted_model_that_was_rejected_here_says_so():
    report = assemble(promoted(rejected="alarm errors"), reports.GENERATION, manifest=made())
    assert (report.headline.tone, report.headline.reasons) == ("error", ("alarm errors",))
