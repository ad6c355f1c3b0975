"""The manifest's one way of being written, and how it is read back: whole, typed, or not at all."""

import json
from typing import Any

import pytest

from finetuning import manifest
from finetuning.manifest import Evaluation, Job, Judgement, ManifestError, Metric
from tests.fakes.manifests import made

#: Written down, so that a change of the form is noticed: it would make every signed manifest unreadable.
GOLDEN = "d4a5330a79d584bd48015f8020498f01a33e4890bf7f331fff4198effc0cb954"


def written(**changes: Any) -> bytes:
    return manifest.canonical(made(**changes).document())


def evaluated(**metrics: Metric) -> Evaluation:
    return Evaluation("0123", "s3://output/evaluation.json", "f" * 64, metrics)


def test_bytes_do_not_depend_on_the_order_in_which_things_are_known():
    """Keys are sorted at every depth."""
    hyperparameters = {"learningRate": "0.001", "epochCount": "2"}
    other = dict(reversed(hyperparameters.items()))
    assert list(hyperparameters) != list(other)
    assert written(hyperparameters=hyperparameters) == written(hyperparameters=other)
    document = made().document()
    assert manifest.canonical(dict(reversed(document.items()))) == manifest.canonical(document)


@pytest.mark.parametrize(
    ("one", "other"), [("0.1", "1e-1"), ("100.0", "1E2"), ("0.30000000000000004", "0.300000000000000040000")]
)
def test_a_number_has_one_form(one, other):
    """However its author spelt it."""
    texts = [manifest.canonical({"value": json.loads(number)}) for number in (one, other)]
    assert texts[0] == texts[1]


def test_a_metric_that_is_whole_is_written_as_a_number_with_a_fraction():
    """One file says 1, the other 1.0: the manifests are the same."""
    text = written(evaluation=evaluated(exact=Metric(1.0, 40)))
    assert manifest.canonical(manifest.read(text.replace(b'"value":1.0', b'"value":1')).document()) == text


def test_text_is_utf_8_as_it_was_given():
    """Nothing is escaped, and nothing is normalised: another sequence of characters is another manifest."""
    text = written(approved_by="Zoë 李 🚀")
    assert "Zoë 李 🚀".encode() in text
    assert manifest.read(text).approved_by == "Zoë 李 🚀"
    assert written(approved_by="\u00e9") != written(approved_by="e\u0301")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_has_no_canonical_form_is_refused(value):
    """It would not be read back as it was."""
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        manifest.canonical({"value": value})


def test_written_form_never_changes():
    """Signed manifests outlive this release."""
    assert manifest.digest(written()) == GOLDEN


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"evaluation": None, "verdict": None, "curve": None, "epochs": (), "files": ()},
        {"verdict": Judgement(False, "enabled", ("rouge_l is 0.2", "too few records")), "job": Job("", "")},
    ],
)
def test_what_is_read_is_what_was_written(changes):
    """Each field in its type."""
    assert manifest.read(written(**changes)) == made(**changes)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"schema": 2}, "schema: is 2, and this release knows schema 1 only"),
        ({"schema": True}, "schema: is True"),
        ({"schema": "1"}, "schema: is '1'"),
        ({"model": 3}, "model: must be a string, got 3"),
        ({"epochs": [{"epoch": True, "training_loss": 1, "validation_loss": None}]}, "epochs[0].epoch: must be an int"),
        ({"hyperparameters": {"epochCount": 2}}, "hyperparameters.epochCount: must be a string, got 2"),
        ({"verdict": {"passed": "yes", "mode": "enabled"}}, "verdict.passed: must be true or false, got 'yes'"),
        ({"approvers": []}, "approvers: unknown field"),
        ({"files": {}}, "files: must be a list"),
        ({"job": None}, "job: must be an object, got None"),
    ],
)
def test_another_document_is_refused(change, problem):
    """What is not understood is not vouched for."""
    with pytest.raises(ManifestError) as refusal:
        manifest.read(json.dumps(made().document() | change))
    assert problem in str(refusal.value)


def test_a_number_too_large_for_a_float_is_refused():
    """It is JSON, and would come back as an infinity."""
    with pytest.raises(ManifestError, match=r"epochs\[0\].training_loss: must be a number, got inf"):
        manifest.read(written().replace(b'"training_loss":1.5', b'"training_loss":1e999'))


def test_all_problems_are_told_at_once():
    """Also what is missing."""
    document = made().document() | {"model": None, "region": 1}
    del document["account"]
    with pytest.raises(ManifestError) as refusal:
        manifest.read(json.dumps(document))
    assert [problem.path for problem in refusal.value.problems] == ["account", "region", "model"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not JSON"),
        (b"\xff", "is not JSON"),
        ("[]", "must be a JSON object"),
        ('{"schema": 1, "schema": 1}', "key 'schema' is given twice"),
        ('{"schema": NaN}', "NaN is not a JSON number"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_what_is_no_document_is_refused(text, problem):
    """Never with a traceback."""
    with pytest.raises(ManifestError) as refusal:
        manifest.read(text)
    assert problem in str(refusal.value)


def test_differences_are_told_by_field():
    """Metrics and list entries each for themselves; equal manifests have none."""
    one = made()
    assert manifest.differences(one, made()) == ()
    other = made(
        hyperparameters={"epochCount": "3"},
        evaluation=evaluated(rouge_l=Metric(0.8, 40), exact_match=Metric(0.5, 40)),
        epochs=one.epochs[:1],
    )
    assert [(change.path, change.one, change.other) for change in manifest.differences(one, other)] == [
        ("hyperparameters.epochCount", "2", "3"),
        ("epochs[1].epoch", 2, None),
        ("epochs[1].training_loss", 0.75, None),
        ("epochs[1].validation_loss", 1.0, None),
        ("evaluation.metrics.rouge_l.value", 0.75, 0.8),
        ("evaluation.metrics.exact_match.value", None, 0.5),
        ("evaluation.metrics.exact_match.records", None, 40),
    ]


def test_difference_of_a_missing_section_names_its_fields():
    """It is not one value of which nobody sees what it was."""
    paths = [change.path for change in manifest.differences(made(verdict=None), made())]
    assert paths == ["verdict.passed", "verdict.mode", "verdict.reasons"]


def test_signature_is_read_as_it_was_written():
    """Bytes travel as base64."""
    signature = manifest.Signature("key", manifest.ALGORITHM, b"\x00\xff")
    assert manifest.read_signature(signature.document()) == signature


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"algorithm": "RSASSA_PSS_SHA_256"}, "signature.algorithm: must be ECDSA_SHA_256"),
        ({"signature": "not base64!"}, "signature.signature: must be base64"),
        ({"signature": None, "key_arn": 1}, "signature.key_arn: must be a string, got 1"),
    ],
)
def test_another_signature_is_refused(change, problem):
    """Only one that KMS can be asked about."""
    document = manifest.Signature("key", manifest.ALGORITHM, b"1").document()
    with pytest.raises(ManifestError, match="signature") as refusal:
        manifest.read_signature(document | change)
    assert problem in str(refusal.value)
