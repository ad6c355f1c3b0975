"""A wanted model, and an account that has nothing against it; tests say what differs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from finetuning import catalog, names
from finetuning.fingerprint import endpoint_fingerprint
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.endpoint import EndpointWanted, want_endpoint
from finetuning.lifecycle.training import TrainingWanted, want_training
from finetuning.preflight import AccountFacts, Finding, Wanted, judge
from finetuning.preflight.facts import Availability, FoundationModel, Key, LiveEndpoint, QuotaValue, Role
from tests.unit.lifecycle.records import claim

ACCOUNT, REGION = "111122223333", "us-west-2"
HAIKU = catalog.find("claude-3-haiku")
NOVA_LITE = catalog.find("nova-lite")
BLANK = ModelRecord("finetuning", "dev", "faq")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
THROUGHPUT = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:provisioned-model/abcdefghijkl"
UNITS, UNITS_OF_HAIKU, JOBS, MODELS = "L-BE77399C", "L-EF415EF6", "L-0406044C", "L-CB5B847D"
TRUST = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "bedrock.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
                "ArnEquals": {"aws:SourceArn": f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-customization-job/*"},
            },
        }
    ]
}


def a_wanted(**changes: Any) -> Wanted:
    """Haiku on one unit of provisioned throughput."""
    usual = Wanted(
        project="finetuning",
        environment="dev",
        model="faq",
        account=ACCOUNT,
        region=REGION,
        base_model=HAIKU,
        serving="provisioned",
        service_role_arn=ROLE,
        key_arn=KEY,
    )
    return replace(usual, **changes)


def nova(**changes: Any) -> Wanted:
    """Nova Lite on demand."""
    elsewhere = {"region": "us-east-1", "service_role_arn": "", "key_arn": ""}
    return a_wanted(**{"base_model": NOVA_LITE, "serving": "on_demand", **elsewhere, **changes})


def an_account(**changes: Any) -> AccountFacts:
    """An account that can do it."""
    usual: dict[str, Any] = {
        "record": BLANK,
        "foundation_model": FoundationModel("ACTIVE", ("FINE_TUNING",)),
        "availability": Availability("AVAILABLE", "AUTHORIZED", "AVAILABLE", "AVAILABLE"),
        "quotas": quotas(),
        "role": Role(ROLE, TRUST),
        "key": Key(KEY, "Enabled", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT"),
    }
    return AccountFacts(**{**usual, **changes})


def quotas(**values: float | None) -> dict[str, QuotaValue | None]:
    """Quotas by code, with underscores in place of hyphens; plenty of each that is not named."""
    plenty: dict[str, float | None] = dict.fromkeys((UNITS, UNITS_OF_HAIKU, JOBS, MODELS, "L-430C95DD"), 50.0)
    given = plenty | {code.replace("_", "-"): value for code, value in values.items()}
    return {code: None if value is None else QuotaValue(value) for code, value in given.items()}


def throughput(name: str, counts: int, arn: str = THROUGHPUT) -> Mapping[str, tuple[LiveEndpoint, ...]]:
    """One provisioned throughput."""
    return {"provisioned": (LiveEndpoint("provisioned", name, arn, "InService", counts),)}


def trained(**settings: str) -> ModelRecord:
    """A record that wants a training of Haiku."""
    usual = {"baseModelIdentifier": HAIKU.customization_id, "customizationType": "FINE_TUNING"}
    asked = TrainingWanted("a" * 64, {**usual, **settings}, {}, 1)
    return want_training(BLANK, claim(1), asked)


def endpoint_wanted(model_units: int = 1, **changes: Any) -> EndpointWanted:
    """Provisioned throughput for Haiku."""
    fingerprint = endpoint_fingerprint(
        base_model=HAIKU, serving="provisioned", model_units=model_units, commitment="none"
    )
    usual = {"serving": "provisioned", "model_units": model_units, "commitment": "none", "tags": {}}
    return EndpointWanted(**{"fingerprint": fingerprint, **usual, **changes})


def served(units: int = 1, /, **bought: Any) -> ModelRecord:
    """A record whose endpoint for Haiku is there; `bought` says what of its generation differs."""
    record = want_endpoint(trained(), claim(2, resource="Endpoint"), endpoint_wanted(units))
    generation = record.endpoint.current
    assert generation is not None
    return record.with_endpoint(replace(generation, **{"intended": True, "arn": THROUGHPUT, **bought}))


def owner(**changes: str) -> dict[str, str]:
    """The owner tags."""
    return {names.PROJECT_TAG: "finetuning", names.ENVIRONMENT_TAG: "dev", **changes}


def found(wanted: Wanted, facts: AccountFacts, check: str) -> Finding:
    """The one finding of a check."""
    [finding] = [finding for finding in judge(wanted, facts) if finding.check == check]
    return finding


def severities(wanted: Wanted, facts: AccountFacts) -> dict[str, str]:
    """Severity by check, of what is not well."""
    return {finding.check: finding.severity.value for finding in judge(wanted, facts) if finding.severity != "ok"}
