"""B09 to B16: taken names, quotas, and jobs that end at the wrong moment or in an unknown way."""

from collections.abc import Mapping
from typing import Any

from finetuning import names
from tests.simulation.aws.account import ACCOUNT
from tests.simulation.scenarios.life import DAY, HOUR, MINUTE, Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.wanted import ENVIRONMENT, KEY_ARN, MODEL, PROJECT, training_fingerprint

_CREATE = "bedrock.create_model_customization_job"
_OPERATIONS = (
    _CREATE,
    "bedrock.get_model_customization_job",
    "bedrock.list_tags_for_resource",
    "bedrock.get_custom_model",
    "bedrock.create_",
    "bedrock.get_",
)
_IDS: Mapping[str, tuple[str, ...]] = {
    "provisioned": (
        "anthropic.claude-3-haiku-20240307-v1:0:200k",
        "claude-3-haiku",
        "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0:200k",
    ),
    "on_demand": (
        "amazon.nova-lite-v1:0:300k",
        "nova-lite",
        "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k",
    ),
}


@story("B09")
def job_name_is_taken(life: Life) -> None:
    """Names are taken for ever: by a stranger, or by an earlier life of ours, which may be adopted."""
    account, name = life.environment.account, _name(life)
    ours = life.one_of(True, False)
    if ours:
        life.environment.account.bedrock.jobs.next_duration = 3 * DAY
        life.deploy()
        life.destroy()
        life.environment.run_until_quiet()
        account.table.items.clear()
    else:
        account.bedrock.foreign("job", name)
    life.deploy()
    life.expect_success()
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")
    life.expect(life.record.training.current and life.record.training.current.job_name != name, "the name is not new")


@story("B10")
def model_name_is_taken(life: Life) -> None:
    """A stranger's custom model has the name that ours would have."""
    name, root = _name(life), life.environment.account.for_owner(None)
    root.jobs().create(_request(life, "somebody-else", name))
    life.deploy()
    life.expect_success()
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")
    strangers = [c for c in life.environment.account.bedrock.changes if not c.tags.get(names.PROJECT_TAG)]
    life.expect_equal(strangers, [], "what was changed of the stranger")


@story("B11")
def no_room_for_a_job(life: Life) -> None:
    """Two jobs may run and two do: ours waits in the driver and is tried now and then."""
    life.alarms.add("stuck")
    bedrock, waits = life.environment.account.bedrock, life.between(HOUR, 6 * HOUR)
    for number in (1, 2):
        bedrock.foreign("job", f"stranger-{number}")
    life.deploy()
    life.expect_success()
    life.expect_equal(life.bought("job"), [], "what was bought")
    life.run(waits)
    tries = life.calls(_CREATE)
    life.expect(tries <= 3 + waits / (5 * MINUTE), f"{tries} tries in {waits / HOUR:.0f} hours")
    bedrock.set_quota(jobs=3)
    since = life.now
    life.until(lambda: life.bought("job"))
    life.expect(
        life.now - since <= 40 * MINUTE, f"started {(life.now - since) / MINUTE:.0f} minutes after there was room"
    )
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")


@story("B12")
def removed_while_training(life: Life) -> None:
    """A rollback, a replacement or a removal while the job runs: it is stopped, and waited for elsewhere."""
    life.environment.account.bedrock.jobs.next_duration = 3 * DAY
    what = life.one_of("destroy", "replace", "roll back")
    life.deploy(settle=False) if what == "roll back" else life.deploy()
    life.until_training()
    running = life.bought("job")[0].arn
    if what == "replace":
        life.retrain()
    else:
        life.destroy()
    life.expect(life.now < HOUR, "CloudFormation waited for the job")
    if life.environment.account.variants.lag_seconds:
        life.run(5 * MINUTE)  # the job did not show, so the driver stops it
    life.expect_equal([c.arn for c in life.changes("stopped")], [running], "what was stopped")
    if what != "replace":
        life.finish()
        life.expect_nothing_left()


@story("B13", variants={"completes_while_stopping": True})
def completed_while_stopping(life: Life) -> None:
    """The job is asked to stop and completes all the same: its model is deleted."""
    life.deploy()
    life.environment.account.bedrock.jobs.next_duration = None
    ends = life.jobs[0].ends_at if life.jobs else life.now
    life.run(max(0.0, life.one_of(life.between(0.0, ends - life.now), ends - life.now - 60.0)))
    life.destroy()
    life.finish()
    life.expect_nothing_left()
    made = [job for job in life.jobs if job.model_arn]
    life.expect_equal(len(life.changes("deleted", "model")), len(made), "the number of deleted models")


@story("B14", variants={"lag_seconds": 20.0})
def status_is_stale(life: Life) -> None:
    """What reads say is old: around the job's end somebody removes the stack."""
    life.deploy()
    ends = life.jobs[0].ends_at
    life.run(max(0.0, ends - life.now + life.between(-40.0, 40.0)))
    life.destroy()
    life.expect_equal(life.status, "DELETE_COMPLETE", "the stack")
    life.finish()
    life.expect_nothing_left()


@story("B15")
def status_is_unknown(life: Life) -> None:
    """A job, or its model's ARN, is in a state that nobody has heard of: it is waited for, and people are told."""
    bedrock = life.environment.account.bedrock
    bedrock.jobs.next_duration = 2 * HOUR
    life.deploy()
    life.until_training()
    arn = life.jobs[0].arn
    bedrock.future_status(arn, "Archiving")
    life.run(life.between(2 * HOUR, 2 * DAY))
    life.expect_equal(life.bought("endpoint"), [], "what was bought")
    life.expect_equal(len(life.bought("job")), 1, "the number of jobs")
    life.run(1.5 * DAY)
    life.expect_equal(len(life.notices("unknown")), 1, "the number of notices")
    bedrock.future_status(arn, "")
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")


@story("B16")
def base_model_is_named_otherwise(life: Life) -> None:
    """The same base model under another of its names is the same training."""
    forms = _IDS[life.wanted.serving]
    life.deploy()
    if life.one_of(True, False):
        life.until_served()
    for form in life.chance.sample(forms, 2):
        job, endpoint = {**life.wanted.job, "BaseModel": form}, {**life.wanted.endpoint, "BaseModel": form}
        life.expect(life.deploy_template({"Job": job, "Endpoint": endpoint}), "the update failed")
    life.until_served()
    life.finish()
    life.expect_equal([len(life.bought("job")), len(life.bought("endpoint"))], [1, 1], "what was bought")
    life.expect_equal(life.requests("Delete"), [], "what was replaced")


def _name(life: Life) -> str:
    return names.job_name(PROJECT, ENVIRONMENT, MODEL, training_fingerprint(life.wanted.job), 1)


def _request(life: Life, job_name: str, model_name: str) -> dict[str, Any]:
    """A stranger's request."""
    return {
        "jobName": job_name,
        "customModelName": model_name,
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/stranger",
        "baseModelIdentifier": life.wanted.job["BaseModel"],
        "customizationType": "FINE_TUNING",
        "customModelKmsKeyId": KEY_ARN,
        "trainingDataConfig": {"s3Uri": "s3://somebody/data"},
        "outputDataConfig": {"s3Uri": "s3://somebody/out"},
        "hyperParameters": {},
        "jobTags": [],
        "customModelTags": [],
    }
