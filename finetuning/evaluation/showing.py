"""Records to look at: some side by side, and those that the candidate answered worst, to refine the data by."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from finetuning.evaluation.measuring import CANDIDATE
from finetuning.evaluation.metric import Case, Metric

_MOST_SAMPLES = 10
_MOST_WORST = 10
#: Characters of a text; a report of many long answers would be no reading for a phone.
_LONGEST_TEXT = 4000


def samples(cases: Mapping[str, Sequence[Case]], metric: Metric) -> list[dict[str, Any]]:
    """Return the first records by id, which have nothing to do with how they were answered."""
    chosen = [case.record.id for case in cases[CANDIDATE][:_MOST_SAMPLES]]
    return [_side_by_side(record_id, cases, metric) for record_id in chosen]


def worst(cases: Mapping[str, Sequence[Case]], metric: Metric) -> list[dict[str, Any]]:
    """Return the records whose answers are worst by a metric, worst first; flawless answers are not among them."""
    scored = [(_score(case, metric), case.record.id) for case in cases[CANDIDATE]]
    known = [(score, record_id) for score, record_id in scored if score is not None]
    sign = 1 if metric.better == "more" else -1
    best = max((sign * score for score, _ in known), default=0.0)
    flawless = 1.0 if metric.unit == "share" and sign == 1 else best
    ordered = sorted((sign * score, record_id) for score, record_id in known if sign * score < flawless)
    return [_side_by_side(record_id, cases, metric) for _, record_id in ordered[:_MOST_WORST]]


def _side_by_side(record_id: str, cases: Mapping[str, Sequence[Case]], metric: Metric) -> dict[str, Any]:
    found = {subject: next(case for case in of if case.record.id == record_id) for subject, of in cases.items()}
    record = found[CANDIDATE].record
    return {
        "id": record.id,
        "prompt": _short(record.question),
        "reference": _short(record.reference),
        "answers": {subject: None if case.failed else _short(case.text) for subject, case in found.items()},
        "failures": {subject: case.answer.failure for subject, case in found.items() if case.failed},
        "metric": metric.name,
        "scores": {subject: _score(case, metric) for subject, case in found.items()},
    }


def _score(case: Case, metric: Metric) -> float | None:
    contribution = metric.contribution(case)
    score = None if contribution is None else float(metric.score(contribution))
    return score if score is not None and isfinite(score) else None


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
