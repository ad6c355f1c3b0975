"""`retry` tries again what failed, and refuses what did not."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import EndpointObservation, ModelRecord, Observed
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.retrying import retry as next_attempt
from ops.commands.retry import NothingToRetryError, check
from ops.recovery.attempts import attempts, sentence
from ops.status.look import Look
from tests.unit.lifecycle import bought
from tests.unit.ops import looks
from tests.unit.ops.account import Account
from tests.unit.ops.conftest import Run


def refused_endpoint() -> ModelRecord:
    """A model whose endpoint was refused for lack of quota."""
    known = looks.record()
    slot = replace(known.endpoint, generations=(replace(looks.endpoint(), failure="quota of 0 model units"),))
    return replace(known, settled=True, endpoint=slot)


def test_failed_job_may_be_retried_and_its_next_name_is_told() -> None:
    """The next attempt has the next name."""
    now = looks.failed()
    check(now.record, now.seen, None)
    told = attempts(now.record, next_attempt(now.record), "it failed")
    assert told.job_name == "finetuning-local-faq-0123456789-2"
    assert sentence(told) == "trying customization job finetuning-local-faq-0123456789-2 (it failed)"


def test_refused_endpoint_may_be_attempts() -> None:
    """After the quota was raised, the endpoint is tried under its next name."""
    before = refused_endpoint()
    seen = Observed(jobs={looks.GENERATION: looks.job("Completed")})
    check(before, seen, None)
    told = attempts(before, next_attempt(before), "")
    assert sentence(told) == (
        "trying provisioned throughput finetuning-local-faq-fedcba98-2 (1 model unit, billed by the hour)"
    )


def test_job_that_failed_unseen_is_attempts() -> None:
    """What the driver never wrote down is learnt from the look, so that one retry is enough."""
    seen = Observed(jobs={looks.GENERATION: looks.job("Stopped")})
    learnt = learn(looks.record(), seen)
    check(learnt, seen, "FAILED")
    assert next_attempt(learnt).training.current_id == "0123456789-2"


def test_dead_driver_is_started_again() -> None:
    """Nothing failed but the driver: the same names, another execution."""
    before = looks.record()
    check(before, Observed(jobs={looks.GENERATION: looks.job("InProgress")}), "FAILED")
    told = attempts(before, next_attempt(before), "")
    assert sentence(told) == "starting driver execution faq-0123456789-1-2"


@pytest.mark.parametrize("now", [looks.training(), looks.serving()])
def test_rejects_what_did_not_fail(now: Look) -> None:
    """A job that trains and a model in service are left alone."""
    with pytest.raises(NothingToRetryError, match="nothing of model 'faq' failed"):
        check(now.record, now.seen, now.driver_status)


def test_rejects_what_a_retry_cannot_mend() -> None:
    """A model that somebody deleted is not trained again behind its owner's back."""
    now = looks.serving()
    gone = replace(looks.job("Completed"), model_status=None)
    seen = Observed(
        jobs={looks.GENERATION: gone},
        endpoints={looks.ENDPOINT_GENERATION: EndpointObservation(looks.ENDPOINT_ARN, "InService", looks.MODEL_ARN)},
    )
    with pytest.raises(
        NothingToRetryError, match="was deleted outside this stack; a retry cannot mend that: python -m ops resume"
    ):
        check(learn(now.record, seen), seen, None)


def test_rejects_a_model_that_was_rolled_back() -> None:
    """Only `resume` asks for it again."""
    now = looks.serving()
    assert now.record.training.current is not None
    record = now.record.with_training(replace(now.record.training.current, rejected="rolled back by ada"))
    with pytest.raises(NothingToRetryError, match="a retry cannot mend that: python -m ops resume puts the model to"):
        check(record, now.seen, None)


def test_rejects_what_takes_consent() -> None:
    """An endpoint that somebody deleted is not bought again without `resume`; one that was stopped neither."""
    now = looks.serving()
    seen = Observed(jobs=now.seen.jobs, endpoints={looks.ENDPOINT_GENERATION: None}, now=1e9)
    with pytest.raises(NothingToRetryError, match="a retry cannot mend that: python -m ops resume"):
        check(learn(now.record, seen), seen, None)
    stopped = replace(now.record, endpoint=replace(now.record.endpoint, stopped=True))
    with pytest.raises(NothingToRetryError, match="its bill is stopped: python -m ops resume"):
        check(stopped, now.seen, None)


def test_model_that_failed_may_be_retried() -> None:
    """Its job completed."""
    now = looks.serving()
    job = replace(looks.job("Completed"), model_status="Failed")
    seen = replace(now.seen, jobs={looks.GENERATION: job})
    check(learn(now.record, seen), seen, None)
    assert next_attempt(learn(now.record, seen), seen).training.current_id == "0123456789-2"


def test_command_retries_what_was_seen(run: Run) -> None:
    """What the driver never wrote down is learnt on the way."""
    known = bought.record()
    there = Account(bought.job_facts(known, status="Failed", model_arn="", model_status=None)).keep(known)
    assert run(there, "retry", "--json") == 0
    assert there.record().training.current_id.endswith("-2")
    assert there.executions == {there.record().in_charge: "RUNNING"}
