"""How a customization job runs and ends."""

import json
from typing import Any

import pytest

from finetuning import metrics
from tests.local.bedrock.errors import refused
from tests.local.bedrock.fakes import ROLE
from tests.local.bedrock.world import SAMPLE, World, as_messages


def phases(world: World, arn: str) -> list[str]:
    """Status of validation, data processing and training."""
    details = world.job(arn)["statusDetails"]
    return [details[name]["status"] for name in ("validationDetails", "dataProcessingDetails", "trainingDetails")]


def sample_records() -> list[Any]:
    """The sample's training records."""
    return [as_messages(json.loads(line)) for line in (SAMPLE / "training.jsonl").read_text().splitlines()]


def test_job_goes_through_its_phases_and_completes(world: World) -> None:
    """Validation takes 3 simulated minutes, data processing 5, training more than half an hour."""
    arn = world.start_job()

    assert phases(world, arn) == ["InProgress", "NotStarted", "NotStarted"]
    world.clock.advance(minutes=3)
    assert phases(world, arn) == ["Completed", "InProgress", "NotStarted"]
    world.clock.advance(minutes=5)
    assert phases(world, arn) == ["Completed", "Completed", "InProgress"]
    world.clock.advance(minutes=30)
    assert world.job(arn)["status"] == "InProgress"
    assert "outputModelArn" not in world.job(arn)
    world.clock.advance(minutes=30)
    assert world.job(arn)["status"] == "Completed"
    assert phases(world, arn) == ["Completed", "Completed", "Completed"]


def test_completed_job_has_a_model_with_its_metrics(world: World) -> None:
    """Model and job tell the same losses."""
    job = world.job(world.start_job(hyperParameters={"epochCount": "2"}))
    world.clock.advance(hours=2)
    job = world.job(job["jobArn"])
    model = world.bedrock.get_custom_model(modelIdentifier=job["outputModelArn"])

    assert model["modelName"] == job["outputModelName"]
    assert model["modelStatus"] == "Active"
    assert model["trainingMetrics"] == job["trainingMetrics"]
    assert model["validationMetrics"] == job["validationMetrics"]


def test_artifacts_lie_where_the_real_service_puts_them(world: World) -> None:
    """The job's folder, the two files, and the columns of a real Haiku job; finetuning.metrics parses them."""
    arn = world.start_job(hyperParameters={"epochCount": "10"})
    world.clock.advance(hours=2)
    folder = f"here/model-customization-job-{arn.split('/')[-1]}"
    written = {
        key: content.decode() for (bucket, key), content in world.neighbours.objects.items() if bucket == "output"
    }

    assert set(written) == {
        "here/.write_access_check_file.tmp",
        f"{folder}/training_artifacts/step_wise_training_metrics.csv",
        f"{folder}/validation_artifacts/post_fine_tuning_validation/validation/validation_metrics.csv",
    }
    training, validation = (
        next(text for key, text in written.items() if key.endswith(name))
        for name in ("step_wise_training_metrics.csv", "/validation_metrics.csv")
    )
    assert training.splitlines()[0] == "step_number,epoch_number,training_loss"
    assert validation.splitlines()[0] == "step_number,epoch_number,validation_loss"
    summary = metrics.summarize(metrics.parse_training(training), metrics.parse_validation(validation))
    assert len(summary.epochs) < 10
    assert world.job(arn)["validationMetrics"] == [{"validationLoss": summary.best_validation_loss}]


def test_files_of_other_providers_have_a_perplexity(world: World) -> None:
    """The User Guide lists the column that the files of Haiku lack; the layout without validation has one file."""
    world.trained_nova_model()
    files = {key: text for (bucket, key), text in world.neighbours.objects.items() if key.endswith(".csv")}

    assert [text.decode().splitlines()[0] for text in files.values()] == [
        "step_number,epoch_number,training_loss,perplexity"
    ]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([{"messages": "no"}], "Unable to parse Amazon S3 file: bad.jsonl. Data files must conform to JSONL format."),
        ([{"messages": [{"role": "user", "content": "a"}]}], "must conform to JSONL format."),
        ([{"messages": [{"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}]}], "JSONL format."),
        (
            [{"messages": [{"role": "user", "content": "x" * 99_000}, {"role": "assistant", "content": "y"}]}],
            "Maximum input token count 33000 exceeds limit of 32000",
        ),
        (
            [{"messages": [{"role": "user", "content": "a\nHuman: b"}, {"role": "assistant", "content": "y"}]}],
            "Reserved keyword",
        ),
        ([], "The training dataset has 31 records. It must have between 32 and 10000."),
    ],
)
def test_bad_record_fails_the_job_with_its_message(world: World, records: list[Any], expected: str) -> None:
    """What only the running job can find out ends it as Failed; nothing was trained."""
    world.put_dataset("bad.jsonl", [*sample_records()[:31], *records])
    arn = world.start_job(trainingDataConfig={"s3Uri": "s3://data/bad.jsonl"})

    world.clock.advance(minutes=3)

    job = world.job(arn)
    assert (job["status"], phases(world, arn)[0]) == ("Failed", "Failed")
    assert expected in job["failureMessage"]
    assert "outputModelArn" not in job
    assert world.bedrock.list_custom_models()["modelSummaries"] == []


def test_data_that_vanishes_after_the_request_fails_the_job(world: World) -> None:
    """The role is asked again when the data is read."""
    arn = world.start_job()
    del world.neighbours.objects["data", "training.jsonl"]

    world.clock.advance(minutes=3)

    assert "Could not validate GetObject permissions" in world.job(arn)["failureMessage"]


def test_output_that_cannot_be_written_at_the_end_fails_the_job(world: World) -> None:
    """A job without artifacts has no model."""
    arn = world.start_job()
    world.neighbours.unwritable.add("output")

    world.clock.advance(hours=2)

    assert world.job(arn)["status"] == "Failed"
    assert "Could not validate PutObject permissions" in world.job(arn)["failureMessage"]


def test_defect_of_the_service_fails_the_job_in_the_real_words(world: World) -> None:
    """A job never hangs because something unexpected happened."""
    arn = world.start_job()
    world.neighbours.objects["data", "training.jsonl"] = None  # type: ignore[assignment] # what S3 never returns

    world.clock.advance(minutes=3)

    assert world.job(arn)["failureMessage"] == (
        "Encountered an unexpected error when processing the request, please try again"
    )


@pytest.mark.parametrize("minutes", [0, 4, 20])
def test_stopped_job_goes_through_stopping_and_leaves_no_model(world: World, minutes: int) -> None:
    """In whatever phase it was; the name stays, the model does not come."""
    arn = world.start_job()
    world.clock.advance(minutes=minutes)

    world.bedrock.stop_model_customization_job(jobIdentifier=arn)

    assert world.job(arn)["status"] == "Stopping"
    assert "Stopping" in phases(world, arn)
    world.clock.advance(hours=5)
    assert world.job(arn)["status"] == "Stopped"
    assert "Stopped" in phases(world, arn)
    assert world.bedrock.list_custom_models()["modelSummaries"] == []


def test_job_being_stopped_does_not_fail_of_what_it_would_have_found(world: World) -> None:
    """Its remaining steps are not taken."""
    world.put_dataset("bad.jsonl", [{}])
    arn = world.start_job(trainingDataConfig={"s3Uri": "s3://data/bad.jsonl"})
    world.clock.advance(minutes=2)

    world.bedrock.stop_model_customization_job(jobIdentifier=arn)
    world.clock.advance(hours=1)

    assert world.job(arn)["status"] == "Stopped"


def test_only_a_job_in_progress_can_be_stopped(world: World) -> None:
    """Stopping twice, or after the end, is a conflict."""
    arn = world.start_job()
    world.bedrock.stop_model_customization_job(jobIdentifier=arn)

    assert "Stopping" in refused("ConflictException", world.bedrock.stop_model_customization_job, jobIdentifier=arn)
    world.clock.advance(hours=1)
    assert "Stopped" in refused("ConflictException", world.bedrock.stop_model_customization_job, jobIdentifier=arn)


def test_third_job_waits_until_one_of_two_ends(world: World) -> None:
    """It is in progress, but none of its phases has started."""
    first, second, third = (world.start_job() for _ in range(3))
    world.clock.advance(minutes=10)

    assert phases(world, second) == ["Completed", "Completed", "InProgress"]
    assert (world.job(third)["status"], phases(world, third)) == ("InProgress", ["NotStarted"] * 3)
    world.bedrock.stop_model_customization_job(jobIdentifier=first)
    world.clock.advance(minutes=2)
    assert phases(world, third) == ["InProgress", "NotStarted", "NotStarted"]
    world.clock.advance(hours=2)
    assert world.job(third)["status"] == "Completed"


def test_waiting_job_can_be_stopped(world: World) -> None:
    """It never starts."""
    _, _, third = (world.start_job() for _ in range(3))

    world.bedrock.stop_model_customization_job(jobIdentifier=third)
    world.clock.advance(hours=3)

    assert (world.job(third)["status"], phases(world, third)) == ("Stopped", ["NotStarted"] * 3)


def test_each_change_of_status_is_an_event(world: World) -> None:
    """The status is jobStatus, and the resource is the job."""
    arn = world.start_job(jobName="observed")
    world.clock.advance(hours=2)
    world.put_dataset("bad.jsonl", [{}])
    failed = world.start_job(trainingDataConfig={"s3Uri": "s3://data/bad.jsonl"})
    world.clock.advance(hours=2)

    told = [(kind, detail["jobStatus"], resources) for kind, detail, resources in world.neighbours.events]
    kind = "Model Customization Job State Change"
    assert told == [
        (kind, "InProgress", [arn]),
        (kind, "Completed", [arn]),
        (kind, "InProgress", [failed]),
        (kind, "Failed", [failed]),
    ]
    completed, failure = world.neighbours.events[1][1], world.neighbours.events[3][1]
    assert completed["jobName"] == "observed"
    assert completed["roleArn"] == ROLE
    assert completed["outputModelArn"] == world.job(arn)["outputModelArn"]
    assert completed["trainingDataConfig"] == {"s3Uri": "s3://data/training.jsonl"}
    assert "JSONL format" in failure["failureMessage"]
