"""All checks of one model: every finding at once, what is well included."""

from finetuning.preflight import base_model, buckets, caps, endpoint_name, key, quotas, service_role
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
)


def judge(wanted: Wanted, facts: AccountFacts) -> tuple[Finding, ...]:
    """Return what the account says against a wanted model, errors first."""
    stands = standing(wanted, facts.record)
    return by_severity(finding for check in _CHECKS for finding in check(wanted, facts, stands))
