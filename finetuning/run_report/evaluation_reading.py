"""The evaluation document, as the page shows it. What an earlier document lacks is left out, never made up."""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from finetuning.run_report.model import SUBJECTS, Check, Estimate, Evaluation, Label, Metric, Sample, Subject


def read(document: Mapping[str, Any]) -> Evaluation:
    """Return what an evaluation document says."""
    verdict, test = document.get("verdict") or {}, document.get("test") or {}
    return Evaluation(
        id=str(document.get("id", "")),
        preset=str(document.get("preset", "")),
        mode=str(verdict.get("mode", "")),
        confidence=_number(document.get("confidence")),
        asked=_count(test.get("asked")),
        subjects=tuple(_subjects(document)),
        metrics=tuple(_metrics(document)),
        labels=tuple(_labels(document)),
        checks=tuple(map(_check, document.get("checks") or ())),
        samples=tuple(map(_sample, document.get("samples") or ())),
        worst=tuple(map(_sample, document.get("worst") or ())),
        notes=tuple(map(str, verdict.get("notes") or ())),
    )


def _subjects(document: Mapping[str, Any]) -> Iterator[Subject]:
    for name in SUBJECTS:
        if found := (document.get("subjects") or {}).get(name):
            identity = str(found.get("identity", ""))
            yield Subject(name, identity, _count(found.get("answered")), _count(found.get("failed")))


def _metrics(document: Mapping[str, Any]) -> Iterator[Metric]:
    subjects, differences = document.get("subjects") or {}, document.get("differences") or ()
    for metric in document.get("metrics") or ():
        name = str(metric["name"])
        found = {subject: (subjects.get(subject) or {}).get("metrics", {}).get(name) for subject in SUBJECTS}
        yield Metric(
            name=name,
            title=str(metric.get("title") or name),
            unit=str(metric.get("unit", "")),
            more_is_better=metric.get("better", "more") == "more",
            is_primary=metric.get("primary") is True,
            is_main=metric.get("column") is True,
            values={subject: _estimate(value) for subject, value in found.items() if value is not None},
            differences={str(d["against"]): _estimate(d) for d in differences if d.get("metric") == name},
        )


def _labels(document: Mapping[str, Any]) -> Iterator[Label]:
    subjects = {name: (found or {}).get("labels") or {} for name, found in (document.get("subjects") or {}).items()}
    for label in sorted({label for labels in subjects.values() for label in labels}):
        found = {name: subjects[name][label] for name in SUBJECTS if label in subjects.get(name, {})}
        counts = [_count(part.get("records")) for part in found.values()]
        yield Label(label, counts[0], {name: _number(part.get("f1")) for name, part in found.items()})


def _check(check: Mapping[str, Any]) -> Check:
    return Check(
        metric=str(check.get("metric", "")),
        rule=str(check.get("kind", "")),
        against=str(check.get("against", "")),
        required=_number(check.get("required")),
        observed=_number(check.get("observed")),
        passed=check.get("passed") is True,
        reason=str(check.get("reason", "")),
    )


def _sample(sample: Mapping[str, Any]) -> Sample:
    answers, scores = sample.get("answers") or {}, sample.get("scores") or {}
    return Sample(
        id=str(sample.get("id", "")),
        prompt=str(sample.get("prompt", "")),
        reference=str(sample.get("reference", "")),
        answers={name: None if answers[name] is None else str(answers[name]) for name in SUBJECTS if name in answers},
        scores={name: _number(scores[name]) for name in SUBJECTS if name in scores},
        failures={str(name): str(why) for name, why in (sample.get("failures") or {}).items()},
    )


def _estimate(found: Mapping[str, Any]) -> Estimate:
    value, low, high = (_number(found.get(name)) for name in ("value", "low", "high"))
    return Estimate(value, low, high, _count(found.get("records")))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
