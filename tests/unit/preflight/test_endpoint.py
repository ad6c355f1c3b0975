"""What is bought, under which name, and within which caps."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.preflight import Severity, Unreadable, judge
from tests.unit.preflight.account import (
    THROUGHPUT,
    a_wanted,
    an_account,
    endpoint_wanted,
    found,
    owner,
    quotas,
    served,
    severities,
    throughput,
    trained,
)

NAME = "finetuning-dev-faq-86cf0fc6-1"


def test_name_that_nobody_has_is_free() -> None:
    """It is known before anything is bought."""
    assert found(a_wanted(), an_account(), "endpoint name").message == f"{NAME} is free"


def test_name_of_somebody_else_is_refused() -> None:
    """Bedrock would refuse it after the job was paid for."""
    facts = an_account(endpoints=throughput(NAME, 1), owners={THROUGHPUT: {"finetuning:project": "other"}})
    finding = found(a_wanted(), facts, "endpoint name")
    assert (finding.severity, finding.present) == (Severity.ERROR, THROUGHPUT)
    assert finding.message == f"{NAME} is taken by {THROUGHPUT}, which is not this project's by its tags"


def test_name_of_ours_that_no_record_knows_is_taken_up_again() -> None:
    """The registry was lost, perhaps."""
    facts = an_account(endpoints=throughput(NAME, 1), owners={THROUGHPUT: owner()})
    finding = found(a_wanted(), facts, "endpoint name")
    assert finding.severity is Severity.WARNING
    assert "python -m ops orphans --env dev" in finding.fix


def test_name_whose_owner_may_not_be_read_is_a_warning() -> None:
    """Perhaps ours, perhaps not."""
    denied = Unreadable("bedrock:ListTagsForResource", "AccessDeniedException: no", denied=True)
    facts = an_account(endpoints=throughput(NAME, 1), owners={THROUGHPUT: denied})
    assert found(a_wanted(), facts, "endpoint name").severity is Severity.WARNING


def test_name_that_the_record_knows_is_no_stranger() -> None:
    """It is being bought, and shows already."""
    facts = an_account(record=served(arn=""), endpoints=throughput(NAME, 1))
    assert found(a_wanted(), facts, "endpoint name").severity is Severity.OK


def test_name_counts_the_attempts() -> None:
    """After one that was refused, an operator's retry buys the next."""
    facts = an_account(record=served(arn="", failure="quota"))
    assert found(a_wanted(), facts, "endpoint name").message == f"{NAME[:-1]}2 is free"


def test_stopped_bill_buys_nothing() -> None:
    """So nothing stands in its way."""
    stopped = trained()
    stopped = replace(stopped, endpoint=replace(stopped.endpoint, stopped=True))
    facts = an_account(record=stopped, quotas=quotas(L_BE77399C=0, L_EF415EF6=0))
    assert severities(a_wanted(), facts) == {}
    assert "python -m ops resume" in found(a_wanted(), facts, "endpoint name").message


@pytest.mark.parametrize(
    "bought",
    [
        pytest.param({}, id="bought"),
        pytest.param({"gone": True, "seen_in_service": True}, id="deleted outside"),
    ],
)
def test_endpoint_of_the_record_is_not_bought_again(bought: dict[str, Any]) -> None:
    """One that was deleted outside is drift, which only an operator's resume buys again."""
    facts = an_account(record=served(**bought), quotas=quotas(L_BE77399C=0, L_EF415EF6=0))
    assert severities(a_wanted(), facts) == {}


@pytest.mark.parametrize(
    "bought",
    [
        pytest.param({"arn": "", "intended": False}, id="waits for its job"),
        pytest.param({"arn": "", "failure": "quota"}, id="was refused"),
    ],
)
def test_endpoint_that_has_yet_to_be_bought_needs_its_units(bought: dict[str, Any]) -> None:
    """A record alone is no endpoint."""
    facts = an_account(record=served(**bought), quotas=quotas(L_BE77399C=0, L_EF415EF6=0))
    assert set(severities(a_wanted(), facts).values()) == {"error"}


def test_endpoint_over_its_cap_is_refused_before_the_job() -> None:
    """CloudFormation starts the job first, and what was trained is billed."""
    wanted = a_wanted(model_units=2, endpoint=endpoint_wanted(2, hourly_usd=80.0, max_hourly_usd=100.0))
    facts = an_account(record=served(hourly_usd=40.0), endpoints=throughput(NAME, 1))
    finding = found(wanted, facts, "caps")
    assert finding.severity is Severity.ERROR
    assert "over endpoint.max_hourly_usd" in finding.message
    alone = replace(facts, record=trained())
    assert found(wanted, alone, "caps").severity is Severity.OK


def test_month_counts_the_endpoint_that_is_asked_for_and_not_the_one_before() -> None:
    """What it replaces is gone within the hour: 730 hours of 20 dollars fit, of 80 do not."""
    cap = {"max_usd_per_month": 20_000.0}
    before = an_account(record=served(hourly_usd=80.0), endpoints=throughput(NAME, 1))
    smaller = a_wanted(model_units=2, endpoint=endpoint_wanted(2, hourly_usd=20.0, **cap))
    assert found(smaller, before, "caps").severity is Severity.OK
    cheap = an_account(record=served(hourly_usd=20.0), endpoints=throughput(NAME, 1))
    larger = a_wanted(model_units=2, endpoint=endpoint_wanted(2, hourly_usd=80.0, **cap))
    assert "over budget.max_usd_per_month" in found(larger, cheap, "caps").message


def test_commitment_whose_approval_has_expired_is_refused_before_the_job() -> None:
    """Invariant I5, asked a job earlier."""
    asked = endpoint_wanted(commitment="one_month", approval="T-1", approved_until=100.0)
    wanted = a_wanted(commitment="one_month", endpoint=asked)
    assert found(wanted, an_account(now=100.0), "caps").severity is Severity.ERROR
    assert "caps" not in severities(wanted, an_account(now=99.0))


def test_endpoint_that_is_there_is_not_held_against_its_caps() -> None:
    """Nothing is bought, and of caps that there are not, nothing is said."""
    wanted = a_wanted(endpoint=endpoint_wanted(hourly_usd=80.0, max_hourly_usd=1.0))
    for asked, record in ((wanted, served()), (a_wanted(endpoint=endpoint_wanted(hourly_usd=80.0)), trained())):
        assert "caps" not in {finding.check for finding in judge(asked, an_account(record=record))}
