"""B01 to B08: roles and data that are refused, and calls whose answers are lost."""

from collections.abc import Mapping

from finetuning import names
from finetuning.lifecycle.retrying import retry
from tests.simulation.scenarios.life import DAY, HOUR, MINUTE, Life
from tests.simulation.scenarios.scenario import story
from tests.simulation.scenarios.strikes import Make, Strike, late
from tests.simulation.wanted import ROLE_ARN

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


@story("B01")
def role_is_new(life: Life) -> None:
    """Bedrock cannot assume a role that was made a moment ago."""
    life.environment.account.bedrock.jobs.role_ready_at = life.between(0.0, 50.0)
    life.deploy()
    life.expect_success()
    life.expect_answers(life.requests("Create", "Job"), within=2 * MINUTE)
    life.expect(life.calls(_CREATE) <= 6, "too many tries")


@story("B02")
def role_is_wrong(life: Life) -> None:
    """The same message, for ever."""
    jobs = life.environment.account.bedrock.jobs
    jobs.untrusting.add(ROLE_ARN)
    life.deploy()
    life.expect_equal(life.status, "ROLLBACK_COMPLETE", "the stack")
    create = life.requests("Create", "Job")[0]
    life.expect_answers([create], within=3 * MINUTE)
    life.expect("trust" in str(create.outcome and create.outcome.reason), "the reason does not name the trust policy")
    life.expect(life.calls(_CREATE) <= 8, f"{life.calls(_CREATE)} tries")
    life.finish()
    life.expect_nothing_left()


@story("B03")
def data_is_not_readable(life: Life) -> None:
    """S3 or KMS refuses Bedrock at the call: the message is passed on, nothing is tried again and again."""
    text = "Could not access s3://data/datasets/faq: " + life.one_of("Access Denied", "wrong Region", "NoSuchKey")
    life.environment.account.bedrock.refuse_next_job(text, life.one_of("ValidationException", "AccessDeniedException"))
    life.deploy()
    life.expect_equal(life.status, "ROLLBACK_COMPLETE", "the stack")
    create = life.requests("Create", "Job")[0]
    life.expect(text in str(create.outcome and create.outcome.reason), "the reason does not name the object")
    life.expect_answers([create], within=MINUTE)
    life.expect_equal(life.calls(_CREATE), 1, "the number of tries")
    life.expect(life.deploy(), "the repaired data is not taken")
    life.until_served()


@story("B04")
def data_is_found_bad_later(life: Life) -> None:
    """The job ends as Failed hours after it was accepted."""
    text = life.one_of("Your dataset has too many records", "x" * 3000, "Access denied to s3://data")
    life.environment.account.bedrock.fail_next_job(text)
    life.deploy()
    life.finish()
    life.expect_equal(life.endpoints, [], "the endpoints")
    life.expect_equal(life.bought("endpoint"), [], "what was bought for the failed model")
    life.expect_equal(len(life.notices("failed")), 1, "the number of notices")
    life.expect(text[:100] in life.record.problem, f"the registry says {life.record.problem!r}")
    life.environment.operate("retry", retry)
    life.until_served()
    life.finish()
    life.expect(life.serves, "the next attempt does not serve")


@story("B05")
def refused_before_effect(life: Life) -> None:
    """Throttling, a service error or a broken connection: the call never took effect."""
    kind = life.one_of("refused", "lost")
    strike = Strike(
        life.one_of(*_OPERATIONS), kind, by="faq-", first=life.chance.randint(1, 4), times=life.one_of(1, 3)
    )
    life.strike(strike)
    life.deploy()
    life.expect_success()
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")
    life.expect_equal([len(life.bought("job")), len(life.bought("endpoint"))], [1, 1], "what was bought")


@story("B06")
def reply_is_lost(life: Life) -> None:
    """The job was started and nobody heard: by the resource, or by the driver that waited for room."""
    by_driver = life.one_of(True, False)
    if by_driver:
        life.environment.account.bedrock.set_quota(jobs=0)
    strike = Strike(_CREATE, life.one_of("reply lost", "crash after"), by="faq-" if by_driver else "customization_job")
    life.deploy(settle=by_driver)
    life.strike(strike)
    life.environment.account.bedrock.set_quota(jobs=2)
    life.settle()
    if not by_driver and life.status == "ROLLBACK_COMPLETE":
        life.deploy()
    life.expect_success()
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")
    per_generation = [p.tags[names.GENERATION_TAG] for p in life.bought("job")]
    life.expect_equal(len(per_generation), len(set(per_generation)), "the number of generations")


@story("B07")
def token_with_other_parameters(life: Life) -> None:
    """The first request arrives unheard, then the tags change: its repetition would not be the same request."""
    bedrock = life.environment.account.bedrock
    bedrock.set_quota(jobs=0)
    life.deploy()
    kinds: tuple[str | Make, ...] = ("reply lost", late(life.between(5, 100)), late(life.between(5, 100), dies=True))
    kind = life.one_of(*kinds)
    strike = Strike(_CREATE, kind, by="faq-")
    life.strike(strike)
    bedrock.set_quota(jobs=2)
    life.until(lambda: strike.struck)
    life.update(tags=(("team", "sales"),))
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")
    life.expect_equal(len(life.bought("job")), 1, "the number of jobs")


@story("B08", variants={"token_seconds": 3600.0})
def token_is_forgotten(life: Life) -> None:
    """After a long outage Bedrock does not know the token any more: the job is found by its name."""
    bedrock = life.environment.account.bedrock
    bedrock.set_quota(jobs=0)
    life.deploy()
    bedrock.set_quota(jobs=2)
    bedrock.jobs.next_duration = life.one_of(2 * HOUR, DAY)
    life.strike(Strike(_CREATE, "crash after", by="faq-"))
    life.until(lambda: life.bought("job"))
    life.environment.sweeping = False
    life.alarms.add("stuck")
    for name in life.environment.running:
        life.environment.account.states.abort(name)
    life.run(life.between(3700.0, 30 * HOUR))
    life.environment.sweeping = True
    life.until_served()
    life.finish()
    life.expect(life.serves, "the model does not serve")
    life.expect_equal(len(life.bought("job")), 1, "the number of jobs")
