"""`stop --billing` takes the endpoints away and keeps the models; only `resume` buys again, after consent."""

import json
from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import ModelRecord
from tests.unit.lifecycle import bought
from tests.unit.ops.account import Account
from tests.unit.ops.conftest import Run

LATER = 4_000_000_000.0


def serving(**endpoint: Any) -> ModelRecord:
    """A model in service."""
    known = bought.record()
    training, served = known.training.generations[0], known.endpoint.generations[0]
    job, facts = bought.job_facts(known), bought.endpoint_facts(known)
    known = known.with_training(
        replace(training, job_arn=job.arn, model_arn=job.model_arn, status="Completed", model_seen=True)
    )
    known = known.with_endpoint(replace(served, arn=facts.arn, status="InService", seen_in_service=True, **endpoint))
    slot = replace(known.endpoint, published_arn=facts.arn, published_model_arn=facts.model_arn)
    return replace(known, settled=True, endpoint=slot)


def account(**endpoint: Any) -> Account:
    """Where it is in service."""
    known = serving()
    return Account(bought.job_facts(known), endpoints=[bought.endpoint_facts(known, **endpoint)]).keep(known)


def test_stopping_says_what_goes_and_what_stays(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything happens; then the driver is started."""
    there = account()
    assert run(there, "stop", "--billing", "--yes") == 0
    shown = capsys.readouterr().out
    record = serving()
    assert record.endpoint.current is not None
    assert record.training.current is not None
    assert (
        f"deletes       provisioned throughput {record.endpoint.current.name} (1 model unit, billed by the hour)"
        in shown
    )
    assert "withdraws     the pointer /finetuning/dev/faq/endpoint: applications find no endpoint" in shown
    assert f"keeps         custom model {record.training.current.job_name} (storage only)" in shown
    assert there.record().endpoint.stopped
    assert there.executions == {there.record().in_charge: "RUNNING"}


def test_commitment_is_said_to_stay(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """It cannot be cancelled."""
    there = account(committed_until=LATER)
    assert run(there, "stop", "--billing", "--yes") == 0
    shown = capsys.readouterr().out
    assert "stays         provisioned throughput" in shown
    assert "until 2096-10-02 07:06 UTC: a commitment cannot be cancelled" in shown
    assert "deletes" not in shown


def test_training_goes_on_and_its_endpoint_is_not_bought(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Stopping the bill is no stopping of the job."""
    known = bought.record()
    there = Account(bought.job_facts(known, status="InProgress", model_arn="", model_status=None)).keep(known)
    assert run(there, "stop", "--billing", "--yes") == 0
    shown = capsys.readouterr().out
    assert "does not buy  provisioned throughput" in shown
    assert "goes on       customization job" in shown
    assert "withdraws" not in shown


def test_nothing_happens_without_a_yes(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal nobody can be asked."""
    there = account()
    before = there.record()
    assert run(there, "stop", "--billing") == 2
    assert "pass --yes" in capsys.readouterr().err
    assert there.record() == before
    assert run(there, "resume") == 1
    assert there.record() == before


def test_stopping_wants_to_be_told_what(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """There may be other things to stop one day."""
    assert run(account(), "stop", "--yes") == 2
    assert "--billing" in capsys.readouterr().err


@pytest.mark.parametrize(
    "there", [Account(), Account().keep(replace(serving(), endpoint=replace(serving().endpoint, stopped=True)))]
)
def test_nothing_to_stop(there: Account, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was ever deployed, or it is stopped already."""
    assert run(there, "stop", "--billing") == 0
    assert "nothing to stop in environment dev" in capsys.readouterr().out
    assert there.executions == {}


def test_stopping_as_json(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """One document."""
    assert run(account(), "stop", "--billing", "--yes", "--model", "faq", "--json") == 0
    [told] = json.loads(capsys.readouterr().out)["stopped"]
    assert (told["model"], told["already_stopped"], len(told["deletes"])) == ("faq", False, 1)


def test_resuming_what_was_stopped(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what is bought and how it is billed."""
    known = serving(gone=True)
    there = Account(bought.job_facts(known)).keep(replace(known, endpoint=replace(known.endpoint, stopped=True)))
    assert run(there, "resume", "--yes") == 0
    shown = capsys.readouterr().out
    assert "model faq: its bill was stopped; buys provisioned throughput" in shown
    assert "-2 (1 model unit, billed by the hour)" in shown
    after = there.record()
    assert not after.endpoint.stopped
    assert after.endpoint.current_id.endswith("-2")
    assert there.executions == {after.in_charge: "RUNNING"}


def test_resuming_what_was_deleted_by_hand(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """What the look shows is learnt first."""
    known = serving()
    there = Account(bought.job_facts(known)).keep(known)
    assert run(there, "resume", "--yes", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert "was deleted outside this stack" in told["failure"]
    assert told["endpoint_name"].endswith("-2")
    assert told["job_name"] == ""


def test_resuming_after_the_model_was_deleted_by_hand(run: Run) -> None:
    """Another job."""
    known = serving()
    there = Account(bought.job_facts(known, model_status=None), endpoints=[bought.endpoint_facts(known)]).keep(known)
    assert run(there, "resume", "--yes") == 0
    assert there.record().training.current_id.endswith("-2")
    assert there.record().endpoint.current_id.endswith("-1")


def test_nothing_to_resume(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """What serves is left alone."""
    assert run(account(), "resume", "--yes") == 1
    assert "nothing of model 'faq' was stopped or lost" in capsys.readouterr().err


def test_purchase_of_a_moment_ago_is_not_bought_again(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """It may not show yet."""
    known = serving(intended_at=LATER)
    there = Account(bought.job_facts(known)).keep(known)
    assert run(there, "resume", "--yes") == 1
    assert "was bought just now and may not show yet" in capsys.readouterr().err
    assert there.record().endpoint.current_id.endswith("-1")
