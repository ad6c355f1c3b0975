"""What somebody has to be told of, and that it is told once."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import JobObservation, ModelRecord, Observed
from finetuning.lifecycle.endpoint import release_endpoint
from finetuning.lifecycle.observation import OwnedThing
from finetuning.lifecycle.orphans import Orphan
from finetuning.lifecycle.troubles import KINDS, Trouble, orphaned, seen_troubles, stuck, untold
from tests.unit.lifecycle.records import BLANK, a_job, an_endpoint, claim, seen, serving, wanted

T0 = 1_780_000_000.0
HOUR, DAY = 3600.0, 86_400.0
ID = "aaaaaaaaaa-1"
HEAD = "Model faq of environment dev (finetuning): "


def the_trouble(record: ModelRecord, look: Observed) -> Trouble:
    """The one that a look shows."""
    [trouble] = seen_troubles(record, look)
    return trouble


def test_model_in_service_has_no_trouble() -> None:
    """Nor one that is not wanted."""
    assert seen_troubles(*serving()) == ()
    assert seen_troubles(BLANK, Observed()) == ()


def test_failure_is_told_with_the_retry() -> None:
    """In words, with the command to run."""
    trouble = the_trouble(wanted(), seen(JobObservation("job", "Failed", "bad data")))
    assert (trouble.kind, trouble.key) == ("failed", f"failed:{ID}/{ID}")
    assert trouble.subject == "finetuning dev faq: failed"
    assert trouble.text == (
        f"{HEAD}customization job finetuning-dev-faq-aaaaaaaaaa-1 failed: bad data\n"
        "Next: mend the cause, then run 'python -m ops retry --env dev --model faq'; see docs/runbook.md"
    )


@pytest.mark.parametrize("look", [seen(a_job()), seen(a_job(model_status=None), an_endpoint())])
def test_deletion_outside_the_stack_is_drift_and_told_with_the_resume(look: Observed) -> None:
    """It buys nothing by itself (fault C12)."""
    trouble = the_trouble(serving()[0], look)
    assert (trouble.kind, trouble.key) == ("drifted", f"drifted:{ID}/{ID}")
    assert "was deleted outside this stack" in trouble.text
    assert trouble.text.endswith(
        "\nNext: get it back with 'python -m ops resume --env dev --model faq'; see docs/runbook.md"
    )


@pytest.mark.parametrize(
    ("job", "found", "status"),
    [
        (JobObservation("job", "Archived"), None, "Archived"),
        (JobObservation("job", ""), None, ""),
        (a_job(model_status="Paused"), None, "Paused"),
        (a_job(), an_endpoint("Suspended"), "Suspended"),
    ],
)
def test_unknown_status_is_told(job: JobObservation, found: Any, status: str) -> None:
    """It is waited for, perhaps for ever (fault B15)."""
    trouble = the_trouble(wanted(), seen(job, found))
    assert (trouble.kind, trouble.key) == ("unknown", f"unknown:{ID}/{status}")
    assert trouble.text == (
        f"{HEAD}unknown status {status!r}\n"
        "Next: it is waited for; look at it in the Bedrock console; see docs/runbook.md"
    )


def test_unknown_statuses_of_a_job_and_its_model_are_two_troubles() -> None:
    """Each is told."""
    troubles = seen_troubles(wanted(), seen(JobObservation("job", "Archived", "", "model-a", "Paused")))
    assert [t.key for t in troubles] == [f"unknown:{ID}/Archived", f"unknown:{ID}/Paused"]


@pytest.mark.parametrize("status", ["InProgress", "Stopping"])
def test_known_status_of_a_job_is_no_trouble(status: str) -> None:
    """What is on its way."""
    assert seen_troubles(wanted(), seen(a_job(status))) == ()


@pytest.mark.parametrize("model_status", ["Creating", "Active", None])
@pytest.mark.parametrize("status", ["Creating", "Updating", "InService"])
def test_known_status_of_model_and_endpoint_is_no_trouble(status: str, model_status: str | None) -> None:
    """What is on its way."""
    assert seen_troubles(wanted(), seen(a_job(model_status=model_status), an_endpoint(status))) == ()


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_job_that_ended_badly_is_a_failure_and_no_unknown(status: str) -> None:
    """One trouble, not two."""
    assert the_trouble(wanted(), seen(JobObservation("job", status))).kind == "failed"
    assert the_trouble(wanted(), seen(a_job(model_status="Failed"))).kind == "failed"


@pytest.mark.parametrize(
    ("until", "told"), [(0.0, False), (-DAY, False), (1.0, True), (14 * DAY - 1, True), (14 * DAY, False)]
)
def test_commitment_is_told_of_in_its_last_two_weeks(until: float, told: bool) -> None:
    """It renews itself at its end."""
    record, look = serving()
    found = replace(an_endpoint(), committed_until=T0 + until if until else 0.0)
    troubles = seen_troubles(record, replace(look, endpoints={ID: found}, now=T0))
    assert [t.kind for t in troubles] == (["expiring"] if told else [])


def test_commitment_that_ends_is_told_with_what_happens_then() -> None:
    """Who wants it not to renew has to say so; one that is not wanted goes by itself."""
    record, look = serving()
    look = replace(look, endpoints={ID: replace(an_endpoint(), committed_until=T0 + 3 * DAY)}, now=T0)
    trouble = the_trouble(record, look)
    assert trouble.key == f"expiring:{ID}/{T0 + 3 * DAY:.0f}"
    assert trouble.text == (
        f"{HEAD}the commitment of endpoint finetuning-dev-faq-aaaaaaaa-1 ends in 3 days; it renews itself then\n"
        "Next: take it out of the configuration if it is not to renew; see docs/runbook.md"
    )
    removed = release_endpoint(record, claim(2, resource="Endpoint"))
    assert the_trouble(removed, look).text == (
        f"{HEAD}the commitment of endpoint finetuning-dev-faq-aaaaaaaa-1 ends in 3 days; it is deleted then, because "
        "nothing wants it\nNext: nothing to do; see docs/runbook.md"
    )


def test_every_commitment_is_told_of() -> None:
    """One that is not committed keeps no other from being told."""
    record, look = serving()
    second = replace(record.endpoint.generations[0], id="second")
    record = replace(record, endpoint=replace(record.endpoint, generations=(*record.endpoint.generations, second)))
    found = replace(an_endpoint(), committed_until=T0 + DAY)
    look = replace(look, endpoints={ID: an_endpoint(), "second": found}, now=T0)
    assert the_trouble(record, look).key == f"expiring:second/{T0 + DAY:.0f}"


def test_renewed_commitment_is_told_again() -> None:
    """Its key has the end in it."""
    record, look = serving()
    keys = {
        the_trouble(record, replace(look, endpoints={ID: replace(an_endpoint(), committed_until=end)}, now=end - 1)).key
        for end in (T0, T0 + 30 * DAY)
    }
    assert len(keys) == 2


def doing(what: str, **changes: Any) -> ModelRecord:
    """An unsettled record whose driver has done this since T0."""
    return replace(wanted(), **{"settled": False, "doing": what, "progress_at": T0, **changes})


@pytest.mark.parametrize(
    ("what", "limit"),
    [
        ("AwaitCustomizationJob:aaaaaaaaaa-1", 5 * DAY),
        ("AwaitChange:aaaaaaaaaa-1", 6 * HOUR),
        ("CreateEndpoint:x", 6 * HOUR),
    ],
)
def test_driver_is_stuck_after_its_time(what: str, limit: float) -> None:
    """Jobs take days; everything else takes minutes."""
    assert stuck(doing(what), T0 + limit - 1) == ()
    [trouble] = stuck(doing(what), T0 + limit)
    assert (trouble.kind, trouble.key) == ("stuck", f"stuck:{what}")
    assert trouble.text == (
        f"{HEAD}the driver has been at {what} for {limit / HOUR:.0f} hours.\n"
        "Next: look at it with 'python -m ops logs --env dev --model faq'; see docs/runbook.md"
    )


def test_last_problem_is_told_with_it() -> None:
    """It may be why."""
    [trouble] = stuck(doing("CreateEndpoint:x", problem="bedrock is down"), T0 + DAY)
    assert "for 24 hours. Its last problem: bedrock is down\n" in trouble.text


@pytest.mark.parametrize("changes", [{"settled": True}, {"progress_at": 0.0}])
def test_settled_model_and_one_that_never_began_are_not_stuck(changes: dict[str, Any]) -> None:
    """There is nothing to measure."""
    assert stuck(doing("CreateEndpoint:x", **changes), T0 + 99 * DAY) == ()


def test_orphan_is_told_with_its_arn() -> None:
    """It costs money for nobody, and only a human may delete it."""
    thing = OwnedThing("provisioned", "arn:x", "name-x", "InService", T0, {})
    trouble = orphaned("finetuning", "dev", Orphan(thing, False, "nothing is recorded of it"))
    assert trouble == Trouble(
        "orphaned",
        "orphaned:arn:x",
        "finetuning dev: orphaned provisioned name-x",
        "arn:x (InService) carries the owner tags of finetuning, environment dev, and nobody claims it; it may cost "
        "money. nothing is recorded of it\nNext: 'python -m ops orphans --env dev'; see docs/runbook.md",
    )


def test_only_what_was_not_told_is_told() -> None:
    """By key."""
    first, second = (Trouble("failed", f"failed:{n}", "", "") for n in "12")
    assert untold(BLANK, (first, second)) == (first, second)
    assert untold(replace(BLANK, notified=("failed:1",)), (first, second)) == (second,)


def test_every_kind_is_one_of_the_kinds_that_are_measured() -> None:
    """The alarms know these."""
    assert KINDS == ("failed", "stuck", "unknown", "orphaned", "drifted", "expiring", "idle", "approval")
