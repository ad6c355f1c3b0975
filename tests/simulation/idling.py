"""Whether a deleted endpoint was one that nobody invoked and that was allowed to go, by what the world remembers."""

from tests.simulation.aws.ledger import Change
from tests.simulation.view import View, is_of

DAY = 86_400.0


def was_idle(view: View, change: Change) -> bool:
    """Whether the watchdog may have had it deleted: people were told a day before, and nobody asked it anything."""
    bought = next((p for p in view.purchases if p.arn == change.arn), None)
    if change.what != "deleted" or change.kind != "provisioned" or bought is None or bought.commitment:
        return False
    asked = [r.event["ResourceProperties"] for r in view.requests("endpoint") if r.sent_at <= change.at]
    days = [float(each["IdleDays"]) for each in asked if is_of(bought, each) and each["RemoveIdle"] == "true"]
    if not days or max(days) <= 0:
        return False
    since = change.at - max(days) * DAY
    runtime, topic = view.environment.account.bedrock.runtime, view.environment.account.topic
    used = any(each.endpoint_arn == change.arn and each.at > since for each in runtime.asked)
    told = any("idle" in notice.subject and notice.at <= change.at - DAY / 2 for notice in topic.notices)
    return bought.at <= since and not used and told
