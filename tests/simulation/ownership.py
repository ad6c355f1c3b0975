"""I1, I2, I3 and I5: what is alive has an owner, what is owned stays, nothing is bought twice or without consent."""

from collections import Counter
from collections.abc import Iterator

from finetuning import names
from finetuning.lifecycle import ModelRecord
from tests.simulation.aws.bedrock import HUMAN
from tests.simulation.aws.ledger import Change, Purchase
from tests.simulation.aws.site import EPOCH
from tests.simulation.aws.things import Endpoint, Job, Model, Thing
from tests.simulation.gating import refused_models
from tests.simulation.idling import was_idle
from tests.simulation.view import View, Violation, is_of
from tests.simulation.wanted import ENVIRONMENT, PROJECT

#: An operator's command looks and writes within this time of its beginning, and agrees to what it finds then.
COMMAND_SECONDS = 60.0


def ownership(view: View) -> Iterator[Violation]:
    """What is wrong with what one model has and had."""
    yield from no_leak(view)
    yield from no_over_delete(view)
    yield from at_most_once(view)
    yield from commitments(view)


def no_leak(view: View) -> Iterator[Violation]:
    """I1: everything alive is wanted by a stack, or explicitly retained."""
    record = next((r for r in view.environment.records if r.model == view.model), None)
    for thing in view.things:
        if record is None or not _is_known(record, thing):
            yield Violation("I1", f"{_name(thing)} is alive and the registry does not know it")
        elif view.template is None and not _is_retained(view, thing):
            yield Violation("I1", f"{_name(thing)} is alive and no stack wants it")
        elif view.template is not None and isinstance(thing, Job) and not is_of(thing, view.template["Job"]):
            yield Violation("I1", f"{_name(thing)} runs and the stack does not want it")


def no_over_delete(view: View) -> Iterator[Violation]:
    """I2: nothing foreign is touched, and nothing that a stack still stands on is deleted or stopped."""
    owner = {names.PROJECT_TAG: PROJECT, names.ENVIRONMENT_TAG: ENVIRONMENT}
    for change in view.environment.account.bedrock.changes:
        if change.by != HUMAN and not owner.items() <= change.tags.items():
            yield Violation("I2", f"{change.kind} {change.name} is not ours and was {change.what} by {change.by}")
    for change in view.changes:
        if (change.kind, change.what) == ("model", "deleted") and change.by != HUMAN and _was_seen_served(view, change):
            yield Violation("I2", f"model {change.name} was deleted while {change.detail} served it")
    told_to = [act.at for act in view.acts if act.what in {"retry", "resume", "stop billing"}]
    for change in view.changes:
        if change.by == HUMAN or change.what not in {"deleted", "stopped"} or any(at <= change.at for at in told_to):
            continue
        may_have_failed = change.kind in {"provisioned", "on_demand"} and (
            _endpoints_fail(view) or _was_mute(view, change.arn) or was_idle(view, change) or refused_models(view)
        )
        if change.name in view.safe_at(change.at) and not may_have_failed:
            yield Violation("I2", f"{change.kind} {change.name} was {change.what} at {change.at:.0f} s while wanted")


def at_most_once(view: View) -> Iterator[Violation]:
    """I3: one purchase per generation, attempt and purpose, and none that nobody asked for."""
    per_generation = Counter((p.kind, p.tags.get(names.GENERATION_TAG)) for p in view.purchases)
    for (kind, generation), count in per_generation.items():
        if count > 1:
            yield Violation("I3", f"{count} times {kind} was bought for generation {generation}")
    wanted = {
        (kind, view.fingerprints[request.event["RequestId"]])
        for kind in ("job", "endpoint")
        for request in view.requests(kind)
    }
    for kind, fingerprint in sorted(wanted):
        bought = [p for p in view.purchases if (p.kind == "job") == (kind == "job") and _has(p, fingerprint)]
        consents = sorted(view.consents(kind, fingerprint))
        if len(bought) > len(consents):
            yield Violation(
                "I3", f"{len(bought)} {kind}s were bought for {fingerprint[:10]}, asked for {len(consents)}"
            )
        yield from _bought_again(view, kind, fingerprint, bought)


def commitments(view: View) -> Iterator[Violation]:
    """I5: no commitment without an approval of its own that has not expired."""
    used: Counter[str] = Counter()
    # An approval ends by the clock of the functions, which may be a little wrong.
    now = EPOCH + view.environment.account.variants.skew_seconds
    for purchase in view.purchases:
        if not purchase.commitment:
            continue
        offered = {
            request.event["ResourceProperties"]["CommitmentApproval"]
            for request in view.requests("endpoint")
            if request.sent_at <= purchase.at
            and is_of(purchase, request.event["ResourceProperties"])
            and float(request.event["ResourceProperties"].get("CommitmentApprovedUntil") or 0) >= now + purchase.at
        } - {""}
        free = sorted(offered - set(used))
        if not free:
            yield Violation("I5", f"{purchase.name} was bought with commitment {purchase.commitment} and no approval")
        used.update(free[:1])


def _bought_again(view: View, kind: str, fingerprint: str, bought: list[Purchase]) -> Iterator[Violation]:
    """What a person deleted is only bought again when somebody asks for it (fault C12)."""
    consents = sorted(view.consents(kind, fingerprint))
    for change in view.changes:
        if change.by != HUMAN or change.what != "deleted" or (change.kind in {"job", "model"}) != (kind == "job"):
            continue
        deleted = next((p for p in bought if p.name == change.name), None)
        if deleted is None:
            continue
        # What the stack had let go already is not what a person speaks of: the next one was asked for since.
        let_go = (at for at in view.deletions(kind, fingerprint) if deleted.at < at <= change.at)
        asked_since = min((change.at - COMMAND_SECONDS, *let_go))
        for purchase in (p for p in bought if p.at > change.at):
            if not any(asked_since < consent <= purchase.at for consent in consents):
                yield Violation("I3", f"{purchase.name} was bought although a person deleted {change.name}")


def _is_known(record: ModelRecord, thing: Thing) -> bool:
    """Whether the registry remembers it as bought."""
    if isinstance(thing, Endpoint):
        return any(g.name == thing.name and g.intended and not g.gone for g in record.endpoint.generations)
    return any(g.job_name == thing.name and g.intended and not g.gone for g in record.training.generations)


def _is_retained(view: View, thing: Thing) -> bool:
    """Inside its commitment, or a model that such an endpoint serves, or one that is held or served by others."""
    now = view.environment.world.now
    if isinstance(thing, Endpoint):
        return thing.committed_until is not None and thing.committed_until > now
    if not isinstance(thing, Model):
        return False
    is_held = any(key.startswith(names.HOLD_TAG_PREFIX) for key in thing.tags)
    return is_held or bool(view.environment.account.bedrock.site.serving(thing.arn))


def _endpoints_fail(view: View) -> bool:
    odds = view.environment.account.bedrock.odds
    return odds.endpoint_fails > 0 or odds.update_fails > 0


def _has(purchase: Purchase, fingerprint: str) -> bool:
    digits = fingerprint[:10] if purchase.kind == "job" else fingerprint[:8]
    return purchase.name.rpartition("-")[0].endswith(f"-{digits}")


def _name(thing: Thing) -> str:
    return f"{type(thing).__name__.lower()} {thing.name} ({thing.status})"


def _was_seen_served(view: View, deleted: Change) -> bool:
    """Whether a model was served when it was deleted, by an endpoint that every look would have shown."""
    bedrock, lag = view.environment.account.bedrock, view.environment.account.variants.lag_seconds
    served_by = (bedrock.find(arn) for arn in deleted.detail.split(", ") if arn)
    return any(endpoint is None or endpoint.created + lag < deleted.at for endpoint in served_by)


def _was_mute(view: View, endpoint_arn: str) -> bool:
    return any(
        asked.flaw for asked in view.environment.account.bedrock.runtime.asked if asked.endpoint_arn == endpoint_arn
    )
