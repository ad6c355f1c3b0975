"""Whether the alarms that are to watch a model are there: without them no candidate goes into service."""

from collections.abc import Iterator

from finetuning.preflight.facts import AccountFacts
from finetuning.preflight.finding import Finding, Severity, Unreadable
from finetuning.preflight.standing import Standing
from finetuning.preflight.wanted import Wanted

CHECK = "alarms"


def names(wanted: Wanted) -> tuple[str, ...]:
    """Return the alarms that are to watch a model."""
    return wanted.endpoint.alarms if wanted.endpoint is not None else ()


def judge(wanted: Wanted, facts: AccountFacts, stands: Standing) -> Iterator[Finding]:
    """Yield a finding for each alarm.

    One that is gone since it was accepted is a warning: what serves goes on serving, and nothing may be coming.
    """
    if isinstance(facts.alarms, Unreadable):
        yield facts.alarms.finding(CHECK)
        return
    endpoint = facts.record.endpoint.wanted
    accepted = endpoint.alarms if endpoint is not None else ()
    where = f"{wanted.account}, {wanted.region}"
    for name in names(wanted):
        state = facts.alarms.get(name, "")
        if not state:
            yield Finding(
                CHECK,
                Severity.WARNING if name in accepted else Severity.ERROR,
                f"alarm {name!r} does not exist in {where}, so no model would go into service",
                "exists",
                "not found",
                "create it first, or take it out of endpoint.alarms in cdk.json",
            )
        elif state == "ALARM":
            told = f"alarm {name!r} goes off, and no other model goes into service until it is quiet"
            yield Finding(CHECK, Severity.WARNING, told, "quiet", state, "look at it, or correct endpoint.alarms")
        else:
            yield Finding(CHECK, Severity.OK, f"alarm {name!r} is {state}", "quiet", state)
