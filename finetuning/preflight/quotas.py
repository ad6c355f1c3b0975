"""Whether what is wanted fits the account's quotas, beside what there is already.

The wanted endpoint is not counted when it exists; units that other models of ours wait to buy are, and so is the
deployment at which a candidate is judged.
Names, codes and defaults are the catalog's. Source: AWS General Reference, 'Amazon Bedrock endpoints and quotas'.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from finetuning import catalog
from finetuning.base_model import Quota
from finetuning.preflight import ways_out
from finetuning.preflight.facts import AccountFacts, LiveEndpoint, QuotaValue
from finetuning.preflight.finding import Finding, Severity, Unreadable
from finetuning.preflight.standing import Standing
from finetuning.preflight.wanted import Wanted

UNITS = "quota of model units"
UNITS_OF_ONE = "quota of model units of one endpoint"
JOBS = "quota of customization jobs"
CUSTOM_MODELS = "quota of custom models"
DEPLOYMENTS = "quota of deployments"
DEPLOYMENTS_IN_PROGRESS = "quota of deployments in progress"
_UNASKED = "a candidate is judged at a deployment of its own, and without one it cannot be asked and does not pass"


@dataclass(frozen=True)
class _Need:
    """What one check compares.

    Attributes:
        used: by whomever, or why nobody knows.
        asked: how much more is wanted.
        severity: if there is too little.
        then: what becomes of it if there is too little, for the message.
    """

    check: str
    quota: Quota
    used: int | Unreadable
    asked: int
    severity: Severity
    then: str = ""


def asked_for(wanted: Wanted) -> tuple[Quota, ...]:
    """Return the quotas whose values decide about a wanted model and can be asked for by code."""
    shared = catalog.quotas()
    found = [] if wanted.promoted_model_arn else [shared["scheduled_jobs"], shared["custom_models"]]
    if wanted.serving == "provisioned":
        found += [quota for quota in (_units(wanted), _units_of_one(wanted)) if quota]
    if "on_demand" in wanted.endpoints:
        found += [shared["deployments"], shared["deployments_in_progress"]]
    return tuple(quota for quota in found if quota.code is not None)


def judge(wanted: Wanted, facts: AccountFacts, stands: Standing) -> Iterator[Finding]:
    """Yield a finding for each quota."""
    of_job = () if wanted.promoted_model_arn else _of_job(facts, stands)
    for need in (*of_job, *_of_endpoint(wanted, facts, stands)):
        yield _finding(need, facts.quotas, wanted)


def _of_job(facts: AccountFacts, stands: Standing) -> Iterator[_Need]:
    shared = catalog.quotas()
    waits = "the job is started when another one has ended"
    yield _Need(JOBS, shared["scheduled_jobs"], facts.jobs, 1, Severity.WARNING, waits)
    yield _Need(
        CUSTOM_MODELS,
        shared["custom_models"],
        facts.custom_models,
        1,
        stands.against_job,
        "a new job is refused" if stands.trained else "",
    )


def _of_endpoint(wanted: Wanted, facts: AccountFacts, stands: Standing) -> Iterator[_Need]:
    severity, asked = stands.against_endpoint, 1 if stands.buys_endpoint else 0
    if wanted.serving == "provisioned":
        live = facts.endpoints.get("provisioned", ())
        if units := _units(wanted):
            yield _Need(UNITS, units, _used_units(live, facts, units), asked * wanted.model_units, severity)
        if units := _units_of_one(wanted):
            yield _Need(UNITS_OF_ONE, units, 0, asked * wanted.model_units, severity)
    if "on_demand" in wanted.endpoints:
        yield from _of_deployments(wanted, facts, stands)


def _of_deployments(wanted: Wanted, facts: AccountFacts, stands: Standing) -> Iterator[_Need]:
    """One deployment at most is more than there is: the candidate's goes before the one that serves is made."""
    shared, live = catalog.quotas(), facts.endpoints.get("on_demand", ())
    serves, judges = wanted.serving == "on_demand" and stands.buys_endpoint, wanted.judged_apart and not stands.stopped
    yield _Need(
        DEPLOYMENTS,
        shared["deployments"],
        _count(live),
        1 if serves or judges else 0,
        stands.against_endpoint if serves else stands.against_job,
        _UNASKED if judges else "",
    )
    creating = live if isinstance(live, Unreadable) else tuple(e for e in live if e.status == "Creating")
    yield _Need(
        DEPLOYMENTS_IN_PROGRESS,
        shared["deployments_in_progress"],
        _count(creating),
        1 if serves or judges else 0,
        Severity.WARNING,
        "they are done long before a job is",
    )


def _units_of_one(wanted: Wanted) -> Quota | None:
    path = wanted.base_model.serving.get("provisioned")
    return path.units_quota if path else None


def _units(wanted: Wanted) -> Quota | None:
    """The quota of units without a commitment: the base model's own if it has one; None with a commitment."""
    path = wanted.base_model.serving.get("provisioned")
    if wanted.commitment != "none":
        return None
    own = path.units_quota_without_commitment if path else None
    return own or catalog.quotas()["custom_provisioned_units"]


def _used_units(live: tuple[LiveEndpoint, ...] | Unreadable, facts: AccountFacts, quota: Quota) -> int | Unreadable:
    """Units of all custom models; how many of them are a single base model's is not told."""
    if isinstance(live, Unreadable) or quota.code is None:
        return live if isinstance(live, Unreadable) else 0
    return sum(endpoint.counts for endpoint in live) + facts.awaited_units


def _count(live: tuple[LiveEndpoint, ...] | Unreadable) -> int | Unreadable:
    return live if isinstance(live, Unreadable) else len(live)


def _finding(need: _Need, values: Mapping[str, QuotaValue | Unreadable | None], wanted: Wanted) -> Finding:
    named = f"'{need.quota.name}'" + (f" ({need.quota.code})" if need.quota.code else "")
    if need.asked == 0:
        return Finding(need.check, Severity.OK, f"nothing more of {named} is needed")
    if isinstance(need.used, Unreadable):
        return need.used.finding(need.check)
    # One without a code cannot be asked for, so the default stands for it.
    value = values.get(need.quota.code) if need.quota.code else QuotaValue(need.quota.default, applied=False)
    if isinstance(value, Unreadable):
        return value.finding(need.check)
    if value is None:
        told = f"Service Quotas does not know {named}; by AWS's table it is {need.quota.default} by default"
        see = f"see https://{wanted.region}.console.aws.amazon.com/servicequotas/home/services/bedrock/quotas"
        return Finding(need.check, Severity.WARNING, told, fix=see)
    return _compared(need, need.used, named, value, wanted)


def _compared(need: _Need, used: int, named: str, value: QuotaValue, wanted: Wanted) -> Finding:
    total = used + need.asked
    default = "" if value.applied else ", AWS's default,"
    beside = f"{used} used, {need.asked} more" if used else str(need.asked)
    message = f"{named} is {value.value:g}{default} in {wanted.region}, {beside} needed"
    if total <= value.value:
        return Finding(need.check, Severity.OK, message, f"{value.value:g}", str(used))
    # A default that may have been raised, and that nobody can ask for, forbids nothing.
    is_certain = need.quota.code is not None or need.quota.adjustable is False
    return Finding(
        need.check,
        need.severity if is_certain else Severity.WARNING,
        f"{message}: {need.then}" if need.then else message,
        f"{value.value:g}",
        str(used),
        ways_out.more_of(need.quota, total, wanted.region) + ways_out.other_serving(wanted),
    )
