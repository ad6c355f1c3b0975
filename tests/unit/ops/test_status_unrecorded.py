"""A registry that was lost, seen by `status` and `wait`: the model's stack stands, and nothing is recorded of it."""

import json
from typing import Any

import pytest

from ops.demo.waiting import trouble
from ops.status.judging import report
from ops.status.look import Lookout
from ops.status.milestones import Milestone, Outcome, progress
from ops.status.report import State
from tests.unit.lifecycle import bought
from tests.unit.ops.account import Account
from tests.unit.ops.conftest import Run
from tests.unit.ops.test_adopt_and_rebuild import KNOWN, Cloudformation, LostRegistry


def test_stack_of_which_nothing_is_recorded_needs_a_human(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, with the runbook's section and the command; nobody says that nothing is deployed or billed."""
    assert run(LostRegistry(Cloudformation()), "status") == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "not recorded" in shown
    assert "finetuning-dev-Model-faq is UPDATE_COMPLETE, and the registry has no record of model 'faq'" in shown
    assert "do not deploy" in shown
    assert "docs/runbook.md, 'The registry is lost'" in shown
    assert "python -m ops rebuild --env dev --model faq" in shown
    assert "billed by the hour unknown" in shown


def test_lost_record_is_a_state_of_its_own_in_json(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """With the same words."""
    assert run(LostRegistry(Cloudformation()), "status", "--json") == 1
    [model] = json.loads(capsys.readouterr().out)["models"]
    assert model["state"] == "not recorded"
    assert "python -m ops rebuild" in model["failure"]


@pytest.mark.parametrize("milestone", list(Milestone))
def test_nobody_waits_for_a_model_whose_record_is_lost(milestone: Milestone) -> None:
    """Whatever is waited for; not even `settled` is reached."""
    look = Lookout(LostRegistry(Cloudformation())).look("faq")
    found = progress(milestone, look, report(look))
    assert found.outcome == Outcome.FAILED
    assert "python -m ops rebuild" in "".join(found.reasons)
    assert trouble(report(look)) == report(look).failure


@pytest.mark.parametrize(
    "cloudformation",
    [
        Cloudformation(exists=False),
        Cloudformation(status="CREATE_IN_PROGRESS"),
        Cloudformation(status="ROLLBACK_COMPLETE"),
        Cloudformation(status="CREATE_FAILED"),
    ],
    ids=["none", "being_created", "rolled_back", "failed"],
)
def test_stack_that_never_stood_has_no_record_to_lose(
    cloudformation: Cloudformation, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """A deployment writes the record before it completes; one that failed leaves nothing."""
    there = LostRegistry(cloudformation)
    there.known_jobs.clear()
    there.known_endpoints.clear()
    assert run(there, "status") == 0
    assert "nothing deployed" in capsys.readouterr().out


def test_cloudformation_is_not_asked_about_a_model_that_is_recorded() -> None:
    """A look every second stays cheap."""

    class Recorded(Account):
        def client(self, service: str) -> Any:
            assert service == "bedrock"
            return self

        def get_model_customization_job(self, **_: Any) -> Any:
            return {"creationTime": 0}

    there = Recorded(bought.job_facts(KNOWN, status="InProgress"), endpoints=[bought.endpoint_facts(KNOWN)])
    assert report(Lookout(there.keep(KNOWN)).look("faq")).state != State.NOTHING
