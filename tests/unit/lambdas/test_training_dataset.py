"""The training dataset resource: everything is checked before anything is staged, under its own digest."""

import json
from hashlib import sha256
from typing import Any

import pytest

from lambdas.gateways.storage import ObjectDeniedError, ObjectUnreadableError
from lambdas.settings import TrainingDatasetSettings
from lambdas.training_dataset.resource import DatasetRefusedError, TrainingDataset
from tests.fakes.cloudformation import a_request
from tests.fakes.storage import FakeStorage
from tests.unit.lambdas.story import HAIKU, KEY, NOVA_LITE

READER = "arn:aws:iam::111122223333:role/finetuning/dev/sources/faq"
TRAINING, VALIDATION, TEST = (f"s3://source/{split}.jsonl" for split in ("training", "validation", "test"))


def records(count: int, name: str = "record") -> list[str]:
    """Good records that differ from each other."""
    return [json.dumps({"prompt": f"{name} {i}?", "completion": f"{i}."}) for i in range(count)]


def a_storage(**splits: list[str]) -> FakeStorage:
    """A source bucket with these files."""
    files = {f"s3://source/{split}.jsonl": "\n".join(lines).encode() for split, lines in splits.items()}
    return FakeStorage(files)


def a_dataset(storage: FakeStorage, remaining: float = 900, reader: FakeStorage | None = None) -> TrainingDataset:
    """The resource over this storage; the role that reads the model's files may see another one."""

    def storage_as(role_arn: str, session_name: str) -> FakeStorage:
        assert (role_arn, session_name) == (READER, "faq")
        return reader or storage

    settings = TrainingDatasetSettings("data", KEY)
    return TrainingDataset(
        settings, storage=storage, remaining=lambda: remaining, storage_as=storage_as, pause=lambda seconds: None
    )


def a_dataset_request(**changes: Any) -> Any:
    """A Create with a training file."""
    properties = {"Model": "faq", "BaseModel": HAIKU, "Training": TRAINING, **changes}
    return a_request(properties=properties, logical_id="Dataset")


def report_of(storage: FakeStorage) -> Any:
    """The one report that was written."""
    [uri] = [uri for uri in storage.written if uri.endswith("/report.json")]
    return json.loads(storage.objects[uri])


def codes(text: str) -> list[str]:
    """The codes with which the lines begin."""
    return [line.split()[0] for line in text.splitlines()]


def converted(lines: list[str]) -> bytes:
    """The lines as Claude 3 Haiku is trained on them."""
    pairs = [json.loads(line) for line in lines]
    messages = [
        [{"role": "user", "content": p["prompt"]}, {"role": "assistant", "content": p["completion"]}] for p in pairs
    ]
    return b"".join(json.dumps({"messages": m}, separators=(",", ":")).encode() + b"\n" for m in messages)


def test_files_are_staged_converted_under_their_digests() -> None:
    """The key is the SHA-256 of what is in the object, encrypted with our key, in a bucket of our account."""
    storage = a_storage(training=records(40), validation=records(32, "other"))
    storage.versions[TRAINING] = "v1"
    answer = a_dataset(storage).apply(a_dataset_request(Validation=VALIDATION))
    training, validation = converted(records(40)), converted(records(32, "other"))
    digests = [sha256(content).hexdigest() for content in (training, validation)]
    uris = [
        f"s3://data/datasets/faq/{digests[0]}/training.jsonl",
        f"s3://data/datasets/faq/{digests[1]}/validation.jsonl",
    ]
    assert [storage.objects[uri] for uri in uris] == [training, validation]
    assert storage.staged == uris
    assert set(storage.encryption) == {(KEY, "111122223333")}
    assert storage.under_way == []
    assert not [uri for uri in storage.objects if "/incoming/" in uri]
    tokens = answer.attributes["EstimatedTokens"]
    assert int(tokens) > 0
    assert answer.attributes == {
        "TrainingUri": uris[0],
        "TrainingDigest": digests[0],
        "TrainingRecords": "40",
        "ValidationUri": uris[1],
        "ValidationDigest": digests[1],
        "ValidationRecords": "32",
        "TestUri": "",
        "TestDigest": "",
        "TestRecords": "0",
        "TrainingVersion": "v1",
        "ValidationVersion": "",
        "TestVersion": "",
        "EstimatedTokens": tokens,
        "ReportUri": answer.attributes["ReportUri"],
    }


def test_second_run_uploads_nothing() -> None:
    """Staged copies are immutable: what is there under its digest is right."""
    storage = a_storage(training=records(40))
    first = a_dataset(storage).apply(a_dataset_request())
    second = a_dataset(storage).apply(a_dataset_request())
    assert first == second
    assert len(storage.staged) == 1
    assert storage.under_way == []


def test_bad_line_is_refused_with_line_and_reason_before_anything_is_staged() -> None:
    """The deployment fails, not a paid job."""
    lines = records(40)
    lines[6] = '{"prompt": "x"'
    storage = a_storage(training=lines)
    with pytest.raises(DatasetRefusedError) as refusal:
        a_dataset(storage).apply(a_dataset_request())
    first, second = str(refusal.value).splitlines()
    assert first.startswith("the dataset has 1 error, so no job was started; all of them: s3://data/reports/faq/")
    assert second.startswith("  DS103 training line 7: ")
    assert (storage.staged, storage.under_way) == ([], [])


def test_findings_of_all_files_are_reported_together() -> None:
    """One deployment tells everything that is wrong."""
    bad = '{"prompt": "x"'
    storage = a_storage(training=[*records(40), bad], validation=[bad, *records(32, "v")], test=[*records(3, "t"), bad])
    with pytest.raises(DatasetRefusedError) as refusal:
        a_dataset(storage).apply(a_dataset_request(Validation=VALIDATION, Test=TEST))
    message = str(refusal.value)
    assert message.startswith("the dataset has 3 errors")
    found = report_of(storage)["findings"]
    places = [(finding["file"], finding["line"]) for finding in found if finding["severity"] == "error"]
    assert places == [("training", 41), ("validation", 1), ("test", 4)]
    assert (storage.staged, storage.under_way) == ([], [])


def test_one_finding_of_each_rule_is_said_and_the_others_are_counted() -> None:
    """The answer to CloudFormation is short; a file with one mistake nine times would hide the others."""
    storage = a_storage(training=[*records(40), *["{"] * 9, "[]"])
    with pytest.raises(DatasetRefusedError) as refusal:
        a_dataset(storage).apply(a_dataset_request())
    first, second, third = str(refusal.value).splitlines()
    assert first.startswith("the dataset has 10 errors")
    assert second.startswith("  DS103 training line 41: ")
    assert second.endswith(" (and 8 more)")
    assert third.startswith("  DS104 training line 50: ")


def test_too_few_records_are_refused() -> None:
    """Bedrock needs 32 records to fine-tune Claude 3 Haiku."""
    storage = a_storage(training=records(31))
    with pytest.raises(DatasetRefusedError, match="32"):
        a_dataset(storage).apply(a_dataset_request())


def test_warnings_are_logged_and_keep_nothing_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Nova advises 100 records: 40 are staged, and `ops logs` says what is advised."""
    answer = a_dataset(a_storage(training=records(40))).apply(a_dataset_request(BaseModel=NOVA_LITE))
    assert answer.attributes["TrainingRecords"] == "40"
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [
        (line["message"], line["warnings"], codes(line["first"])) for line in logged if line["level"] == "WARNING"
    ] == [
        (
            "dataset warnings",
            2,
            ["DS504", "DS506"],
        )
    ]


def test_customization_type_decides_what_is_staged() -> None:
    """The same examples become prompts with something to grade by; without the property they are for fine-tuning."""
    storage = a_storage(training=records(120))
    asked = {"BaseModel": "nova-2-lite", "CustomizationType": "REINFORCEMENT_FINE_TUNING"}
    graded = a_dataset(storage).apply(a_dataset_request(**asked))
    first = json.loads(storage.objects[graded.attributes["TrainingUri"]].splitlines()[0])
    assert [message["role"] for message in first["messages"]] == ["user"]
    assert first["reference_answer"]
    with pytest.raises(DatasetRefusedError, match="99 records, Nova 2 Lite needs at least 100"):
        a_dataset(a_storage(training=records(99))).apply(a_dataset_request(**asked))


def test_system_prompt_is_part_of_the_staged_file() -> None:
    """Another system prompt is another digest, and therefore another training."""
    storage = a_storage(training=records(40))
    plain = a_dataset(storage).apply(a_dataset_request())
    prompted = a_dataset(storage).apply(a_dataset_request(SystemPrompt="Answer briefly."))
    assert plain.attributes["TrainingDigest"] != prompted.attributes["TrainingDigest"]
    first = storage.objects[prompted.attributes["TrainingUri"]].splitlines()[0]
    assert json.loads(first)["system"] == "Answer briefly."


def test_missing_file_is_named() -> None:
    """The message has the URI, so that the operator can look."""
    with pytest.raises(ObjectUnreadableError, match=r"cannot read s3://source/training\.jsonl"):
        a_dataset(FakeStorage()).apply(a_dataset_request())


def test_update_keeps_the_physical_id_and_delete_keeps_the_copies() -> None:
    """Models can be traced to their data; the bucket's lifecycle rules expire the copies."""
    storage = a_storage(training=records(40))
    dataset = a_dataset(storage)
    created = dataset.apply(a_dataset_request())
    properties = {"Model": "faq", "BaseModel": HAIKU, "Training": TRAINING, "SystemPrompt": "Be brief."}
    updated = dataset.apply(
        a_request("Update", properties=properties, logical_id="Dataset", physical_id=created.physical_id)
    )
    assert updated.physical_id == created.physical_id
    kept = dict(storage.objects)
    dataset.delete(a_request("Delete", properties=properties, logical_id="Dataset", physical_id=created.physical_id))
    assert storage.objects == kept


def test_right_that_is_not_in_force_yet_is_waited_for() -> None:
    """The right to read the source is created seconds before it is used, and IAM is eventually consistent."""
    storage = a_storage(training=records(40))
    storage.denials = 5
    answer = a_dataset(storage).apply(a_dataset_request())
    assert answer.attributes["TrainingRecords"] == "40"


def test_right_that_is_missing_is_not_waited_for_without_end() -> None:
    """The wait is bounded, and the object is named (fault B03)."""
    storage = a_storage(training=records(40))
    storage.denials = 6
    with pytest.raises(ObjectDeniedError, match=r"cannot read s3://source/training\.jsonl: AccessDenied"):
        a_dataset(storage).apply(a_dataset_request())
    assert storage.written == []


def test_sources_are_read_as_the_models_own_role() -> None:
    """The function's own role may read no source; what is staged, it writes itself."""
    reader, own = a_storage(training=records(40)), FakeStorage()
    answer = a_dataset(own, reader=reader).apply(a_dataset_request(SourcesRole=READER))
    assert own.staged == [answer.attributes["TrainingUri"]]
    assert reader.written == []


def test_role_that_may_not_be_assumed_yet_is_waited_for() -> None:
    """It was created seconds before (fault B03)."""
    storage, refusals = a_storage(training=records(40)), 5

    def storage_as(role_arn: str, session_name: str) -> FakeStorage:
        nonlocal refusals
        if refusals:
            refusals -= 1
            raise ObjectDeniedError(f"cannot assume {role_arn}: AccessDenied")
        return storage

    settings, paused = TrainingDatasetSettings("data", KEY), list[float]()
    dataset = TrainingDataset(
        settings, storage=storage, remaining=lambda: 900, storage_as=storage_as, pause=paused.append
    )
    assert dataset.apply(a_dataset_request(SourcesRole=READER)).attributes["TrainingRecords"] == "40"
    assert sum(paused) == 30


@pytest.mark.parametrize(
    ("owner", "named", "is_read"),
    [
        ("111122223333", {}, True),
        ("999988887777", {"TrainingAccount": "999988887777"}, True),
        ("999988887777", {}, False),
        ("111122223333", {"TrainingAccount": "999988887777"}, False),
    ],
)
def test_bucket_must_belong_to_who_is_named(owner: str, named: dict[str, str], is_read: bool) -> None:
    """The stack's own account if nobody is: a bucket's name can be somebody else's tomorrow."""
    storage = a_storage(training=records(40))
    storage.owners["source"] = owner
    dataset = a_dataset(storage)
    if is_read:
        assert dataset.apply(a_dataset_request(**named)).attributes["TrainingRecords"] == "40"
    else:
        with pytest.raises(ObjectDeniedError, match="Forbidden"):
            dataset.apply(a_dataset_request(**named))
        assert storage.staged == []
