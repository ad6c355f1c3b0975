"""The deploy's door of the data gate: what is refused before it is read, what is reported, and what is left behind."""

import json
from typing import Any

import pytest

from finetuning import catalog
from finetuning.dataset.waivers import WaiverError
from lambdas.gateways.storage import ObjectUnreadableError, S3Head, S3Source
from lambdas.responder import CustomResource, InvalidPropertiesError, respond
from lambdas.responder.answer import MAX_BODY_BYTES
from lambdas.settings import TrainingDatasetSettings
from lambdas.training_dataset import admission
from lambdas.training_dataset.resource import DatasetRefusedError, TrainingDataset
from tests.fakes.stacks import STACK
from tests.fakes.storage import FakeStorage
from tests.unit.lambdas.story import HAIKU, KEY
from tests.unit.lambdas.test_training_dataset import (
    TRAINING,
    VALIDATION,
    a_dataset,
    a_dataset_request,
    a_storage,
    records,
    report_of,
)

BASE_MODEL = catalog.find(HAIKU)
GB = 10**9


@pytest.mark.parametrize(
    ("sizes", "remaining", "refused"),
    [
        ({"training": 0}, 900, ""),
        ({"training": 10 * GB, "validation": 1 * GB}, 890, ""),
        ({"training": 10 * GB, "validation": 1 * GB}, 700, "checking 11.0 GB takes up to 793 s, and this function has"),
        ({"training": 17 * GB}, 890, "checking 17.0 GB takes up to 1193 s, and this function has 890 s left"),
        ({"training": 70 * GB}, 890, "the training file has 70.0 GB, Claude 3 Haiku takes at most 10.7 GB"),
        ({"training": 1, "validation": 7 * GB}, 890, "the validation file has 7.0 GB, Claude 3 Haiku takes at most 1."),
    ],
)
def test_work_that_would_not_fit_is_refused_from_the_sizes(
    sizes: dict[str, int], remaining: float, refused: str
) -> None:
    """Documented sizes fit the function's fifteen minutes; what does not is told the way out."""
    found = list(admission.problems(sizes, BASE_MODEL, remaining))
    assert [problem.startswith(refused) for problem in found] == ([True] if refused else [])


def test_file_that_is_too_large_is_not_read() -> None:
    """Fifteen minutes of reading would end in the same refusal."""
    storage = a_storage(training=records(40))
    storage.sizes[TRAINING] = 30 * GB
    with pytest.raises(DatasetRefusedError, match=r"no file was read .* push the result \(python -m ops data push\)"):
        a_dataset(storage).apply(a_dataset_request())
    assert (storage.written, storage.encryption) == ([], [])


def test_time_left_decides() -> None:
    """A function that was delivered its event late has less."""
    with pytest.raises(DatasetRefusedError, match="this function has 30 s left"):
        a_dataset(a_storage(training=records(40)), remaining=30).apply(a_dataset_request())


def test_check_that_takes_longer_than_promised_is_given_up_in_time() -> None:
    """A function that is ended while it works answers nobody, and the stack waits for its timeout."""
    storage = a_storage(training=records(40), validation=records(32, "v"))
    left = iter([900.0, 100.0, 59.0])
    settings = TrainingDatasetSettings("data", KEY)
    dataset = TrainingDataset(settings, storage=storage, remaining=lambda: next(left, 59.0))
    with pytest.raises(admission.OutOfTimeError, match=r"checking was given up after .* no job was started"):
        dataset.apply(a_dataset_request(Validation=VALIDATION))
    assert (storage.written, storage.under_way) == ([], [])


def test_empty_file_is_refused_with_one_finding_of_its_own() -> None:
    """It holds no record, which is too few."""
    storage = a_storage(training=[])
    with pytest.raises(DatasetRefusedError) as refusal:
        a_dataset(storage).apply(a_dataset_request())
    first, second = str(refusal.value).splitlines()
    assert first.startswith("the dataset has 1 error")
    assert second.startswith("  DS501 training: ")
    assert (storage.staged, storage.under_way) == ([], [])


class ChangingStorage(FakeStorage):
    """Somebody writes the object after it was looked at."""

    def open(self, uri: str | S3Head) -> S3Source:
        """Another object by now."""
        self.objects[TRAINING] += b"\n{}"
        return super().open(uri)


def test_object_that_changes_meanwhile_fails_and_leaves_nothing() -> None:
    """What was checked must be what is trained on."""
    storage = ChangingStorage(a_storage(training=records(40)).objects)
    with pytest.raises(ObjectUnreadableError, match="it was changed"):
        a_dataset(storage).apply(a_dataset_request())
    assert (storage.written, storage.under_way) == ([], [])


class FailingUpload(FakeStorage):
    """Publishing the second split fails."""

    def copy(self, *arguments: Any, **options: Any) -> None:
        """Copy once."""
        if self.staged:
            raise RuntimeError("copying failed")
        super().copy(*arguments, **options)


def test_retry_after_a_failure_finds_the_same_keys() -> None:
    """The first delivery staged one split; the second stages the other, and nothing is left in `incoming/`."""
    storage = FailingUpload(a_storage(training=records(40), validation=records(32, "v")).objects)
    with pytest.raises(RuntimeError):
        a_dataset(storage).apply(a_dataset_request(Validation=VALIDATION))
    assert len(storage.staged) == 1
    assert storage.under_way == []
    again = FakeStorage(storage.objects)
    answer = a_dataset(again).apply(a_dataset_request(Validation=VALIDATION))
    assert again.staged == [answer.attributes["ValidationUri"]]
    assert [uri for uri in again.objects if "/incoming/" in uri] == []


def test_report_stands_in_the_bucket_as_json_and_as_a_page() -> None:
    """Under a digest, so that the same findings have the same address; both say the same."""
    storage = a_storage(training=records(40))
    uri = a_dataset(storage).apply(a_dataset_request()).attributes["ReportUri"]
    assert uri.startswith("s3://data/reports/faq/")
    assert uri.endswith("/report.html")
    page = storage.objects[uri].decode()
    assert page.lower().startswith("<!doctype html>")
    summary = report_of(storage)["summary"]
    assert (summary["ok"], summary["files"][0]["records"]) == (True, 40)
    assert a_dataset(storage).apply(a_dataset_request()).attributes["ReportUri"] == uri


def test_refusal_names_the_report() -> None:
    """All findings stand there; the first ones in the answer."""
    storage = a_storage(training=[*records(40), "{"])
    with pytest.raises(DatasetRefusedError) as refusal:
        a_dataset(storage).apply(a_dataset_request())
    uri = str(refusal.value).splitlines()[0].rpartition(" ")[2]
    assert uri in storage.objects
    assert [f["code"] for f in report_of(storage)["findings"] if f["severity"] == "error"] == ["DS103"]


def test_report_that_cannot_be_written_hides_no_finding(capsys: pytest.CaptureFixture[str]) -> None:
    """The findings are what the operator needs; the log says why there is no report."""
    storage = a_storage(training=[*records(40), "{"])
    storage.is_writable = False
    with pytest.raises(DatasetRefusedError, match="no job was started\n  DS103 training line 41"):
        a_dataset(storage).apply(a_dataset_request())
    assert "report not written" in capsys.readouterr().out


def test_waived_warning_is_in_the_report_and_not_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """With its reason."""
    waivers = {"DS504": "a trial with few records", "DS506": "a trial without validation"}
    storage = a_storage(training=records(40))
    a_dataset(storage).apply(a_dataset_request(Waivers=waivers))
    assert "dataset warnings" not in capsys.readouterr().out
    assert report_of(storage)["summary"]["waivers"] == waivers


def test_waiver_of_a_rule_of_bedrocks_is_refused() -> None:
    """It is checked at synth, and again where it acts."""
    with pytest.raises(WaiverError, match="DS501"):
        a_dataset(a_storage(training=records(40))).apply(a_dataset_request(Waivers={"DS501": "few are enough for us"}))


def test_batch_size_is_compared_with_the_records() -> None:
    """A batch of 256 is more than 40 records."""
    storage = a_storage(training=records(40))
    a_dataset(storage).apply(a_dataset_request(BatchSize="256"))
    assert "DS507" in report_of(storage)["summary"]["counts"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"BatchSize": "many"}, "property BatchSize must be a whole number, got 'many'"),
        ({"Waivers": "DS606"}, "property Waivers must be a map of strings"),
        ({"Format": 3}, "property Format must be a string, got int"),
    ],
)
def test_property_of_another_form_is_refused(changes: dict[str, Any], message: str) -> None:
    """The stack writes none of these; somebody else's template may."""
    with pytest.raises(InvalidPropertiesError, match=message):
        a_dataset(a_storage(training=records(40))).apply(a_dataset_request(**changes))


def test_answer_fits_however_much_is_wrong() -> None:
    """Every rule that a file can break at once, with long names in it."""
    key = "k" * 3000
    broken = [
        "{",
        "[]",
        json.dumps({key: 1}),
        json.dumps({"prompt": "", "completion": "x", key: 2}),
        json.dumps({"prompt": "x\n\nHuman:", "completion": "x"}),
        json.dumps({"prompt": 1, "completion": "x"}),
        '{"prompt": "a", "prompt": "b", "completion": "c"}',
        "",
    ]
    storage = a_storage(training=broken * 30)
    event = {
        "RequestType": "Create",
        "RequestId": "1",
        "StackId": STACK,
        "LogicalResourceId": "Dataset",
        "ResponseURL": "https://bucket/",
        "ResourceProperties": {"Model": "faq", "BaseModel": HAIKU, "Training": TRAINING},
    }
    bodies: list[bytes] = []

    def build() -> CustomResource:
        return a_dataset(storage)

    respond(event, build, send=lambda _, body: bodies.append(body))
    [body] = bodies
    reason = json.loads(body)["Reason"]
    assert len(body) <= MAX_BODY_BYTES
    assert len(reason.splitlines()) == 7
    assert reason.splitlines()[-1].startswith("  and findings of ")
    assert "(cut)" not in reason
