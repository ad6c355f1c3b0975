"""A dataset location that cannot work is refused at synth."""

import os

import pytest

from configuration import dataset_files
from configuration.dataset_files import S3Object, parse_s3

PATH = "environments.dev.models.faq.training.dataset"


def test_missing_file_is_named_with_its_full_path(context, dev, problems_of):
    """The relative path begins at the project's root, which the message shows."""
    dev["training"]["dataset"]["training"] = "datasets/missing.jsonl"
    (problem,) = problems_of(context)
    assert problem == (
        f"{PATH}.training: the dataset file 'datasets/missing.jsonl' does not exist "
        f"({dataset_files.PROJECT_ROOT / 'datasets/missing.jsonl'}); correct the path or give an s3:// URI"
    )


def test_folder_is_no_dataset(context, dev, problems_of):
    """A folder exists, but has no records."""
    dev["training"]["dataset"]["test"] = "datasets"
    assert "the dataset file 'datasets' is a folder" in problems_of(context)[0]


def test_unreadable_file_is_refused(context, dev, problems_of, tmp_path, monkeypatch):
    """A file without the right to read it is found before the deployment."""
    file = tmp_path / "secret.jsonl"
    file.write_text("{}\n")
    # Root may read everything, so the answer of the system is set rather than the file's mode.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    dev["training"]["dataset"] = {"training": str(file)}
    assert problems_of(context) == [
        f"{PATH}.training: the dataset file {str(file)!r} is not readable; chmod u+r {file}"
    ]


def test_large_file_is_refused(context, dev, problems_of, tmp_path):
    """Assets are for samples; 50 MiB is the limit."""
    file = tmp_path / "large.jsonl"
    with file.open("wb") as stream:
        stream.truncate(dataset_files.MAX_ASSET_BYTES + 1)
    dev["training"]["dataset"] = {"training": str(file)}
    (problem,) = problems_of(context)
    assert problem.startswith(f"{PATH}.training: a dataset file may have 50 MiB, ")
    assert problem.endswith("upload it to a versioned bucket and give its s3:// URI")


def test_own_file_is_refused_where_data_is_retained(context, problems_of, tmp_path):
    """Production trains on versioned objects, or on the shipped sample."""
    file = tmp_path / "own.jsonl"
    file.write_text("{}\n")
    context["environments"]["prod"]["models"]["faq"]["training"]["dataset"] = {"training": str(file)}
    (problem,) = problems_of(context | {"env": "prod"})
    assert "takes only the samples in datasets/ from files" in problem


def test_way_out_of_the_samples_folder_is_refused_where_data_is_retained(context, problems_of):
    """`datasets/../` is not in datasets/."""
    dataset = {"training": "datasets/../pyproject.toml"}
    context["environments"]["prod"]["models"]["faq"]["training"]["dataset"] = dataset
    assert "takes only the samples in datasets/" in problems_of(context | {"env": "prod"})[0]


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("s3://bucket/train.jsonl", S3Object("bucket", "train.jsonl", "")),
        (
            "s3://my-bucket/a/b/train.jsonl?versionId=3HL4kqt.x_-",
            S3Object("my-bucket", "a/b/train.jsonl", "3HL4kqt.x_-"),
        ),
    ],
)
def test_s3_uris_are_taken_apart(location, expected):
    """Bucket, key and version."""
    assert parse_s3(location) == expected


@pytest.mark.parametrize(
    "location",
    [
        "s3://bucket",
        "s3://bucket/folder/",
        "s3://bucket/year=2026/train.jsonl",
        "s3://bucket/my file.jsonl",
        "s3://bucket//train.jsonl",
        "s3://Bucket/train.jsonl",
        "s3://bucket/train.jsonl?versionId=",
        "s3://bucket/train.jsonl?version=1",
        "s3://bucket/train.jsonl\n",
        "https://bucket.s3.amazonaws.com/train.jsonl",
    ],
)
def test_uris_that_bedrock_cannot_read_are_refused(context, dev, problems_of, location):
    """Bedrock's own pattern has no spaces and no '='."""
    dev["training"]["dataset"]["training"] = location
    (problem,) = problems_of(context)
    assert problem.startswith(f"{PATH}.training: must be the URI of an object that Bedrock can read")
    assert repr(location) in problem
