"""Metrics of a classification: the answer is a label, and nothing but it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from finetuning.evaluation.metric import Case, Metric, Pair, from_zero_to_one
from finetuning.evaluation.metrics.wording import normalised
from finetuning.evaluation.records import TestRecord
from finetuning.evaluation.settings import EvaluationSettings

#: Wanted and answered label; the latter is empty if the answer is no label.
Labelled = tuple[str, str]
PRECISION, RECALL = "precision.", "recall."
_Combine = Callable[[Sequence[Labelled], Sequence[float]], float]
#: Labels of which one more record is tried; more would take seconds and find nothing worse.
_RAREST = 8


class Labels:
    """The labels of a classification.

    Attributes:
        names: as they were configured, or as the reference answers have them.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """Begin with labels; spelling apart, each counts once."""
        self._names: dict[str, str] = {}
        for name in names:
            self._names.setdefault(normalised(name), name.strip())
        self.names = tuple(self._names.values())

    @classmethod
    def of(cls, settings: EvaluationSettings, records: Iterable[TestRecord]) -> "Labels":
        """Return the configured labels, or those of the records."""
        return cls(settings.labels or sorted({record.reference for record in records}))

    def labelled(self, case: Case) -> Labelled:
        """Return the wanted and the answered label; a reference that is no configured label is one of its own."""
        wanted = normalised(case.record.reference)
        return self._names.get(wanted, case.record.reference.strip()), self._names.get(normalised(case.text), "")

    def metrics(self) -> tuple[Metric, ...]:
        """Return the metrics of a classification, precision and recall of each label among them."""

        def metric(name: str, title: str, combine: _Combine, label: str | None = None) -> Metric:
            extremes = partial(self._extremes, label=label)
            return Metric(name, title, "share", "more", self.labelled, combine, extremes, _is_right)

        accuracy = Metric(
            "accuracy",
            "Accuracy",
            "share",
            "more",
            lambda case: float(_is_right(self.labelled(case))),
            extremes=from_zero_to_one,
        )
        each = [
            metric(f"{prefix}{name}", f"{prefix[:-1].capitalize()} of {name}", partial(combine, name), name)
            for name in self.names
            for prefix, combine in ((PRECISION, precision), (RECALL, recall))
        ]
        return (accuracy, metric("macro_f1", "Macro F1", macro_f1), *each)

    def _extremes(self, pairs: Sequence[Pair], label: str | None = None) -> Sequence[Pair]:
        """Return the pairs of one more record, of which one side knows the label and the other answers amiss.

        It is of a rare label, where one record changes most, or has to do with the label that a metric is about.
        """
        often = Counter(wanted for (wanted, _), _ in pairs)
        rare = sorted(self.names, key=lambda name: (often[name], name))[:_RAREST]
        chosen = list(dict.fromkeys([*([label] if label else []), *rare]))
        amiss = [(wanted, answer) for wanted in chosen for answer in [*chosen, ""] if answer != wanted]
        lost = [((wanted, answer), (wanted, wanted)) for wanted, answer in amiss]
        return [*lost, *((right, wrong) for wrong, right in lost)]


def precision(label: str, pairs: Sequence[Labelled], weights: Sequence[float]) -> float:
    """Return the share of answers of a label that are right; 0 if it was never answered."""
    return _share(weights, (answer == label for _, answer in pairs), (_is_right(pair) for pair in pairs))


def recall(label: str, pairs: Sequence[Labelled], weights: Sequence[float]) -> float:
    """Return the share of records of a label that were recognised; 0 if there are none."""
    return _share(weights, (wanted == label for wanted, _ in pairs), (_is_right(pair) for pair in pairs))


def macro_f1(pairs: Sequence[Labelled], weights: Sequence[float]) -> float:
    """Return the mean F1 of the labels that are wanted or answered; an answer that is no label counts against one."""
    each = _f1_of_all(pairs, weights)
    return sum(each.values()) / len(each)


def label_table(pairs: Sequence[Labelled]) -> dict[str, dict[str, float]]:
    """Return precision, recall and F1 of each label that is wanted or answered, and how many records want it."""
    weights = [1.0] * len(pairs)
    wanted = Counter(label for label, _ in pairs)
    return {
        label: {
            "precision": precision(label, pairs, weights),
            "recall": recall(label, pairs, weights),
            "f1": value,
            "records": wanted[label],
        }
        for label, value in sorted(_f1_of_all(pairs, weights).items())
    }


def _f1_of_all(pairs: Sequence[Labelled], weights: Sequence[float]) -> dict[str, float]:
    right: defaultdict[str, float] = defaultdict(float)
    either: defaultdict[str, float] = defaultdict(float)
    for (wanted, answer), weight in zip(pairs, weights, strict=True):
        either[wanted] += weight
        if answer:
            either[answer] += weight
        if _is_right((wanted, answer)):
            right[wanted] += weight
    return {label: 2 * right[label] / total for label, total in either.items()}


def _share(weights: Sequence[float], chosen: Iterable[bool], right: Iterable[bool]) -> float:
    total = hits = 0.0
    for weight, is_chosen, is_right in zip(weights, chosen, right, strict=True):
        if is_chosen:
            total += weight
            hits += weight * is_right
    return hits / total if total else 0.0


def _is_right(pair: Labelled) -> bool:
    wanted, answered = pair
    return bool(answered) and wanted == answered
