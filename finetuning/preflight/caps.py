"""Whether the endpoint that is going to be bought fits its caps, beside what the model has already.

The driver asks again just before it buys. But CloudFormation has a job started before it comes to the endpoint, and
what was trained is billed: what cannot be served is better not trained.
"""

from collections.abc import Iterator
from dataclasses import replace

from finetuning.lifecycle.deployment import deployed
from finetuning.lifecycle.outcome import purchase_refusal
from finetuning.preflight.facts import AccountFacts
from finetuning.preflight.finding import Finding, Severity
from finetuning.preflight.standing import Standing
from finetuning.preflight.wanted import Wanted

CHECK = "caps"


def judge(wanted: Wanted, facts: AccountFacts, stands: Standing) -> Iterator[Finding]:
    """Yield why the endpoint may not be bought now, or, where it has caps, that it may."""
    if wanted.endpoint is None or not stands.buys_endpoint:
        return
    caps = (wanted.endpoint.max_hourly_usd, wanted.endpoint.max_usd_per_month)
    # The training stays what it is: whether there is a new job is not known before the data was read.
    asked = replace(facts.record, endpoint=deployed(facts.record, None, wanted.endpoint).endpoint)
    endpoint = asked.endpoint.wanted
    refusal = purchase_refusal(asked, endpoint, facts.now) if endpoint else ""
    if refusal:
        yield Finding(CHECK, Severity.ERROR, refusal)
    elif any(cap is not None for cap in caps):
        yield Finding(CHECK, Severity.OK, "the endpoint fits its caps")
