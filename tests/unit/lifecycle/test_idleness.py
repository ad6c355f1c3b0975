"""What the metric of an endpoint's invocations means: told first, removed later, and only what may be removed."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.idleness import DAY_SECONDS, READ_SECONDS, Use, due, note_use
from finetuning.lifecycle.retrying import resume, stop_billing
from finetuning.lifecycle.troubles import idle
from tests.unit.lifecycle import records

BOUGHT, DAYS = 1_000_000.0, 7
OLD = BOUGHT + DAYS * DAY_SECONDS
#: The driver's own question, on the day of the purchase.
ASKED = Use(BOUGHT + DAY_SECONDS)


def serving(**changes: Any) -> ModelRecord:
    """A settled record whose endpoint serves; these of its fields are others."""
    record, _ = records.serving()
    endpoint = record.endpoint.current
    assert endpoint is not None
    fields = {"idle_days": DAYS, "remove_idle": True, "intended_at": BOUGHT} | changes
    return replace(record.with_endpoint(replace(endpoint, **fields)), settled=True)


def noted(record: ModelRecord, use: Use, now: float) -> ModelRecord:
    """After the metric was read, and people were told of what is idle."""
    record = note_use(record, record.endpoint.current_id, use, now)
    return replace(record, notified=tuple(trouble.key for trouble in idle(record)))


def test_metric_is_read_once_a_day() -> None:
    """From the day on which the endpoint could be idle."""
    assert due(serving(), OLD - 1) is None
    assert due(serving(), OLD) == serving().endpoint.current
    record = noted(serving(), Use(OLD), OLD)
    assert due(record, OLD + READ_SECONDS - 1) is None
    assert due(record, OLD + READ_SECONDS) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"idle_days": 0},
        {"serving": "on_demand"},
        {"status": "Creating"},
        {"status": "Updating"},
        {"arn": ""},
        {"intended_at": 0.0},
        {"gone": True},
    ],
    ids=["not asked for", "billed by the token", "young", "changing", "not bought", "of unknown age", "gone"],
)
def test_metric_of_what_cannot_be_idle_is_not_read(changes: dict[str, Any]) -> None:
    """A purchase whose time nobody noted has no age."""
    assert due(serving(**changes), OLD + DAY_SECONDS) is None


@pytest.mark.parametrize(
    "record", [replace(serving(), settled=False), stop_billing(serving())], ids=["busy", "stopped"]
)
def test_metric_is_not_read_while_something_else_goes_on(record: ModelRecord) -> None:
    """Somebody who trains has not forgotten the model."""
    assert due(record, OLD) is None


def test_idle_endpoint_is_told_of_and_removed_at_the_next_reading() -> None:
    """Never both at once."""
    record = noted(serving(), ASKED, OLD + DAY_SECONDS)
    assert not record.endpoint.stopped
    [trouble] = idle(record)
    assert "no invocation of endpoint" in trouble.text
    assert "or it is removed at the next daily look" in trouble.text
    after = note_use(record, record.endpoint.current_id, ASKED, OLD + 2 * DAY_SECONDS)
    assert after.endpoint.stopped
    assert not after.settled
    assert after.in_charge != record.in_charge
    [trouble] = idle(after)
    assert "it is removed" in trouble.text
    assert "python -m ops resume" in trouble.text


def test_endpoint_that_is_invoked_again_is_not_idle() -> None:
    """Nor is what comes later removed without being told of anew."""
    record = noted(serving(), ASKED, OLD + DAY_SECONDS)
    now = OLD + 2 * DAY_SECONDS
    record = note_use(record, record.endpoint.current_id, Use(now - 3600), now)
    assert idle(record) == ()
    now += DAYS * DAY_SECONDS
    record = note_use(record, record.endpoint.current_id, ASKED, now)
    assert not record.endpoint.stopped
    assert idle(record) != ()


@pytest.mark.parametrize(
    ("changes", "use"),
    [
        ({"remove_idle": False}, ASKED),
        ({"commitment": "one_month"}, ASKED),
        ({"committed_until": OLD * 99}, ASKED),
        ({}, Use(None)),
    ],
    ids=["not allowed", "committed", "renewed", "metric shows nothing at all"],
)
def test_what_must_stay_is_told_of_only(changes: dict[str, Any], use: Use) -> None:
    """A metric that does not even show the driver's own question is not of this endpoint."""
    record = noted(serving(**changes), use, OLD + DAY_SECONDS)
    for day in range(2, 40):
        record = noted(record, use, OLD + day * DAY_SECONDS)
    assert idle(record) != ()
    assert not record.endpoint.stopped
    assert record.settled


def test_nothing_is_removed_that_people_were_not_told_of() -> None:
    """The notice comes first, however long it takes."""
    record = serving()
    for day in range(1, 5):
        record = note_use(record, record.endpoint.current_id, ASKED, OLD + day * DAY_SECONDS)
    assert not record.endpoint.stopped


def test_reading_of_an_endpoint_that_is_not_wanted_any_more_changes_nothing() -> None:
    """It was replaced while CloudWatch was asked."""
    record = stop_billing(serving())
    assert note_use(record, record.endpoint.current_id, ASKED, OLD) == record
    assert note_use(record, "another-1", ASKED, OLD) == record


def test_resumed_endpoint_begins_anew() -> None:
    """Its idle days are its own."""
    record = noted(serving(), ASKED, OLD + DAY_SECONDS)
    record = note_use(record, record.endpoint.current_id, ASKED, OLD + 2 * DAY_SECONDS)
    record = resume(record)
    assert record.endpoint.current is not None
    assert record.endpoint.current.idle_days == DAYS
    assert record.endpoint.current.idle_since == record.endpoint.current.invocations_read_at == 0.0
    assert idle(record) == ()


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"remove_idle": False}, "end its bill with 'python -m ops stop --billing --env dev --model faq'"),
        ({"commitment": "six_months"}, "its commitment cannot be cancelled"),
    ],
    ids=["uncommitted", "committed"],
)
def test_notice_says_what_can_be_done(changes: dict[str, Any], advice: str) -> None:
    """By what it is."""
    [trouble] = idle(noted(serving(**changes), ASKED, OLD + DAY_SECONDS))
    assert advice in trouble.text
