"""`orphans` lists what nobody claims, and deletes what it is told to, endpoints before models."""

import json
from dataclasses import replace

import pytest

from finetuning import names
from finetuning.lifecycle.facts import JobFacts
from tests.unit.lifecycle import bought
from tests.unit.ops.account import Account
from tests.unit.ops.conftest import Run

KNOWN = bought.record()
MODEL = bought.job_facts(KNOWN).model_arn
OTHER = f"{bought.ARN}:custom-model/another/environments"


def running(**changes: object) -> JobFacts:
    """A job that runs and has no model."""
    facts = bought.job_facts(KNOWN, arn=f"{bought.ARN}:model-customization-job/2", status="InProgress")
    return replace(facts, name="finetuning-dev-faq-9999999999-1", model_arn="", model_status=None, **changes)  # type: ignore[arg-type]


def orphaned() -> Account:
    """A registry that knows nothing of a model, an endpoint that serves it, and a job."""
    return Account(running(), bought.job_facts(KNOWN), endpoints=[bought.endpoint_facts(KNOWN)])


def test_everything_claimed_is_no_orphan(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0."""
    there = Account(bought.job_facts(KNOWN), endpoints=[bought.endpoint_facts(KNOWN)]).keep(KNOWN)
    assert run(there, "orphans") == 0
    assert "no orphan in environment dev" in capsys.readouterr().out


def test_what_is_young_is_not_said_to_be_claimed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody looked whose it is."""
    there = orphaned()
    there.created_at = 4_000_000_000.0
    assert run(there, "orphans") == 0
    assert "everything with its tags that is older than an hour is claimed" in capsys.readouterr().out


def test_orphans_are_listed_with_reason_and_next_step(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1; nothing is deleted."""
    there = orphaned()
    assert run(there, "orphans") == 1
    shown = capsys.readouterr().out
    assert (
        f"provisioned throughput {bought.endpoint_facts(KNOWN).name} (InService), since 1970-01-01 00:00 UTC" in shown
    )
    assert "python -m ops rebuild --model faq" in shown
    assert there.removed == []


def test_named_orphans_are_removed_endpoint_first(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the order in which they are named; a running job is stopped."""
    there = orphaned()
    arguments = [f for arn in (MODEL, running().arn, bought.POINTER) for f in ("--remove", arn)]
    assert run(there, "orphans", *arguments, "--yes", "--json") == 0
    assert there.removed == [bought.POINTER, running().name, MODEL]
    document = json.loads(capsys.readouterr().out)
    assert document["removed"] == [bought.POINTER, running().arn, MODEL]
    assert len(document["orphans"]) == 3


def test_others_stay_when_one_is_removed(run: Run) -> None:
    """And the exit code says so."""
    there = orphaned()
    assert run(there, "orphans", "--remove", bought.POINTER, "--yes") == 1
    assert there.removed == [bought.POINTER]


def test_nothing_is_removed_without_a_yes(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal nobody can be asked."""
    there = orphaned()
    assert run(there, "orphans", "--remove", bought.POINTER) == 2
    assert there.removed == []
    assert "pass --yes" in capsys.readouterr().err


def test_model_that_is_served_is_not_removed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Its endpoint goes first."""
    there = orphaned()
    assert run(there, "orphans", "--remove", MODEL, "--yes") == 1
    assert there.removed == []
    assert f"is needed by {bought.POINTER}; remove that first" in capsys.readouterr().err


def test_model_that_is_held_is_not_removed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """A promotion holds it."""
    there = Account(bought.job_facts(KNOWN), held=["prod"])
    assert run(there, "orphans", "--remove", MODEL, "--yes") == 1
    assert there.removed == []
    assert f"is needed by {names.HOLD_TAG_PREFIX}prod" in capsys.readouterr().err


def test_only_orphans_are_removed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither what a record claims nor what is somebody else's, even if another one is an orphan."""
    foreign = bought.endpoint_facts(KNOWN, arn="foreign", tags={})
    there = Account(bought.job_facts(KNOWN), endpoints=[bought.endpoint_facts(KNOWN), foreign]).keep(KNOWN)
    assert run(there, "orphans", "--remove", bought.POINTER, "--remove", "foreign", "--yes") == 2
    assert there.removed == []
    said = capsys.readouterr().err
    assert f"--remove: {bought.POINTER} is claimed by a record, or younger than an hour" in said
    assert "--remove: foreign does not carry this environment's owner tags, or is not there" in said


def test_what_is_young_is_not_removed(run: Run) -> None:
    """A purchase may be under way."""
    there = orphaned()
    there.created_at = 4_000_000_000.0
    assert run(there, "orphans", "--remove", bought.POINTER, "--yes") == 2
    assert there.removed == []


def test_hold_that_nobody_needs_is_taken_off(run: Run) -> None:
    """The model is another environment's, and stays."""
    there = Account().keep(KNOWN)
    there.others.models[OTHER] = "Active"
    there.others.hold(OTHER, "dev", "finetuning/faq")
    assert run(there, "orphans", "--remove", OTHER, "--yes") == 0
    assert (there.others.held[OTHER], there.removed) == ({}, [])
