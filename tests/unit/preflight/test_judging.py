"""All findings at once, errors first; what could not be read is never a pass."""

import pytest

from finetuning.preflight import Severity, Unreadable, errors, judge
from finetuning.preflight.facts import Availability, FoundationModel
from tests.unit.preflight.account import a_wanted, an_account, found, nova, quotas, severities, trained

DENIED = Unreadable("service:Right", "AccessDeniedException: no", denied=True)


def test_account_that_can_do_it_has_nothing_against_it() -> None:
    """Each check says that it passed."""
    findings = judge(a_wanted(), an_account())
    assert {finding.severity for finding in findings} == {Severity.OK}
    assert [finding.check for finding in findings] == [
        "base model",
        "model access",
        "quota of customization jobs",
        "quota of custom models",
        "quota of model units",
        "quota of model units of one endpoint",
        "endpoint name",
        "service role",
        "key",
    ]


def test_everything_that_is_wrong_is_said_at_once_and_first() -> None:
    """Nobody deploys five times to learn of five problems."""
    facts = an_account(
        foundation_model=FoundationModel("LEGACY", ()),
        availability=Availability("NOT_AVAILABLE", "NOT_AUTHORIZED", "AVAILABLE", "NOT_AVAILABLE"),
        quotas=quotas(L_BE77399C=0, L_EF415EF6=0, L_0406044C=0, L_CB5B847D=0),
        role=None,
        key=None,
    )
    findings = judge(a_wanted(), facts)
    assert [finding.check for finding in errors(findings)] == [
        "base model",
        "model access",
        "model access",
        "model access",
        "quota of custom models",
        "quota of model units",
        "quota of model units of one endpoint",
        "service role",
        "key",
    ]
    severities = [finding.severity for finding in findings]
    assert severities == sorted(severities, key=["error", "warning", "ok"].index)
    assert all(finding.fix for finding in errors(findings))


def test_what_may_not_be_read_is_a_warning_that_names_the_right() -> None:
    """Neither a pass nor a reason to refuse."""
    facts = an_account(
        foundation_model=DENIED,
        availability=DENIED,
        quotas=dict.fromkeys(quotas(), DENIED),
        endpoints={"provisioned": DENIED},
        jobs=DENIED,
        custom_models=DENIED,
        role=DENIED,
        key=DENIED,
    )
    findings = judge(a_wanted(), facts)
    assert {finding.severity for finding in findings} == {Severity.WARNING}
    assert len(findings) == 9
    assert {finding.message for finding in findings} == {
        "not checked, service:Right is not allowed: AccessDeniedException: no"
    }
    assert all("allow service:Right" in finding.fix for finding in findings)


def test_look_that_failed_for_another_reason_is_told_apart() -> None:
    """A right that is there need not be asked for."""
    facts = an_account(key=Unreadable("kms:DescribeKey", "KMSInternalException: later", denied=False))
    finding = found(a_wanted(), facts, "key")
    assert finding.severity is Severity.WARNING
    assert finding.message == "not checked, kms:DescribeKey failed: KMSInternalException: later"


def test_finding_is_one_line_with_its_way_out() -> None:
    """As the deployment shows it."""
    finding = found(a_wanted(), an_account(key=None), "key")
    assert str(finding) == (
        "key: arn:aws:kms:us-west-2:111122223333:key/11111111-2222-3333-4444-555555555555 does not exist; "
        "correct key_arn in cdk.json, or leave it out to have one made"
    )


@pytest.mark.parametrize("serving", ["none", "on_demand"])
def test_nothing_is_asked_for_that_is_not_needed(serving: str) -> None:
    """Without provisioned throughput nobody needs model units."""
    wanted = nova(serving=serving)
    facts = an_account(quotas=quotas(L_BE77399C=0))
    assert severities(wanted, facts) == {}


def test_retraining_is_not_refused_for_what_bedrock_refuses_before_it_costs_anything() -> None:
    """Whether there is a new job at all is not known before the data was read."""
    facts = an_account(
        record=trained(),
        foundation_model=FoundationModel("LEGACY", ()),
        quotas=quotas(L_CB5B847D=0),
        role=None,
        key=None,
    )
    wanted = a_wanted(serving="none")
    assert severities(wanted, facts) == dict.fromkeys(
        ("base model", "quota of custom models", "service role", "key"), "warning"
    )


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"baseModelIdentifier": "amazon.nova-lite-v1:0:300k"}, id="another base model"),
        pytest.param({"baseModelIdentifier": "of.another-catalog"}, id="unknown base model"),
        pytest.param({"customizationType": "DISTILLATION"}, id="another type"),
    ],
)
def test_another_training_needs_a_job_for_certain(settings: dict[str, str]) -> None:
    """What was trained before is no reason to let it pass."""
    facts = an_account(record=trained(**settings), key=None)
    assert severities(a_wanted(), facts) == {"key": "error"}
