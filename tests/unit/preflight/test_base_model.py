"""The base model's life and the account's access to it."""

from typing import Any

import pytest

from finetuning.preflight import Severity
from finetuning.preflight.facts import Availability, FoundationModel
from tests.unit.preflight.account import HAIKU, a_wanted, an_account, found, nova, served, severities, trained

CUSTOM = "arn:aws:bedrock:us-west-2:111122223333:custom-model/anthropic.claude-3-haiku-20240307-v1:0:200k/abcdefghijkl"


def access(**changes: str) -> Availability:
    """Access to everything, but for what differs."""
    usual = {"agreement": "AVAILABLE", "authorization": "AUTHORIZED", "entitlement": "AVAILABLE", "region": "AVAILABLE"}
    return Availability(**{**usual, **changes})


@pytest.mark.parametrize(
    ("model", "present", "message"),
    [
        pytest.param(
            FoundationModel("LEGACY", ("FINE_TUNING",), "2026-03-10", "2026-09-10"),
            "LEGACY",
            "anthropic.claude-3-haiku-20240307-v1:0:200k is LEGACY since 2026-03-10, end of life on 2026-09-10; "
            "Bedrock refuses new customization jobs and new provisioned throughput for it",
            id="legacy",
        ),
        pytest.param(
            None,
            "not found",
            "anthropic.claude-3-haiku-20240307-v1:0:200k is not known to Bedrock in us-west-2: it is past its end of "
            "life or not offered there",
            id="gone",
        ),
        pytest.param(
            FoundationModel("ACTIVE", ()),
            "no customization",
            "anthropic.claude-3-haiku-20240307-v1:0:200k takes no customization in us-west-2, wanted is FINE_TUNING",
            id="not customizable",
        ),
    ],
)
def test_base_model_that_cannot_be_customized_is_refused(
    model: FoundationModel | None, present: str, message: str
) -> None:
    """In the account's own words, with the dates."""
    finding = found(a_wanted(), an_account(foundation_model=model), "base model")
    assert (finding.severity, finding.present, finding.message) == (Severity.ERROR, present, message)
    assert "python -m ops models" in finding.fix


def test_type_that_bedrock_cannot_name_here_is_not_judged() -> None:
    """`customizationsSupported` has no word for reinforcement fine-tuning."""
    wanted = nova(customization_type="REINFORCEMENT_FINE_TUNING")
    assert found(wanted, an_account(), "base model").severity is Severity.OK


def test_legacy_model_forbids_new_throughput_also_for_a_model_that_is_there() -> None:
    """A deployment on demand is still possible (Bedrock User Guide, 'Model lifecycle')."""
    legacy = FoundationModel("LEGACY", ())
    facts = an_account(record=trained(), foundation_model=legacy)
    assert severities(a_wanted(), facts)["base model"] == "error"
    assert severities(a_wanted(serving="none"), facts)["base model"] == "warning"
    assert severities(a_wanted(), an_account(record=served(), foundation_model=legacy))["base model"] == "warning"


@pytest.mark.parametrize(
    ("changes", "message", "fix"),
    [
        pytest.param(
            {"region": "NOT_AVAILABLE"},
            "anthropic.claude-3-haiku-20240307-v1:0 is not available to the account in us-west-2",
            "set environments.dev.region to one of: us-west-2",
            id="region",
        ),
        pytest.param(
            {"authorization": "NOT_AUTHORIZED"},
            "the account is not authorized to use anthropic.claude-3-haiku-20240307-v1:0",
            "submit Anthropic's use-case form once per account: aws bedrock put-use-case-for-model-access --form-data "
            "fileb://use-case.json, or Bedrock console, Model catalog",
            id="authorization",
        ),
        pytest.param(
            {"agreement": "ERROR", "agreement_problem": "no valid payment method"},
            "the agreement on anthropic.claude-3-haiku-20240307-v1:0 is ERROR, the entitlement AVAILABLE (no valid "
            "payment method)",
            "see the offer: aws bedrock list-foundation-model-agreement-offers --model-id "
            "anthropic.claude-3-haiku-20240307-v1:0 --region us-west-2; take it: aws bedrock "
            "create-foundation-model-agreement --model-id anthropic.claude-3-haiku-20240307-v1:0 --offer-token "
            "<offerToken> --region us-west-2",
            id="agreement",
        ),
    ],
)
def test_missing_access_says_how_to_ask_for_it(changes: dict[str, str], message: str, fix: str) -> None:
    """The commands can be copied."""
    finding = found(a_wanted(), an_account(availability=access(**changes)), "model access")
    assert (finding.severity, finding.message, finding.fix) == (Severity.ERROR, message, fix)


@pytest.mark.parametrize("changes", [{"agreement": "NOT_AVAILABLE"}, {"entitlement": "NOT_AVAILABLE"}])
def test_missing_agreement_or_entitlement_is_refused(changes: dict[str, str]) -> None:
    """Either alone."""
    finding = found(a_wanted(), an_account(availability=access(**changes)), "model access")
    assert (finding.severity, finding.present) == (Severity.ERROR, "NOT_AVAILABLE")


def test_base_model_of_which_bedrock_says_nothing_is_a_warning() -> None:
    """Unless it is not there at all, which is said once."""
    finding = found(a_wanted(), an_account(availability=None), "model access")
    assert (finding.severity, finding.message) == (
        Severity.WARNING,
        "Bedrock says nothing of anthropic.claude-3-haiku-20240307-v1:0",
    )
    nowhere = severities(a_wanted(), an_account(availability=None, foundation_model=None))
    assert "model access" not in nowhere
    assert nowhere["base model"] == "error"


def test_pending_agreement_is_a_matter_of_minutes() -> None:
    """The job takes hours, so nobody is stopped."""
    finding = found(a_wanted(), an_account(availability=access(agreement="PENDING")), "model access")
    assert finding.severity is Severity.WARNING
    assert "get-foundation-model-availability" in finding.fix


def test_models_that_nobody_sells_need_no_agreement() -> None:
    """Those of Amazon and Meta have no offer to take; whether one is told of as missing is not documented."""
    finding = found(nova(), an_account(availability=access(agreement="NOT_AVAILABLE")), "model access")
    assert (finding.severity, finding.message) == (
        Severity.WARNING,
        "the agreement on amazon.nova-lite-v1:0 is NOT_AVAILABLE; Amazon's models need none",
    )
    assert "invoke the model once" in finding.fix
    for changes in ({"agreement": "ERROR"}, {"agreement": "NOT_AVAILABLE", "entitlement": "NOT_AVAILABLE"}):
        refused = found(nova(), an_account(availability=access(**changes)), "model access")
        assert refused.severity is Severity.ERROR


def test_other_providers_need_an_administrator_and_no_form() -> None:
    """Anthropic's form is Anthropic's alone."""
    finding = found(nova(), an_account(availability=access(authorization="NOT_AUTHORIZED")), "model access")
    assert "put-use-case" not in finding.fix
    assert "aws-marketplace:Subscribe" in finding.fix


@pytest.mark.parametrize(
    ("status", "severity", "message"),
    [
        ("Active", "ok", f"{CUSTOM} is Active"),
        ("Creating", "error", f"{CUSTOM} is Creating; only an Active custom model can be trained further"),
        (None, "error", f"{CUSTOM} does not exist; only an Active custom model can be trained further"),
    ],
)
def test_custom_model_that_is_trained_further_must_be_there(status: str | None, severity: str, message: str) -> None:
    """It may have been deleted since it was written down."""
    facts: dict[str, Any] = {"custom_model_status": status}
    finding = found(a_wanted(custom_model_arn=CUSTOM), an_account(**facts), "custom model")
    assert (finding.severity.value, finding.message) == (severity, message)


def test_training_of_another_custom_model_needs_a_job_for_certain() -> None:
    """The base model alone does not make it the same training."""
    facts = an_account(record=trained(baseModelIdentifier=CUSTOM), key=None, custom_model_status="Active")
    assert severities(a_wanted(custom_model_arn=CUSTOM), facts)["key"] == "warning"
    assert severities(a_wanted(), facts)["key"] == "error"
    assert HAIKU.provider == "Anthropic"
