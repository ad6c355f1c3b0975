"""What a model may cost: refused before it is bought, whoever asks, and never by guessing a price."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.cost import TOKEN_ERROR_PERCENT, dollars, fits_cap, most_usd_of_job
from finetuning.dataset.tokens import ERROR_PERCENT
from finetuning.lifecycle import Action, ModelRecord, Observed, decide
from finetuning.lifecycle.caps import endpoint_refusal, hourly_usd, job_refusal, serving_usd, usd_of_jobs
from finetuning.lifecycle.endpoint import want_endpoint
from finetuning.lifecycle.learning import SETTLE_SECONDS
from finetuning.lifecycle.retrying import resume, retry
from finetuning.lifecycle.training import want_training
from tests.unit.lifecycle.records import BLANK, A, B, a_job, claim, endpoint, intended, seen, training

#: 2026-11-22 00:00 UTC.
NOW = 1_795_305_600.0
TWENTY_DAYS = 20 * 86_400
ID = f"{A[:10]}-1"


def job(**changes: Any) -> ModelRecord:
    """A record that wants a training which was not started."""
    return want_training(BLANK, claim(1), training(**changes))


def refusal_of_job(record: ModelRecord, now: float = NOW) -> str:
    """Why the wanted job is not started."""
    assert record.training.current is not None
    return job_refusal(record, record.training.current, now)


def serving(record: ModelRecord = BLANK, **changes: Any) -> ModelRecord:
    """The record, that also wants an endpoint which was not bought."""
    return want_endpoint(record, claim(2, resource="Endpoint"), endpoint(**changes))


def refusal_of_endpoint(record: ModelRecord, now: float = NOW) -> str:
    """Why the wanted endpoint is not bought."""
    assert record.endpoint.current is not None
    return endpoint_refusal(record, record.endpoint.current, now)


@pytest.mark.parametrize(("price", "fits"), [(9.99, True), (10.0, True), (10.01, False)])
def test_job_may_cost_its_cap_and_no_more(price: float, fits: bool) -> None:
    """The cap itself is allowed."""
    assert (refusal_of_job(job(estimated_usd=price, max_usd=10.0)) == "") == fits


def test_refusal_of_a_job_says_what_it_costs_and_what_to_do() -> None:
    """With the name of the field."""
    assert refusal_of_job(job(estimated_usd=120.0, max_usd=100.0)) == (
        "customization job finetuning-dev-faq-aaaaaaaaaa-1 may cost $120.00, over budget.max_usd_per_job $100.00; "
        "nothing was bought; raise the cap in cdk.json or ask for less, and deploy again"
    )


@pytest.mark.parametrize("cap", ["max_usd", "max_usd_per_month"])
def test_unknown_price_fits_no_cap(cap: str) -> None:
    """Unknown is not free."""
    assert "has an unknown price, so budget.max_usd_per_" in refusal_of_job(job(estimated_usd=None, **{cap: 1e9}))
    assert refusal_of_job(job(estimated_usd=None)) == ""


@pytest.mark.parametrize(("begun_at", "fits"), [(NOW - 86_400, False), (NOW - TWENTY_DAYS - 2 * 86_400, True)])
def test_jobs_of_this_month_count_and_those_of_the_last_do_not(begun_at: float, fits: bool) -> None:
    """By calendar months, UTC: 2026-11-21, and 2026-10-31."""
    record = job(estimated_usd=60.0)
    assert record.training.current is not None
    record = record.with_training(replace(record.training.current, intended=True, intended_at=begun_at))
    record = want_training(record, claim(3, 1), training(B, estimated_usd=60.0, max_usd_per_month=100.0))
    assert (refusal_of_job(record) == "") == fits
    assert usd_of_jobs(record, NOW) == (0.0 if fits else 60.0)


def test_job_of_this_month_with_an_unknown_price_lets_no_month_cap_hold() -> None:
    """It may have cost anything."""
    record = job(estimated_usd=None)
    assert record.training.current is not None
    record = record.with_training(replace(record.training.current, intended=True, intended_at=NOW))
    record = want_training(record, claim(3, 1), training(B, estimated_usd=1.0, max_usd_per_month=100.0))
    assert usd_of_jobs(record, NOW) is None
    assert "unknown price, so budget.max_usd_per_month cannot hold" in refusal_of_job(record)


def test_month_holds_730_hours_of_the_endpoint() -> None:
    """Whenever it began."""
    record = serving(job(estimated_usd=10.0, max_usd_per_month=739.0), hourly_usd=1.0)
    assert "the month would cost $740.00 ($10.00 of customization jobs and $730.00 of provisioned throughput)" in (
        refusal_of_job(record)
    )
    assert refusal_of_job(serving(job(estimated_usd=9.0, max_usd_per_month=739.0), hourly_usd=1.0)) == ""


@pytest.mark.parametrize(("told", "fits"), [(1.0, True), (1.01, False), (0.0, True), (None, False)])
def test_job_is_judged_beside_the_endpoint_of_its_own_deployment(told: float | None, fits: bool) -> None:
    """Whose resource comes after the job's: the record wants the dear one of before still."""
    record = intended(serving(job(), hourly_usd=2.0))
    asks = training(B, estimated_usd=10.0, max_usd_per_month=740.0, endpoint_hourly_usd=told)
    assert (refusal_of_job(want_training(record, claim(3, 1), asks)) == "") == fits


def test_job_of_a_first_deployment_is_judged_beside_its_endpoint() -> None:
    """An endpoint that the month cannot hold is better not trained for."""
    asks = {"estimated_usd": 10.0, "max_usd_per_month": 739.0}
    assert "the month would cost $740.00" in refusal_of_job(job(**asks, endpoint_hourly_usd=1.0))
    assert refusal_of_job(job(**asks)) == ""


def test_endpoint_that_is_told_of_costs_nothing_while_the_bill_is_stopped() -> None:
    """Whatever is deployed, nothing serves until somebody resumes."""
    record = serving(job(estimated_usd=10.0, max_usd_per_month=739.0, endpoint_hourly_usd=1.0), hourly_usd=1.0)
    assert refusal_of_job(record)
    assert refusal_of_job(replace(record, endpoint=replace(record.endpoint, stopped=True))) == ""


@pytest.mark.parametrize(("told", "hourly"), [(0.0, 3.0), (2.0, 3.0), (4.0, 5.0)])
def test_commitments_are_billed_whatever_the_next_endpoint_costs(told: float, hourly: float) -> None:
    """One of 1 USD an hour beside the wanted one of 2 USD, both committed."""
    record = intended(serving(hourly_usd=1.0, commitment="one_month"))
    record = intended(want_endpoint(record, claim(4, 2, resource="Endpoint"), endpoint(B, hourly_usd=2.0)))
    first, second = (replace(each, committed_until=NOW + 1.0) for each in record.endpoint.generations)
    record = record.with_endpoint(first).with_endpoint(second)
    assert (serving_usd(record, NOW), serving_usd(record, NOW, told)) == (3.0, hourly)
    assert (serving_usd(record, NOW + 1.0), serving_usd(record, NOW + 1.0, told)) == (2.0, told)


@pytest.mark.parametrize(("tried_before", "asked"), [(0, False), (SETTLE_SECONDS - 1, False), (SETTLE_SECONDS, True)])
def test_purchase_that_may_still_show_is_not_asked_about(tried_before: float, asked: bool) -> None:
    """A cap that is lowered later stops the next purchase; one that never took effect is a new one."""
    record = intended(serving(job(estimated_usd=9.0, max_usd=1.0), hourly_usd=9.0, max_hourly_usd=1.0))
    now = tried_before
    assert (refusal_of_job(record, now) != "", refusal_of_endpoint(record, now) != "") == (asked, asked)


def test_started_job_and_bought_endpoint_are_not_asked_about() -> None:
    """However long ago."""
    record = intended(serving(job(estimated_usd=9.0, max_usd=1.0), hourly_usd=9.0, max_hourly_usd=1.0))
    [started], [bought] = record.training.generations, record.endpoint.generations
    record = record.with_training(replace(started, job_arn="job")).with_endpoint(replace(bought, arn="endpoint"))
    assert (refusal_of_job(record), refusal_of_endpoint(record)) == ("", "")


def test_job_that_was_tried_in_vain_counts_once_in_the_month() -> None:
    """As what it would cost now."""
    record = job(estimated_usd=60.0, max_usd_per_month=100.0)
    assert record.training.current is not None
    record = record.with_training(replace(record.training.current, intended=True, intended_at=NOW - 86_400))
    assert refusal_of_job(record) == ""


def test_started_job_counts_what_it_cost_and_its_retry_costs_what_was_told_last() -> None:
    """A price that was looked up again changes no past."""
    record = job(estimated_usd=10.0)
    assert record.training.current is not None
    started: dict[str, Any] = {
        "intended": True,
        "intended_at": NOW,
        "charged_usd": 10.0,
        "job_arn": "job",
        "status": "Failed",
    }
    record = record.with_training(replace(record.training.current, **started))
    record = want_training(record, claim(2, 1), training(estimated_usd=40.0, max_usd=30.0))
    assert usd_of_jobs(record, NOW) == 10.0
    assert "may cost $40.00, over budget.max_usd_per_job $30.00" in refusal_of_job(retry(record))


def test_retained_commitment_is_billed_all_month() -> None:
    """Nothing ends it before its term does."""
    record = intended(serving(hourly_usd=1.0, commitment="one_month"))
    assert record.endpoint.current is not None
    record = record.with_endpoint(replace(record.endpoint.current, committed_until=NOW + 86_400, arn="endpoint"))
    record = want_endpoint(
        record, claim(4, 2, resource="Endpoint"), endpoint(B, hourly_usd=1.0, max_usd_per_month=1459.0)
    )
    assert "the month would cost $1,460.00" in refusal_of_endpoint(record)
    [first, _] = record.endpoint.generations
    assert refusal_of_endpoint(record.with_endpoint(replace(first, committed_until=NOW))) == ""


@pytest.mark.parametrize(("price", "fits"), [(60.5, True), (60.51, False)])
def test_endpoint_may_cost_its_cap_and_no_more(price: float, fits: bool) -> None:
    """An hour."""
    refusal = refusal_of_endpoint(serving(hourly_usd=price, max_hourly_usd=60.5))
    said = "endpoint finetuning-dev-faq-aaaaaaaa-1 costs $60.51 an hour, over endpoint.max_hourly_usd $60.50; nothing"
    assert refusal == "" if fits else refusal.startswith(said)


@pytest.mark.parametrize(
    ("price", "units", "cap"), [(1.1, 3, 3.3), (0.7, 3, 2.1), (44.62, 5, 223.1), (1e5 / 3, 3, 1e5)]
)
def test_cap_may_be_used_up_whatever_binary_fractions_make_of_it(price: float, units: int, cap: float) -> None:
    """1.1 times 3 is a little more than 3.3 to a computer."""
    hour = serving(hourly_usd=price * units, max_hourly_usd=cap)
    month = serving(hourly_usd=price * units, max_usd_per_month=cap * 730)
    assert refusal_of_endpoint(hour) == refusal_of_endpoint(month) == ""
    assert refusal_of_job(job(estimated_usd=price * units, max_usd=cap, max_usd_per_month=cap)) == ""


@pytest.mark.parametrize(
    ("amount", "cap", "fits"),
    [
        (1.1 * 3, 3.3, True),
        (3.300001, 3.3, False),
        (0.000002, 0.000001, False),
        (1e6 + 1e-6, 1e6, False),
        (0.1 + 0.2, 0.3, True),
        (float("nan"), 1.0, False),
        (float("inf"), 1.0, False),
        (0.0, 0.0, True),
    ],
)
def test_a_millionth_of_a_dollar_over_a_cap_is_over_it(amount: float, cap: float, fits: bool) -> None:
    """What is smaller is the noise of binary fractions; what is no amount fits no cap."""
    assert fits_cap(amount, cap) == fits


@pytest.mark.parametrize("cap", ["endpoint.max_hourly_usd", "budget.max_usd_per_month"])
def test_endpoint_of_unknown_price_fits_no_cap(cap: str) -> None:
    """Unknown is not free."""
    caps: dict[str, Any] = {cap.partition(".")[2]: 1e9}
    refusal = refusal_of_endpoint(serving(hourly_usd=None, **caps))
    assert f"has an unknown price, so {cap} cannot hold" in refusal
    assert refusal_of_endpoint(serving(hourly_usd=None)) == ""


def test_job_beside_an_endpoint_of_unknown_price_fits_no_month() -> None:
    """Nor one that was told of none."""
    record = serving(job(estimated_usd=1.0, max_usd_per_month=1e9), hourly_usd=None)
    assert "unknown price, so budget.max_usd_per_month cannot hold" in refusal_of_job(record)


def test_both_count_while_one_endpoint_replaces_another() -> None:
    """Both are billed."""
    old = intended(serving(hourly_usd=60.5, max_hourly_usd=130.0))
    new = want_endpoint(old, claim(4, 2, resource="Endpoint"), endpoint(B, hourly_usd=121.0, max_hourly_usd=130.0))
    assert hourly_usd(new) == 60.5
    assert refusal_of_endpoint(new) == (
        "endpoint finetuning-dev-faq-bbbbbbbb-1 together with finetuning-dev-faq-aaaaaaaa-1 costs $181.50 an hour, "
        "over endpoint.max_hourly_usd $130.00; nothing was bought; raise the cap in cdk.json or ask for less, and "
        "deploy again"
    )
    [first, _] = new.endpoint.generations
    assert refusal_of_endpoint(new.with_endpoint(replace(first, gone=True))) == ""
    refusal = refusal_of_endpoint(new.with_endpoint(replace(first, hourly_usd=None)))
    assert "has an unknown price" in refusal
    assert refusal.endswith("; if it is given already, deploy it alone first, so that what was bought before has one")


def test_on_demand_serving_is_never_refused() -> None:
    """It costs nothing by the hour."""
    assert refusal_of_endpoint(serving(serving="on_demand", max_hourly_usd=1.0)) == ""


def test_refused_job_is_neither_decided_nor_retried_into_being() -> None:
    """Neither by the driver, nor by `retry` or `resume`: only another configuration helps."""
    record = job(estimated_usd=2.0, max_usd=1.0)
    look = Observed({ID: None}, {}, NOW)
    for asked in (record, retry(record, look), resume(record, look)):
        decision = decide(asked, look)
        assert (decision.action, "over budget.max_usd_per_job" in decision.reason) == (Action.SETTLED, True)
    raised = want_training(record, claim(3, 1), training(estimated_usd=2.0, max_usd=3.0))
    assert (raised.settled, decide(raised, look).action) == (False, Action.START_JOB)


def test_refused_endpoint_is_neither_decided_nor_retried_into_being() -> None:
    """The trained model waits for another configuration."""
    record = serving(intended(job()), hourly_usd=2.0, max_hourly_usd=1.0)
    look = replace(seen(a_job()), now=NOW)
    for asked in (record, retry(record, look), resume(record, look)):
        decision = decide(asked, look)
        assert (decision.action, "over endpoint.max_hourly_usd" in decision.reason) == (Action.SETTLED, True)
    raised = want_endpoint(record, claim(4, 2, resource="Endpoint"), endpoint(hourly_usd=2.0, max_hourly_usd=2.0))
    assert (raised.settled, decide(raised, look).action) == (False, Action.CREATE_ENDPOINT)


def test_what_a_job_costs_is_an_upper_bound_of_tokens_times_epochs() -> None:
    """The token estimate is off by 25 % at most."""
    assert TOKEN_ERROR_PERCENT == ERROR_PERCENT
    assert most_usd_of_job(8_000, 2, 0.001) == pytest.approx(0.02)
    assert most_usd_of_job(8_000, None, 0.001) is None
    assert most_usd_of_job(8_000, 2, None) is None


@pytest.mark.parametrize(
    ("amount", "text"),
    [(None, "an unknown amount"), (0.0, "$0.00"), (0.0123, "$0.012"), (0.5, "$0.50"), (44165.0, "$44,165.00")],
)
def test_amounts_are_written_for_people(amount: float | None, text: str) -> None:
    """Small ones keep two digits that say something."""
    assert dollars(amount) == text
