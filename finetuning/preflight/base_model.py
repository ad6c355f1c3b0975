"""Whether the account can customize the base model today, and has access to it."""

from collections.abc import Iterator

from finetuning.preflight import ways_out
from finetuning.preflight.facts import AccountFacts, Availability, FoundationModel
from finetuning.preflight.finding import Finding, Severity, Unreadable
from finetuning.preflight.standing import Standing
from finetuning.preflight.wanted import Wanted

LIFECYCLE = "base model"
ACCESS = "model access"
CUSTOM_MODEL = "custom model"

#: What `customizationsSupported` can say at all. Source: Bedrock API reference, data type FoundationModelDetails.
_TOLD = frozenset({"FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION"})

#: Whose models are used without a subscription. Source: Bedrock User Guide, 'Request access to models', product ids.
_NOT_SOLD = frozenset({"Amazon", "Meta"})


def lifecycle(wanted: Wanted, facts: AccountFacts, stands: Standing) -> Iterator[Finding]:
    """Yield whether new jobs and new provisioned throughput are possible.

    Bedrock refuses both from the Legacy date on. Source: Bedrock User Guide, 'Model lifecycle'.
    """
    name, found = wanted.base_model.customization_id, facts.foundation_model
    if isinstance(found, Unreadable):
        yield found.finding(LIFECYCLE)
    elif found is None or found.status != "ACTIVE":
        yield _past_its_life(wanted, found, _against(wanted, stands))
    elif not wanted.promoted_model_arn and _is_refused(wanted.customization_type, found):
        offered = ", ".join(found.customizations) or "no customization"
        yield Finding(
            LIFECYCLE,
            stands.against_job,
            f"{name} takes {offered} in {wanted.region}, wanted is {wanted.customization_type}",
            wanted.customization_type,
            offered,
            "choose another base model, type or Region: python -m ops models",
        )
    else:
        yield Finding(LIFECYCLE, Severity.OK, f"{name} is ACTIVE in {wanted.region}", "ACTIVE", found.status)


def _is_refused(customization_type: str, found: FoundationModel) -> bool:
    return customization_type in _TOLD and customization_type not in found.customizations


def _past_its_life(wanted: Wanted, found: FoundationModel | None, severity: Severity) -> Finding:
    name, fix = wanted.base_model.customization_id, "choose another: python -m ops models"
    if found is None:
        told = f"{name} is not known to Bedrock in {wanted.region}: it is past its end of life or not offered there"
        return Finding(LIFECYCLE, severity, told, "ACTIVE", "not found", fix)
    refused = "Bedrock refuses new customization jobs and new provisioned throughput for it"
    return Finding(
        LIFECYCLE, severity, f"{name} is {found.status}{_dates(found)}; {refused}", "ACTIVE", found.status, fix
    )


def access(wanted: Wanted, facts: AccountFacts, stands: Standing) -> Iterator[Finding]:
    """Yield whether the account has access to the base model.

    Source: Bedrock API reference, GetFoundationModelAvailability, and Bedrock User Guide, 'Request access to models'.
    """
    found = facts.availability
    if isinstance(found, Unreadable):
        yield found.finding(ACCESS)
        return
    if found is None:
        if facts.foundation_model is not None:
            yield Finding(ACCESS, Severity.WARNING, f"Bedrock says nothing of {wanted.base_model.inference_id}")
        return
    refusals = list(_refusals(wanted, found, stands))
    yield from refusals
    if not refusals:
        yield Finding(
            ACCESS, Severity.OK, f"the account may use {wanted.base_model.inference_id}", "AVAILABLE", "AVAILABLE"
        )


def custom_model(wanted: Wanted, facts: AccountFacts, stands: Standing) -> Iterator[Finding]:
    """Yield whether the custom model that is trained further is there."""
    if not wanted.custom_model_arn:
        return
    status = facts.custom_model_status
    if isinstance(status, Unreadable):
        yield status.finding(CUSTOM_MODEL)
    elif status == "Active":
        yield Finding(CUSTOM_MODEL, Severity.OK, f"{wanted.custom_model_arn} is Active", "Active", status)
    else:
        yield Finding(
            CUSTOM_MODEL,
            stands.against_job,
            f"{wanted.custom_model_arn} {f'is {status}' if status else 'does not exist'}; only an Active custom model "
            f"can be trained further",
            "Active",
            status or "not found",
            f"see what there is: aws bedrock list-custom-models --is-owned --region {wanted.region}",
        )


def _refusals(wanted: Wanted, found: Availability, stands: Standing) -> Iterator[Finding]:
    model_id, severity = wanted.base_model.inference_id, stands.against_job
    if found.region != "AVAILABLE":
        regions = ", ".join(wanted.base_model.customization_regions(wanted.customization_type))
        yield Finding(
            ACCESS,
            severity,
            f"{model_id} is not available to the account in {wanted.region}",
            "AVAILABLE",
            found.region,
            f"set environments.{wanted.environment}.region to one of: {regions}",
        )
    if found.authorization != "AUTHORIZED":
        yield Finding(
            ACCESS,
            severity,
            f"the account is not authorized to use {model_id}",
            "AUTHORIZED",
            found.authorization,
            _authorization(wanted),
        )
    yield from _agreement(wanted, found, severity)


def _agreement(wanted: Wanted, found: Availability, severity: Severity) -> Iterator[Finding]:
    model_id = wanted.base_model.inference_id
    if _has_no_agreement(wanted, found):
        yield Finding(
            ACCESS,
            Severity.WARNING,
            f"the agreement on {model_id} is {found.agreement}; {wanted.base_model.provider}'s models need none",
            "AVAILABLE",
            found.agreement,
            "should Bedrock refuse the job for want of access, invoke the model once: Bedrock console, Model catalog, "
            "Open in playground",
        )
    elif found.agreement in {"NOT_AVAILABLE", "ERROR"} or found.entitlement != "AVAILABLE":
        why = f" ({found.agreement_problem})" if found.agreement_problem else ""
        yield Finding(
            ACCESS,
            severity,
            f"the agreement on {model_id} is {found.agreement}, the entitlement {found.entitlement}{why}",
            "AVAILABLE",
            found.agreement if found.agreement != "AVAILABLE" else found.entitlement,
            ways_out.access_to(model_id, wanted.region),
        )
    elif found.agreement != "AVAILABLE":
        yield Finding(
            ACCESS,
            Severity.WARNING,
            f"the agreement on {model_id} is {found.agreement}; it takes some minutes",
            "AVAILABLE",
            found.agreement,
            f"look again: aws bedrock get-foundation-model-availability --model-id {model_id} --region {wanted.region}",
        )


def _has_no_agreement(wanted: Wanted, found: Availability) -> bool:
    """Whether there is nothing to agree to: the model is not sold through AWS Marketplace, and there is access."""
    entitled = found.entitlement == "AVAILABLE" and found.authorization == "AUTHORIZED"
    return entitled and found.agreement == "NOT_AVAILABLE" and wanted.base_model.provider in _NOT_SOLD


def _authorization(wanted: Wanted) -> str:
    """Source: Bedrock User Guide, 'Request access to models', prerequisites."""
    if wanted.base_model.provider == "Anthropic":
        return (
            "submit Anthropic's use-case form once per account: aws bedrock put-use-case-for-model-access --form-data "
            "fileb://use-case.json, or Bedrock console, Model catalog"
        )
    return (
        "an administrator invokes it once (Bedrock console, Model catalog, Open in playground); that needs "
        "aws-marketplace:Subscribe and ViewSubscriptions, and no service control policy against it"
    )


def _against(wanted: Wanted, stands: Standing) -> Severity:
    """Neither a job nor provisioned throughput is possible; a deployment still is, for a model that is there."""
    if stands.buys_endpoint and wanted.serving == "provisioned":
        return Severity.ERROR
    return stands.against_job


def _dates(found: FoundationModel) -> str:
    since = f" since {found.legacy}" if found.legacy else ""
    return since + (f", end of life on {found.end_of_life}" if found.end_of_life else "")
