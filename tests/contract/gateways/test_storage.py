"""Objects: written in parts, copied, read as they were seen."""

from dataclasses import replace

import pytest

from lambdas.gateways.storage import ObjectUnreadableError, S3Head
from lambdas.gateways.uploads import PART_BYTES
from tests.contract.gateways.place import Neighbours, Objects, another_name

pytestmark = pytest.mark.xdist_group("gateways")


@pytest.fixture
def objects(neighbours: Neighbours) -> Objects:
    """S3."""
    return neighbours.objects


def written(objects: Objects, key: str, content: bytes) -> str:
    """Write an object in parts; returns its version."""
    upload = objects.storage.begin(objects.bucket, key, key_arn=objects.key_arn, account=objects.account)
    upload.write(content)
    return upload.complete()


def content_of(objects: Objects, key: str) -> bytes:
    """Read an object."""
    with objects.storage.open(f"s3://{objects.bucket}/{key}").stream as stream:
        return stream.read()


def test_object_exists_when_its_last_part_is_complete(objects: Objects) -> None:
    """And says what it is: size, version, ETag."""
    key, content = f"incoming/{another_name()}", b"x" * (PART_BYTES + 5)
    upload = objects.storage.begin(objects.bucket, key, key_arn=objects.key_arn, account=objects.account)
    upload.write(content)
    assert not objects.storage.exists(objects.bucket, key)
    version = upload.complete()
    head = objects.storage.head(f"s3://{objects.bucket}/{key}")
    assert (head.size, head.version) == (len(content), version)
    assert content_of(objects, key) == content


def test_abandoned_object_never_exists(objects: Objects) -> None:
    """Aborting twice is aborting."""
    key = f"incoming/{another_name()}"
    upload = objects.storage.begin(objects.bucket, key, key_arn=objects.key_arn, account=objects.account)
    upload.write(b"some")
    upload.abort()
    upload.abort()
    assert not objects.storage.exists(objects.bucket, key)


def test_version_is_copied_and_deleted_for_good(objects: Objects) -> None:
    """The copy is of exactly this version."""
    key, copy = f"incoming/{another_name()}", f"datasets/{another_name()}"
    version = written(objects, key, b"one")
    later = written(objects, key, b"three")
    source = S3Head(f"s3://{objects.bucket}/{key}", objects.bucket, key, 3, version, "", {})
    objects.storage.copy(source, objects.bucket, copy, key_arn=objects.key_arn, account=objects.account)
    assert content_of(objects, copy) == b"one"
    for gone in (version, later):
        objects.storage.delete_version(objects.bucket, key, gone)
    assert not objects.storage.exists(objects.bucket, key)


def test_object_is_read_as_it_was_seen_or_not_at_all(objects: Objects) -> None:
    """With its version it is still there when another was written; without, it was changed (fault F02)."""
    key = f"incoming/{another_name()}"
    written(objects, key, b"one")
    head = objects.storage.head(f"s3://{objects.bucket}/{key}")
    written(objects, key, b"two")
    with objects.storage.open(head).stream as stream:
        assert stream.read() == b"one"
    with pytest.raises(ObjectUnreadableError, match=r"412|PreconditionFailed"):
        objects.storage.open(replace(head, version=""))


def test_object_that_is_missing_cannot_be_read(objects: Objects) -> None:
    """The message says which (fault B03)."""
    with pytest.raises(ObjectUnreadableError, match=f"cannot read s3://{objects.bucket}/none: 404"):
        objects.storage.head(f"s3://{objects.bucket}/none")


def test_small_object_is_put_at_once(objects: Objects) -> None:
    """A report, over the one before."""
    key = f"reports/{another_name()}"
    for content in (b"{}", b"[]"):
        objects.storage.put(
            content, objects.bucket, key, content_type="application/json", key_arn=objects.key_arn,
            account=objects.account,
        )  # fmt: skip
    assert content_of(objects, key) == b"[]"
