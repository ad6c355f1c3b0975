"""A dataset that a manifest names: the very same files, or nothing is staged and no job is started."""

from hashlib import sha256
from typing import Any

import pytest

from lambdas.training_dataset.resource import DatasetRefusedError
from tests.unit.lambdas.test_training_dataset import (
    TEST,
    TRAINING,
    VALIDATION,
    a_dataset,
    a_dataset_request,
    a_storage,
    converted,
    records,
)

SPLITS = {"training": records(40), "validation": records(32, "other"), "test": records(10, "third")}
DIGESTS = {split: sha256(converted(lines)).hexdigest() for split, lines in SPLITS.items()}
GIVEN = {"Validation": VALIDATION, "Test": TEST}
ANOTHER = "f" * 64


def refusal(expected: dict[str, str], **changes: Any) -> str:
    """What is said to a dataset of three files that should have these digests."""
    storage = a_storage(**SPLITS)
    given = {name: uri for name, uri in {**GIVEN, **changes}.items() if uri}
    with pytest.raises(DatasetRefusedError) as refused:
        a_dataset(storage).apply(a_dataset_request(ExpectedDigests=expected, **given))
    assert not [uri for uri in storage.written if "/datasets/" in uri]
    assert str(refused.value).startswith("no file was staged and no job was started: ")
    return str(refused.value)


def test_the_same_files_are_staged() -> None:
    """The digests are those of the staged copies."""
    answer = a_dataset(a_storage(**SPLITS)).apply(a_dataset_request(ExpectedDigests=DIGESTS, **GIVEN))
    assert answer.attributes["TrainingDigest"] == DIGESTS["training"]


@pytest.mark.parametrize(("split", "uri"), [("training", TRAINING), ("validation", VALIDATION), ("test", TEST)])
def test_another_file_is_refused_with_both_digests(split: str, uri: str) -> None:
    """Which one, what it should be, and what to do."""
    assert refusal({**DIGESTS, split: ANOTHER}).endswith(
        f"{split}: {uri} has, as it is staged, SHA-256 {DIGESTS[split]}, the manifest's model had {ANOTHER}; give the "
        "very file that was trained on, with its version, or promote another manifest"
    )


def test_all_files_are_compared() -> None:
    """Nobody mends one to meet the next."""
    said = refusal(dict.fromkeys(DIGESTS, ANOTHER))
    assert [split for split in DIGESTS if f"{split}: s3://" in said] == list(DIGESTS)


def test_missing_file_is_refused() -> None:
    """Early stopping goes by the validation dataset."""
    said = refusal(DIGESTS, Validation="")
    assert (
        f"validation: the manifest's model had a file with SHA-256 {DIGESTS['validation']}, and none is given" in said
    )


def test_file_too_many_is_refused() -> None:
    """What the job sees makes another model."""
    said = refusal({"training": DIGESTS["training"]})
    assert f"validation: the manifest's model had none, and {VALIDATION} is given; remove it" in said


def test_test_dataset_alone_does_not_matter_if_the_manifest_has_none() -> None:
    """The job never sees it."""
    expected = {split: digest for split, digest in DIGESTS.items() if split != "test"}
    a_dataset(a_storage(**SPLITS)).apply(a_dataset_request(ExpectedDigests=expected, **GIVEN))


def test_without_a_manifest_any_data_will_do() -> None:
    """As ever."""
    a_dataset(a_storage(**SPLITS)).apply(a_dataset_request(**GIVEN))
