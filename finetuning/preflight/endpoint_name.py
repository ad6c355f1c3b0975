"""Whether the wanted endpoint's name is free.

It derives from the endpoint's fingerprint, so it is known. The names of the job and the custom model derive from the
data too, which is read later; if they turn out to be taken, the driver goes on to the next attempt's.
"""

from collections.abc import Iterator

from finetuning import names
from finetuning.lifecycle.record import ModelRecord
from finetuning.preflight.facts import AccountFacts
from finetuning.preflight.finding import Finding, Severity, Unreadable
from finetuning.preflight.standing import Standing
from finetuning.preflight.wanted import Wanted

CHECK = "endpoint name"


def of(wanted: Wanted, record: ModelRecord) -> str:
    """Return the name of the endpoint that is going to be bought."""
    fingerprint = wanted.endpoint_fingerprint
    same = [g for g in record.endpoint.generations if g.fingerprint == fingerprint]
    current = record.endpoint.current
    if current in same and not current.failure:
        return current.name
    attempt = 1 + max((g.attempt for g in same), default=0)
    return names.endpoint_name(wanted.project, wanted.environment, wanted.model, fingerprint, attempt)


def judge(wanted: Wanted, facts: AccountFacts, stands: Standing) -> Iterator[Finding]:
    """Yield whether the name is free, where an endpoint is going to be bought."""
    if not stands.serves:
        return
    if not stands.buys_endpoint:
        yield Finding(CHECK, Severity.OK, _why_not(stands))
        return
    live, name = facts.endpoints.get(wanted.serving, ()), of(wanted, facts.record)
    if isinstance(live, Unreadable):
        yield live.finding(CHECK)
        return
    taken = [endpoint for endpoint in live if endpoint.name == name]
    if not taken or name in {g.name for g in facts.record.endpoint.generations}:
        yield Finding(CHECK, Severity.OK, f"{name} is free")
        return
    yield _taken(wanted, facts, taken[0].arn, name)


def _why_not(stands: Standing) -> str:
    if stands.endpoint is None:
        return "an operator stopped the bill: nothing is bought before python -m ops resume"
    return f"{stands.endpoint.name} is there: nothing is bought"


def _taken(wanted: Wanted, facts: AccountFacts, arn: str, name: str) -> Finding:
    tags = facts.owners.get(arn, {})
    if isinstance(tags, Unreadable):
        return tags.finding(CHECK)
    owner = {names.PROJECT_TAG: wanted.project, names.ENVIRONMENT_TAG: wanted.environment}
    if owner.items() <= tags.items():
        fix = f"see what it is: python -m ops orphans --env {wanted.environment}"
        return Finding(CHECK, Severity.WARNING, f"{name} exists, is ours by its tags, and no record knows it", fix=fix)
    return Finding(
        CHECK,
        Severity.ERROR,
        f"{name} is taken by {arn}, which is not this project's by its tags",
        "free",
        arn,
        "delete that, or rename the model or the project in cdk.json",
    )
