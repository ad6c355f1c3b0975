"""The manifest of a generation: from its record and what lies in the output bucket, the same whenever it is made."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest

from finetuning import manifest, metrics
from finetuning.lifecycle import ModelRecord, TrainingGeneration
from finetuning.lifecycle.verdict import EvaluationWanted, Verdict
from finetuning.manifest import Epoch, Evaluation, File, Judgement, Metric
from finetuning.manifest.issuing import Evidence, EvidenceError, manifest_of
from tests.fakes import manifests
from tests.fakes.judging import TRAINING, VALIDATION

RECORD = ModelRecord("finetuning", "dev", "faq")
DOCUMENT = json.dumps(
    {
        "test": {"uri": f"s3://data/datasets/faq/{'c' * 64}/test.jsonl"},
        "gated": {"rouge_l": {"value": 1, "records": 40}, "f1": {"value": None, "records": 0}},
    }
).encode()
URI = "s3://output/evaluations/faq/aaaaaaaaaa-1/0123/evaluation.json"
VERDICT = Verdict("0123", True, "enabled", (), URI, sha256(DOCUMENT).hexdigest(), at=1.0)
GENERATION = TrainingGeneration(
    id=manifests.GENERATION,
    fingerprint="a" * 64,
    attempt=1,
    job_name=manifests.JOB_NAME,
    physical_id="Job-1",
    settings={
        "baseModelIdentifier": "amazon.nova-lite-v1:0:300k",
        "customizationType": "FINE_TUNING",
        "customModelKmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/1",
        "trainingDataConfig": {"s3Uri": f"s3://data/datasets/faq/{'a' * 64}/training.jsonl"},
        "validationDataConfig": {"validators": [{"s3Uri": f"s3://data/datasets/faq/{'b' * 64}/validation.jsonl"}]},
        "hyperParameters": {"epochCount": "2"},
    },
    tags={"team": "ml"},
    job_arn=manifests.JOB_ARN,
    model_arn=manifests.MODEL_ARN,
    status="Completed",
    ended_at=1000.0,
    evaluation=EvaluationWanted(
        "0123", "enabled", {"test_uri": f"s3://data/datasets/faq/{'c' * 64}/test.jsonl"}, 60, own_endpoint=True
    ),
    curve=Verdict("0123", True, "enabled"),
    verdict=VERDICT,
    approved_by="arn:aws:iam::111122223333:user/ada",
)
FILES = (
    ("s3://output/outputs/faq/1/validation_metrics.csv", VALIDATION.encode()),
    ("s3://output/outputs/faq/1/step_wise_training_metrics.csv", TRAINING.encode()),
)
EVIDENCE = Evidence(FILES, DOCUMENT, "e" * 64)


def test_manifest_has_the_whole_lineage():
    """Where it came from, how it went, what was found, and who approved."""
    found = manifest_of(RECORD, GENERATION, EVIDENCE)
    assert (found.account, found.region) == ("111122223333", "us-east-1")
    assert found.job == manifest.Job(manifests.JOB_ARN, manifests.JOB_NAME)
    assert found.data == manifest.Data("a" * 64, "b" * 64, "c" * 64)
    assert found.hyperparameters == {"epochCount": "2"}
    assert found.files == tuple(File(uri, sha256(content).hexdigest()) for uri, content in sorted(FILES))
    assert found.epochs == (Epoch(1, 1.75, 1.6), Epoch(2, 0.9, 1.2))
    assert found.evaluation == Evaluation(
        "0123", URI, VERDICT.digest, {"rouge_l": Metric(1.0, 40), "f1": Metric(None, 0)}
    )
    assert (found.verdict, found.curve) == (Judgement(True, "enabled"), Judgement(True, "enabled"))
    assert found.approved_by.endswith("user/ada")
    assert manifest.read(manifest.canonical(found.document())) == found


def test_same_inputs_give_the_same_bytes():
    """Whatever else the record remembers, and in whatever order the bucket is listed."""
    later = replace(
        GENERATION,
        verdict=replace(VERDICT, at=99.0),
        evaluating_since=5.0,
        ended_at=2000.0,
        tags={"team": "other"},
        settings=dict(reversed(list(GENERATION.settings.items()))),
    )
    one = manifest_of(RECORD, GENERATION, EVIDENCE)
    other = manifest_of(replace(RECORD, version=9, looked_at=7.0), later, EVIDENCE._replace(files=FILES[::-1]))
    assert manifest.canonical(one.document()) == manifest.canonical(other.document())


def test_test_dataset_is_the_one_that_the_model_was_judged_on():
    """A model that serves is not judged again when the configuration names another one."""
    assert GENERATION.evaluation is not None
    other = replace(
        GENERATION.evaluation, id="4567", settings={"test_uri": f"s3://data/datasets/faq/{'d' * 64}/test.jsonl"}
    )
    later = replace(GENERATION, evaluation=other, served=True)
    assert manifest_of(RECORD, later, EVIDENCE).data.test == "c" * 64


@pytest.mark.parametrize("content", [None, b'{"gated": {}}'])
def test_evaluation_that_is_not_what_was_judged_is_refused(content):
    """A manifest over another document would vouch for what nobody saw."""
    with pytest.raises(EvidenceError, match=f"must have SHA-256 {VERDICT.digest}.*python -m ops evaluate"):
        manifest_of(RECORD, GENERATION, EVIDENCE._replace(evaluation=content))


def test_model_that_was_not_judged_has_a_lineage_all_the_same():
    """For `ops models show`; a pin of it is refused."""
    bare = replace(GENERATION, evaluation=None, verdict=None, curve=None, model_arn="", job_arn="")
    found = manifest_of(RECORD, bare, Evidence())
    assert (found.evaluation, found.verdict, found.data.test, found.account) == (None, None, "", "")
    assert manifest.read(manifest.canonical(found.document())) == found


def test_losses_that_cannot_be_read_leave_the_digests():
    """A diverged training has NaN in its file."""
    broken = (FILES[1][0], f"{TRAINING}4,3,nan\n".encode())
    found = manifest_of(RECORD, GENERATION, EVIDENCE._replace(files=(broken,)))
    assert (found.epochs, len(found.files)) == ((), 1)
    assert found.files[0].uri.endswith(metrics.TRAINING_FILE)
