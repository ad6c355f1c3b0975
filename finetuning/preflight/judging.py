"""All checks of one model: every finding at once, what is well included."""

from finetuning.preflight import (
    alarms,
    base_model,
    buckets,
    caps,
    endpoint_name,
    key,
    promoted_model,
    quotas,
    service_role,
)
from finetuning.preflight.facts import AccountFacts
from finetuning.preflight.finding import Finding, by_severity
from finetuning.preflight.standing import standing
from finetuning.preflight.wanted import Wanted

_CHECKS = (
    base_model.lifecycle,
    base_model.access,
    base_model.custom_model,
    quotas.judge,
    caps.judge,
    endpoint_name.judge,
    service_role.judge,
    key.judge,
    buckets.judge,
    alarms.judge,
)
#: For a model that was trained elsewhere nothing reads data here, nobody assumes a role and no key encrypts.
_CHECKS_OF_A_PROMOTION = (
    base_model.lifecycle,
    base_model.access,
    promoted_model.judge,
    quotas.judge,
    caps.judge,
    endpoint_name.judge,
    alarms.judge,
)


def judge(wanted: Wanted, facts: AccountFacts) -> tuple[Finding, ...]:
    """Return what the account says against a wanted model, errors first."""
    stands = standing(wanted, facts.record)
    checks = _CHECKS_OF_A_PROMOTION if wanted.promoted_model_arn else _CHECKS
    return by_severity(finding for check in checks for finding in check(wanted, facts, stands))
