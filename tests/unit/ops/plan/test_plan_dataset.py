"""The digests of a plan are those that the deployment's own resource stages, whatever the files are like."""

import pytest

from configuration.models import ModelConfiguration
from ops.data.inputs import UnreadableError
from ops.plan import dataset
from tests.fakes.storage import FakeStorage
from tests.unit.lambdas.story import HAIKU, NOVA_LITE
from tests.unit.lambdas.test_training_dataset import (
    TEST,
    TRAINING,
    VALIDATION,
    a_dataset,
    a_dataset_request,
    a_storage,
    records,
)
from tests.unit.lambdas.test_training_dataset_media import FOLDER
from tests.unit.lambdas.test_training_dataset_media import a_storage as a_storage_with_images

ATTRIBUTES = ("TrainingUri", "ValidationUri", "TestUri", "EstimatedTokens")


def a_model(base_model: str, **given: object) -> ModelConfiguration:
    """A model with a dataset in S3."""
    training = {"base_model": base_model, "dataset": {"training": TRAINING, **given}}
    return ModelConfiguration.model_validate({"training": training, "endpoint": {"serving": "none"}})


def planned(monkeypatch: pytest.MonkeyPatch, storage: FakeStorage, model: ModelConfiguration) -> dataset.Staged:
    """What the plan says would be staged, with S3 as the operator sees it."""
    for module in ("ops.data.checking", "ops.plan.dataset"):
        monkeypatch.setattr(f"{module}.default_storage", lambda: storage)
    return dataset.staged("faq", model, "111122223333", "data")


def test_all_splits_are_staged_as_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prompts and completions are converted to messages; the test split is staged and not trained on."""
    storage = a_storage(training=records(40), validation=records(32, "other"), test=records(3, "third"))
    plan = planned(monkeypatch, storage, a_model(HAIKU, validation=VALIDATION, test=TEST))
    answer = a_dataset(storage).apply(a_dataset_request(Validation=VALIDATION, Test=TEST))
    assert plan.properties == {name: answer.attributes[name] for name in ATTRIBUTES}


def test_system_prompt_and_format_count_as_in_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = a_storage(training=records(40))
    model = a_model(NOVA_LITE, system_prompt="Be brief.", format="prompt-completion")
    plan = planned(monkeypatch, storage, model)
    request = a_dataset_request(BaseModel=NOVA_LITE, SystemPrompt="Be brief.", Format="prompt-completion")
    answer = a_dataset(storage).apply(request)
    assert plan.properties == {name: answer.attributes[name] for name in ATTRIBUTES}
    assert plan.properties["ValidationUri"] == ""


def test_images_are_planned_under_the_names_of_their_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The staged records name the copies, so the data bucket and the images' contents decide about the digest too."""
    storage = a_storage_with_images([f"{FOLDER}{number % 10}.png" for number in range(40)])
    model = a_model(NOVA_LITE, media=FOLDER)
    plan = planned(monkeypatch, storage, model)
    answer = a_dataset(storage).apply(a_dataset_request(BaseModel=NOVA_LITE, Media=FOLDER))
    assert plan.properties == {name: answer.attributes[name] for name in ATTRIBUTES}
    storage.objects[f"{FOLDER}3.png"] = b"another picture"
    assert planned(monkeypatch, storage, model).properties["TrainingUri"] != plan.properties["TrainingUri"]


def test_image_that_is_missing_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = a_storage_with_images([f"{FOLDER}{number}.png" for number in range(12)])
    plan = planned(monkeypatch, storage, a_model(NOVA_LITE, media=FOLDER))
    assert [finding.code for finding in plan.report.findings if finding.severity == "error"] == ["DS209", "DS209"]


def test_planning_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = a_storage(training=records(40))
    planned(monkeypatch, storage, a_model(HAIKU))
    assert storage.written == []


def test_file_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableError, match=r"cannot read s3://source/training\.jsonl: NoSuchKey"):
        planned(monkeypatch, FakeStorage(), a_model(HAIKU))
