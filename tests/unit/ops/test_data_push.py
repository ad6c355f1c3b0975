"""`data push`: what is refused before AWS is asked, and that only the bytes that were checked are kept."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from lambdas.gateways.downloads import ObjectUnreadableError, S3Head
from ops import project
from ops.data import pushing
from ops.data.inputs import Input, UnreadableError
from ops.data.uploading import Bucket, File, state_of
from ops.errors import UsageError
from ops.session import Session
from tests.unit.ops.files import lines, write

ACCOUNT, KEY_ARN = "000000000000", "arn:aws:kms:us-west-2:000000000000:key/k"
URI = "s3://data/uploads/faq/training.jsonl"


class Storage:
    """A bucket that keeps versions; something may happen while it receives a file."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.meanwhile = meanwhile
        self.versions: dict[str, S3Head] = {}

    def head(self, uri: str) -> S3Head:
        if not self.versions:
            raise ObjectUnreadableError(f"cannot read {uri}: 404: Not Found")
        return [*self.versions.values()][-1]

    def upload(
        self,
        path: Path,
        bucket: str,
        key: str,
        *,
        key_arn: str,
        account: str,
        digest: str,
        progress: Callable[[int], None],
    ) -> str:
        assert (key_arn, account) == (KEY_ARN, ACCOUNT)
        self.meanwhile()
        content = path.read_bytes()
        progress(len(content))
        version = f"v{len(self.versions) + 1}"
        self.versions[version] = S3Head(
            f"s3://{bucket}/{key}", bucket, key, len(content), version, "", {"sha256": digest}
        )
        return version

    def delete_version(self, bucket: str, key: str, version: str) -> None:
        del self.versions[version]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that was checked."""
    return write(tmp_path / "training.jsonl", lines(40))


def file(path: Path) -> File:
    """The file as it was checked."""
    source = Input(str(path), str(path))
    digest = sha256(path.read_bytes()).hexdigest()
    return File("training", source, "uploads/faq/training.jsonl", digest, state_of(source))


def receive(storage: Storage, checked: File) -> tuple[str, bool]:
    """Push into the bucket; returns the URI and whether bytes were sent."""
    upload = Bucket(storage, "data", KEY_ARN, ACCOUNT).receive(checked)
    return upload.uri, upload.is_new


def test_same_content_is_sent_once(path: Path) -> None:
    storage = Storage()
    assert receive(storage, file(path)) == (f"{URI}?versionId=v1", True)
    assert receive(storage, file(path)) == (f"{URI}?versionId=v1", False)


def test_other_content_of_the_same_size_is_another_version(path: Path) -> None:
    storage = Storage()
    receive(storage, file(path))
    path.write_bytes(path.read_bytes()[::-1])
    assert receive(storage, file(path)) == (f"{URI}?versionId=v2", True)


def test_file_that_changed_since_it_was_checked_is_not_sent(path: Path) -> None:
    storage, checked = Storage(), file(path)
    path.write_bytes(b"{}\n")
    with pytest.raises(UnreadableError, match="changed while it was read"):
        receive(storage, checked)
    assert storage.versions == {}


def test_file_that_changes_while_it_is_sent_is_not_kept(path: Path) -> None:
    """Its digest would be that of other bytes, and the next push would take them for these."""
    storage = Storage(meanwhile=lambda: path.write_bytes(b"{}\n"))
    with pytest.raises(UnreadableError, match="changed while it was read"):
        receive(storage, file(path))
    assert storage.versions == {}


def prepare(**files: str) -> pushing.Wanted:
    """What would be pushed for the local environment."""
    session = Session("finetuning", project.find(project.load(), "local"))
    return pushing.prepare(session, {**dict.fromkeys(("training", "validation", "test")), **files}, None, ())


def test_files_of_cdk_json_are_pushed_when_none_is_named() -> None:
    splits = ("training", "validation", "test")
    assert prepare().files == {split: f"{split}.jsonl" for split in splits}


def test_named_file_is_checked_with_the_others_and_pushed_alone(path: Path) -> None:
    wanted = prepare(training=str(path))
    assert [*wanted.files] == ["training"]
    assert [*wanted.plan.inputs] == ["training", "validation", "test"]


def test_all_that_cannot_be_pushed_is_told_at_once(tmp_path: Path) -> None:
    odd = write(tmp_path / "my data.jsonl", lines(1))
    with pytest.raises(UsageError) as refused:
        prepare(training=str(odd), validation="s3://bucket/key", test="-")
    first, second, third = str(refused.value).splitlines()
    assert first == f"{odd}: Bedrock reads keys of letters, digits and -!_*'(). only, got 'my data.jsonl'; rename it"
    assert second == "s3://bucket/key: only files are uploaded; configure an s3:// URI as it is"
    assert third.startswith("-: only files are uploaded")


def test_what_to_configure_is_printed_exactly(path: Path) -> None:
    upload = Bucket(Storage(), "data", KEY_ARN, ACCOUNT).receive(file(path))
    told = {"summary": {"ok": True, "warnings": 0}, "findings": []}
    text = "\n".join(pushing.lines(prepare(training=str(path)), told, [upload]))
    assert f'environments.local.models.faq.training.dataset:\n  "training": "{URI}?versionId=v1"' in text
    assert f'cdk deploy --all -c env=local -c model=faq -c "training.dataset.training={URI}?versionId=v1"' in text
