"""`approve` lets the model that waits serve: after a look, a question and a yes."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.ops.conftest import Run
from tests.unit.ops.judged import OLD_MODEL, WHO, account, awaiting, with_previous
from tests.unit.ops.test_stop_and_resume import serving


def test_what_awaits_approval_is_shown_and_approved(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Its job, its last losses, what it replaces and what that costs; then by whom it was approved is noted."""
    known, facts = with_previous(awaiting(hourly_usd=49.5))
    there = account(known, facts, serves=OLD_MODEL)
    assert run(there, "approve", "--yes") == 0
    shown = capsys.readouterr().out
    training, endpoint = known.training.current, known.endpoint.current
    assert training is not None
    assert endpoint is not None
    assert f"faq: would be put into service: custom model {training.job_name}" in shown
    assert "losses        training 0.7500, validation 1.5000 after 2 epochs; best is epoch 1" in shown
    assert "in place of   finetuning-dev-faq-7777777777-1" in shown
    assert f"endpoint      provisioned throughput {endpoint.name} (1 model unit, billed by the hour)\n" in shown
    assert "costs         $49.50 an hour" in shown
    assert f"approved by {WHO}" in shown
    after = there.record().training.current
    assert after is not None
    assert after.approved_by == WHO
    assert there.executions == {there.record().in_charge: "RUNNING"}


def test_cost_of_an_unknown_price_is_said_to_be_unknown(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Never nothing."""
    known, facts = with_previous(awaiting())
    assert run(account(known, facts, serves=OLD_MODEL), "approve", "--yes") == 0
    assert "costs         unknown: cdk.json has no price of a model unit-hour" in capsys.readouterr().out


def test_nothing_is_decided_without_a_yes(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is at the terminal."""
    known, facts = with_previous(awaiting())
    there = account(known, facts, serves=OLD_MODEL)
    before = there.record()
    assert run(there, "approve") == 2
    assert "Nobody is at the terminal" in capsys.readouterr().err
    known, facts = with_previous(serving())
    rolled = account(known, facts)
    assert run(rolled, "rollback") == 2
    assert (there.record(), rolled.record().training.current) == (before, known.training.current)


def test_decisions_as_json(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """One document each, and nothing else."""
    known, facts = with_previous(awaiting(hourly_usd=1.0))
    assert run(account(known, facts, serves=OLD_MODEL), "approve", "--yes", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["approved_by"], told["hourly_usd"], told["goes_in"]["validation_loss"]) == (WHO, 1.0, 1.5)
    known, facts = with_previous(serving())
    assert run(account(known, facts), "rollback", "--yes", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rolled_back_by"], told["goes_in"]["model_arn"]) == (WHO, OLD_MODEL)


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"needs_approval": False}, "Completed", "it needs no approval (endpoint.approval is automatic)"),
        ({"needs_approval": True}, "InProgress", "is InProgress; see: python -m ops status"),
        ({"needs_approval": True}, "Failed", "failed: no message"),
    ],
    ids=["automatic", "training", "failed"],
)
def test_nothing_to_approve_says_how_things_are(
    changes: Mapping[str, Any], status: str, why: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """And changes nothing."""
    there = account(serving(**changes), status=status)
    before = there.record()
    assert run(there, "approve", "--yes") == 1
    said = capsys.readouterr().err
    assert "model 'faq' has nothing to approve: " in said
    assert why in said
    assert there.record() == before


def test_what_was_approved_is_not_approved_again(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """It says who did."""
    known = serving(needs_approval=True)
    known = known.with_training(replace(known.training.generations[0], approved_by=WHO))
    assert run(account(known), "approve", "--yes") == 1
    assert f"was approved: {WHO}" in capsys.readouterr().err
