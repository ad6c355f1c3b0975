"""Metrics of a classification; `test_evaluation_peers` holds them to scikit-learn's."""

from finetuning.evaluation.metrics.labels import Labels, macro_f1
from finetuning.evaluation.settings import EvaluationSettings
from tests.unit.finetuning.evaluation.judged_answers import case, records


def test_labels_are_read_from_answers():
    """Case and a full stop do not matter; words around a label do."""
    labels = Labels.of(EvaluationSettings("classification"), records(["Billing", "returns", "billing "]))
    assert labels.names == ("Billing", "returns")
    found = [labels.labelled(case(text, "billing"))[1] for text in ("BILLING.", "Label: billing", "other")]
    assert found == ["Billing", "", ""]


def test_reference_beyond_the_labels_is_an_error_of_every_answer():
    """A forgotten label lowers the score instead of going unseen."""
    labels = Labels(["billing"])
    pair = labels.labelled(case("spam", "spam"))
    assert pair == ("spam", "")
    assert macro_f1([pair, ("billing", "billing")], [1.0, 1.0]) == 0.5


def test_each_label_has_metrics():
    metrics = {metric.name: metric for metric in Labels(["a", "b"]).metrics()}
    assert list(metrics) == ["accuracy", "macro_f1", "precision.a", "recall.a", "precision.b", "recall.b"]
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "")]
    found = {name: metric.value(pairs) for name, metric in metrics.items() if "." in name}
    assert found == {"precision.a": 1.0, "recall.a": 0.5, "precision.b": 0.5, "recall.b": 0.5}


def test_answers_that_are_no_label_are_never_right():
    """Not even where the reference is as little; and a label may be of signs alone."""
    accuracy = Labels([""]).metrics()[0]
    assert accuracy.contribution(case("", "")) == 0
    stars = Labels(["*", "**"])
    assert [stars.labelled(case(text, "*"))[1] for text in ("*", "**", ".")] == ["*", "**", ""]
