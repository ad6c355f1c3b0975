"""Preflight of a model that another environment trained: no question about a job, but whether the model is there."""

from dataclasses import replace

import pytest

from finetuning.lifecycle.training import TrainingWanted, want_training
from finetuning.lifecycle.verdict import Promoted
from finetuning.preflight import Severity, Unreadable, judge
from finetuning.preflight.facts import FoundationModel
from finetuning.preflight.quotas import asked_for
from tests.unit.lifecycle.records import claim
from tests.unit.preflight.account import BLANK, a_wanted, an_account, found, quotas, severities

ARN = "arn:aws:bedrock:us-west-2:111122223333:custom-model/anthropic.claude-3-haiku-20240307-v1:0:200k/abcdefghijkl"
PROMOTED = a_wanted(promoted_model_arn=ARN)


def test_nothing_of_a_job_is_asked() -> None:
    """Neither its quotas nor its role, its key and its data."""
    findings = judge(PROMOTED, an_account(custom_model_status="Active", role=None, key=None))
    assert {finding.severity for finding in findings} == {Severity.OK}
    assert [finding.check for finding in findings] == [
        "base model",
        "model access",
        "promoted model",
        "quota of model units",
        "quota of model units of one endpoint",
        "endpoint name",
    ]
    assert {quota.code for quota in asked_for(PROMOTED)} == {"L-BE77399C", "L-EF415EF6"}


def test_endpoint_is_judged_as_ever() -> None:
    """It is bought here."""
    account = an_account(custom_model_status="Active", quotas=quotas(L_BE77399C=0))
    assert severities(PROMOTED, account) == {"quota of model units": "error"}


def test_base_model_may_take_no_jobs_any_more() -> None:
    """None is started; what it offers for customization does not matter."""
    account = an_account(custom_model_status="Active", foundation_model=FoundationModel("ACTIVE", ()))
    assert severities(PROMOTED, account) == {}


def test_base_model_past_its_life_sells_no_throughput() -> None:
    """A deployment is still possible, for a model that is there."""
    account = an_account(custom_model_status="Active", foundation_model=FoundationModel("LEGACY", ()))
    assert severities(PROMOTED, account) == {"base model": "error"}
    assert severities(replace(PROMOTED, serving="none"), account) == {"base model": "warning"}


@pytest.mark.parametrize(("status", "said"), [(None, "does not exist"), ("Failed", "is Failed")])
def test_model_that_cannot_be_served_is_refused(status: str | None, said: str) -> None:
    """With what to do."""
    finding = found(PROMOTED, an_account(custom_model_status=status), "promoted model")
    assert finding.severity is Severity.ERROR
    assert finding.message == f"{ARN} {said} in 111122223333, us-west-2"
    assert "python -m ops promote" in finding.fix


def test_model_that_is_promoted_already_is_no_reason_to_refuse() -> None:
    """What was deleted since is drift: the driver says so, and a deployment may be what mends it."""
    promoted = Promoted("swap", ARN, "arn:job", "finetuning-dev-faq-0123456789-1", "a" * 64)
    record = want_training(BLANK, claim(1), TrainingWanted("a" * 64, {}, {}, 1, promoted=promoted))
    finding = found(PROMOTED, an_account(custom_model_status=None, record=record), "promoted model")
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(("there", "here"), [("us-west-2", "us-east-1"), ("111122223333", "444455556666")])
def test_model_of_another_place_is_copied_and_not_looked_at(there: str, here: str) -> None:
    """Only its owner can."""
    copied = replace(PROMOTED, promoted_model_arn=ARN.replace(there, here))
    finding = found(copied, an_account(custom_model_status=None), "promoted model")
    assert (finding.severity, finding.message[:4]) == (Severity.OK, "arn:")


def test_model_that_may_not_be_looked_at_is_not_judged() -> None:
    """It never passes."""
    unreadable = Unreadable("bedrock:GetCustomModel", "AccessDeniedException: no", denied=True)
    assert severities(PROMOTED, an_account(custom_model_status=unreadable)) == {"promoted model": "warning"}
