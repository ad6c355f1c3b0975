"""Images of a dataset: copied beside the records, which then name the copies; or the dataset is refused."""

import json
from hashlib import sha256

import pytest

from finetuning.dataset import staged_media
from lambdas.training_dataset.resource import DatasetRefusedError
from tests.fakes.storage import FakeStorage
from tests.unit.lambdas.story import NOVA_LITE
from tests.unit.lambdas.test_training_dataset import READER, TRAINING, a_dataset, a_dataset_request, report_of

FOLDER = "s3://pictures/faq/"
WORDS = ("ape", "bee", "cat", "dog", "eel", "fox", "gnu", "hen", "ibis", "jay", "kiwi", "lark", "mole", "newt", "owl")


def a_record(number: int, uri: str) -> str:
    """A question about an image."""
    image = {"format": "png", "source": {"s3Location": {"uri": uri, "bucketOwner": "999988887777"}}}
    name = f"{WORDS[number % 15]} {WORDS[number // 15]}"
    return json.dumps(
        {
            "schemaVersion": "bedrock-conversation-2024",
            "messages": [
                {"role": "user", "content": [{"text": f"Who is it, {name}?"}, {"image": image}]},
                {"role": "assistant", "content": [{"text": f"It is a kind of {name}."}]},
            ],
        }
    )


def a_storage(uris: list[str]) -> FakeStorage:
    """A record for each URI, and the images that are there."""
    lines = [a_record(number, uri) for number, uri in enumerate(uris)]
    images = {f"{FOLDER}{number}.png": f"image {number}".encode() for number in range(10)}
    return FakeStorage({TRAINING: "\n".join(lines).encode(), **images})


def test_images_are_copied_and_the_records_name_the_copies() -> None:
    """Ten images in forty records; each copy's name stands for origin and content, and its owner is this account."""
    storage = a_storage([f"{FOLDER}{number % 10}.png" for number in range(40)])
    answer = a_dataset(storage).apply(a_dataset_request(BaseModel=NOVA_LITE, Media=FOLDER))
    content = storage.objects[answer.attributes["TrainingUri"]]
    assert answer.attributes["TrainingDigest"] == sha256(content).hexdigest()
    locations = [
        json.loads(line)["messages"][0]["content"][1]["image"]["source"]["s3Location"] for line in content.splitlines()
    ]
    assert {location["bucketOwner"] for location in locations} == {"111122223333"}
    assert len({location["uri"] for location in locations}) == 10
    for number, location in enumerate(locations):
        assert location["uri"].startswith("s3://data/datasets/faq/media/")
        assert storage.objects[location["uri"]] == f"image {number % 10}".encode()
    assert len(storage.staged) == 11


@pytest.mark.parametrize(
    ("name", "extension"), [("a.PNG", "png"), ("a", "bin"), ("a.b/c", "bin"), (".hidden", "bin"), ("a.b_c", "bin")]
)
def test_copy_keeps_the_extension_if_it_has_one(name: str, extension: str) -> None:
    """Any name that Bedrock takes makes a key."""
    storage = a_storage([f"{FOLDER}{name}", *(f"{FOLDER}{number % 10}.png" for number in range(39))])
    storage.objects[f"{FOLDER}{name}"] = b"odd"
    a_dataset(storage).apply(a_dataset_request(BaseModel=NOVA_LITE, Media=FOLDER))
    [copy] = [uri for uri in storage.staged if storage.objects[uri] == b"odd"]
    assert copy.endswith(f".{extension}")


def test_images_of_another_account_are_copied_by_who_may_read_them() -> None:
    """S3 copies on behalf of one caller; the bucket must belong to who is named."""
    storage = a_storage([f"{FOLDER}{number % 10}.png" for number in range(40)])
    storage.owners["pictures"] = "999988887777"
    asked = {"BaseModel": NOVA_LITE, "Media": FOLDER, "SourcesRole": READER}
    with pytest.raises(DatasetRefusedError):
        a_dataset(FakeStorage(), reader=storage).apply(a_dataset_request(**asked))
    own = FakeStorage()
    a_dataset(own, reader=storage).apply(a_dataset_request(**asked, MediaAccount="999988887777"))
    assert len(own.staged) == 1
    assert len(storage.staged) == 10
    assert storage.copied_from == {"999988887777"}


def test_second_run_copies_nothing() -> None:
    """What is there under its name is right."""
    storage = a_storage([f"{FOLDER}{number % 10}.png" for number in range(40)])
    first = a_dataset(storage).apply(a_dataset_request(BaseModel=NOVA_LITE, Media=FOLDER))
    before = list(storage.staged)
    assert a_dataset(storage).apply(a_dataset_request(BaseModel=NOVA_LITE, Media=FOLDER)) == first
    assert storage.staged == before


def test_changed_image_is_another_training() -> None:
    """Its record names another copy, so the digest differs."""
    storage = a_storage([f"{FOLDER}{number % 10}.png" for number in range(40)])
    first = a_dataset(storage).apply(a_dataset_request(BaseModel=NOVA_LITE, Media=FOLDER))
    storage.objects[f"{FOLDER}3.png"] = b"another image"
    second = a_dataset(storage).apply(a_dataset_request(BaseModel=NOVA_LITE, Media=FOLDER))
    assert first.attributes["TrainingDigest"] != second.attributes["TrainingDigest"]


@pytest.mark.parametrize(
    ("uri", "folder", "message"),
    [
        (f"{FOLDER}missing.png", FOLDER, "cannot read the object: NoSuchKey"),
        ("s3://pictures/other/1.png", FOLDER, f"object is not below {FOLDER}, which the configuration names"),
        (f"{FOLDER}1.png", "", "media are staged only from where the configuration says; set dataset.media"),
    ],
)
def test_image_that_cannot_be_staged_refuses_the_dataset(uri: str, folder: str, message: str) -> None:
    """Bedrock would say so hours later."""
    storage = a_storage([*[f"{FOLDER}{number % 10}.png" for number in range(40)], uri])
    with pytest.raises(DatasetRefusedError):
        a_dataset(storage).apply(a_dataset_request(BaseModel=NOVA_LITE, Media=folder))
    found = [f for f in report_of(storage)["findings"] if f["severity"] == "error"]
    assert (found[-1]["code"], found[-1]["message"]) == ("DS209", message)
    assert found[-1]["line"] == (41 if folder else 20)
    assert (storage.staged, storage.under_way) == ([], [])


def test_image_that_is_too_large_is_refused() -> None:
    """10 MB for Nova Lite."""
    storage = a_storage([f"{FOLDER}{number % 10}.png" for number in range(40)])
    storage.sizes[f"{FOLDER}7.png"] = 11 * 1024 * 1024
    with pytest.raises(DatasetRefusedError, match="object has 11534336 bytes, Nova Lite takes at most 10485760"):
        a_dataset(storage).apply(a_dataset_request(BaseModel=NOVA_LITE, Media=FOLDER))


def test_batches_lose_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many objects are looked at together."""
    uris = [f"{FOLDER}{number % 10}.png" for number in range(40)]
    digests = set()
    for objects, size in ((200, 4 * 1024 * 1024), (3, 1 << 30), (1000, 100)):
        monkeypatch.setattr(staged_media, "BATCH_OBJECTS", objects)
        monkeypatch.setattr(staged_media, "BATCH_BYTES", size)
        answer = a_dataset(a_storage(uris)).apply(a_dataset_request(BaseModel=NOVA_LITE, Media=FOLDER))
        digests.add(answer.attributes["TrainingDigest"])
    assert len(digests) == 1
