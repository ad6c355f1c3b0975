"""The dataset function reads exactly what a model is made of, and deletes nothing that a job may read."""

from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.synthesis import ACCOUNT, Synthesis
from tests.infrastructure.template import as_list, statement_with, statements


def test_dataset_function_reads_exactly_the_sources_of_a_model(dev: Synthesis) -> None:
    """The files are named one by one, in the model's own stack: nothing of them is in the Control stack."""
    (read, listed) = [s for _, s in statements(dev.resources("Model-faq"))]
    dataset = next(iter(dev.resources("Model-faq", "Custom::BedrockTrainingDataset").values()))["Properties"]
    sources = sorted(dataset[split].replace("s3://", "arn:aws:s3:::") for split in ("Training", "Validation", "Test"))
    assert read["Action"] == ["s3:GetObject", "s3:GetObjectVersion"]
    assert sorted(read["Resource"]) == sources
    assert listed["Action"] == "s3:ListBucket"
    assert listed["Resource"] == sources[0].rpartition("/")[0]
    assert sorted(listed["Condition"]["StringEquals"]["s3:prefix"]) == [s.rpartition("/")[2] for s in sources]


def test_dataset_function_deletes_only_what_nothing_refers_to(each: Synthesis) -> None:
    """What a job may read stays: the function may write it, and delete nothing outside `incoming/`."""
    control = each.resources("Control")
    may = {
        action: sorted(
            str(s["Resource"]["Fn::Join"][1][-1])
            for s in statement_with(control, "TrainingDatasetFunction", action)
            if "Fn::Join" in s["Resource"]
        )
        for action in ("s3:DeleteObjectVersion", "s3:GetObjectVersion", "s3:GetObject", "s3:PutObject")
    }
    assert may == {
        "s3:DeleteObjectVersion": ["/incoming/*"],
        "s3:GetObjectVersion": ["/incoming/*"],
        "s3:GetObject": ["/datasets/*"],
        "s3:PutObject": ["/datasets/*", "/incoming/*", "/reports/*"],
    }


def test_key_of_the_sources_is_used_to_read_only(synthesize: Synthesize) -> None:
    """Exactly the key that the configuration names, through S3 only; without one there is no such right."""
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
    files = {f"training.dataset.{split}": f"s3://data/{split}.jsonl" for split in ("training", "validation")}
    named = synthesize("dev", **files, **{"training.dataset.key_arn": key})
    granted = [s for _, s in statements(named.resources("Model-faq")) if s["Action"] == "kms:Decrypt"]
    condition = {"StringEquals": {"kms:ViaService": ["s3.us-east-1.amazonaws.com"]}}
    assert granted == [{"Action": "kms:Decrypt", "Condition": condition, "Effect": "Allow", "Resource": key}]


def test_media_are_read_below_the_configured_folder_only(synthesize: Synthesize) -> None:
    """Which objects the examples name is not known at synth."""
    named = synthesize("dev", **{"training.dataset.media": "s3://pictures/faq/"})
    read = [s["Resource"] for _, s in statements(named.resources("Model-faq")) if "s3:GetObject" in s["Action"]]
    assert "arn:aws:s3:::pictures/faq/*" in {resource for found in read for resource in as_list(found)}
    listed = [s for _, s in statements(named.resources("Model-faq")) if s["Resource"] == "arn:aws:s3:::pictures"]
    owned = {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}
    assert [s["Condition"] for s in listed] == [{"StringLike": {"s3:prefix": "faq/*"}, **owned}]
