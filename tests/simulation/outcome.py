"""I6 and the final state: what the last deployment wants is served, or the registry says truly why not."""

from collections.abc import Iterator

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.outcome import bought
from finetuning.names import HOLD_TAG_PREFIX, pointer_parameter
from tests.simulation.aws.site import EPOCH
from tests.simulation.aws.things import Endpoint, Model
from tests.simulation.gating import refused_models
from tests.simulation.idling import was_idle
from tests.simulation.spending import forbidden
from tests.simulation.template import Template
from tests.simulation.view import View, Violation, is_of
from tests.simulation.wanted import ENVIRONMENT, PROJECT

#: Statuses of an endpoint that may be called; "" stands for one that went while the request was on its way.
_SERVES = frozenset({"InService", "Active", "Updating", ""})


def outcome(view: View) -> Iterator[Violation]:
    """What is wrong with how one model's story ended."""
    record = next((r for r in view.environment.records if r.model == view.model), None)
    if record is None:
        return
    yield from truth(view, record)
    if view.template is not None:
        yield from final_state(view, record, view.template)
    elif view.pointer and not view.endpoints:
        yield Violation("final state", f"nothing is wanted and the pointer says {view.pointer}")


def truth(view: View, record: ModelRecord) -> Iterator[Violation]:
    """I6: what the registry says exists does, and what it says is published is."""
    if bought(record) and not view.things and view.template is None:
        yield Violation("I6", f"nothing is alive and the registry says: {'; '.join(bought(record))}")
    if record.endpoint.published_arn != view.pointer:
        yield Violation("I6", f"the pointer says {view.pointer!r}, the registry {record.endpoint.published_arn!r}")
    for pointed in view.environment.pointed:
        if pointed.name == pointer_parameter(PROJECT, ENVIRONMENT, view.model) and pointed.status not in _SERVES:
            yield Violation("I6", f"the pointer was set to {pointed.arn} while it was {pointed.status}")
    by_hand = any("by hand" in act.what for act in view.acts)
    alive = {endpoint.name for endpoint in view.endpoints}
    for generation in record.endpoint.generations:
        # One whose purchase came to nothing is wanted still, and said to be not there yet.
        is_sure = bool(generation.arn) or record.endpoint.unwanted(generation)
        is_said = is_sure and generation.intended and not generation.gone and not generation.failure
        if is_said and generation.name not in alive and not by_hand:
            yield Violation("I6", f"the registry says that endpoint {generation.name} is there, and it is not")


def final_state(view: View, record: ModelRecord, template: Template) -> Iterator[Violation]:
    """The wanted model is served by exactly the wanted endpoint, and applications are sent there."""
    flaws = list(_flaws(view, template))
    if not flaws:
        # While something is not as wanted, such as another attempt that failed, models are kept.
        yield from () if record.problem else _kept_too_much(view, template)
        return
    causes = list(_causes(view, record, template))
    awaits = any(key.startswith("approval:") for key in record.notified)
    said = record.problem or (record.endpoint.stopped and "stopped") or (awaits and "awaits approval")
    if not causes:
        yield Violation("final state", f"{'; '.join(flaws)} without a cause (said: {said})")
    elif not said:
        yield Violation("I6", f"{'; '.join(flaws)} because of {', '.join(causes)}, and the registry does not say so")


def _flaws(view: View, template: Template) -> Iterator[str]:
    job, endpoint = template["Job"], template.get("Endpoint")
    models = [model for model in view.models if is_of(model, job) and model.status == "Active"]
    if endpoint is None:
        yield from _flaws_without_endpoint(view, models)
        return
    serving = [e for e in view.endpoints if is_of(e, endpoint) and e.status in {"InService", "Active"}]
    now = view.environment.world.now
    others = [e for e in view.endpoints if e not in serving and not (e.committed_until or 0) > now]
    if not models:
        yield "there is no model of the wanted training"
    elif not serving:
        yield "the wanted endpoint does not serve"
    elif serving[0].model_arn not in {model.arn for model in models}:
        yield "the endpoint serves another model"
    elif view.pointer != serving[0].arn:
        yield f"the pointer says {view.pointer!r}"
    if len(serving) > 1 or others:
        yield f"there are {len(serving)} + {len(others)} endpoints"
    if models and serving:
        yield from _wrong_tags(template, [*models[-1:], *serving[:1]])


def _flaws_without_endpoint(view: View, models: list[Model]) -> Iterator[str]:
    now = view.environment.world.now
    if not models:
        yield "there is no model of the wanted training"
    if free := [e.name for e in view.endpoints if not (e.committed_until or 0) > now]:
        yield f"no endpoint is wanted and there is {', '.join(free)}"
    if view.pointer:
        yield f"no endpoint is wanted and the pointer says {view.pointer!r}"


def _kept_too_much(view: View, template: Template) -> Iterator[Violation]:
    """Earlier models outside `keep_previous` go once their successor serves, unless somebody else needs them."""
    most, serving = int(template["Job"]["KeepPrevious"]), view.environment.account.bedrock.site.serving
    kept = [m for m in view.models if not is_of(m, template["Job"]) and not serving(m.arn) and not _is_held(m)]
    if len(kept) > most:
        names = ", ".join(model.name for model in kept)
        yield Violation("I1", f"earlier models {names} are kept, {most} were asked for")


def _is_held(model: Model) -> bool:
    return any(key.startswith(HOLD_TAG_PREFIX) for key in model.tags)


def _wrong_tags(template: Template, things: list[Model | Endpoint]) -> Iterator[str]:
    for thing in things:
        wanted = template["Endpoint" if isinstance(thing, Endpoint) else "Job"]["Tags"]
        own = {key: value for key, value in thing.tags.items() if not key.startswith("finetuning:")}
        if own != dict(wanted):
            yield f"{thing.name} has tags {own}, not {dict(wanted)}"


def _causes(view: View, record: ModelRecord, template: Template) -> Iterator[str]:
    """What really happened that explains why the wanted is not served."""
    for job in view.jobs:
        if is_of(job, template["Job"]) and job.status == "Failed":
            yield f"job {job.name} failed"
    odds = view.environment.account.bedrock.odds
    if odds.endpoint_fails or odds.update_fails:
        yield "endpoints may fail"
    for act in view.environment.acts:
        if act.what == "quota" or (act.model == view.model and act.what not in {"retry", "resume", "approve"}):
            yield act.what
    if any(model.flaw for model in view.models if is_of(model, template["Job"])):
        yield "the model does not answer"
    if refused_models(view):
        yield "the quality gate"
    if any(was_idle(view, change) for change in view.changes):
        yield "nobody invoked the endpoint"
    for properties in (template[name] for name in ("Job", "Endpoint") if name in template):
        if over := forbidden(view, properties):
            yield f"a cap: {over}"
    if "Endpoint" not in template:
        return
    if template["Endpoint"]["NeedsApproval"] == "true" and not _is_approved(view, template):
        yield "nobody approved the model"
    if template["Endpoint"]["Commitment"] != "none":
        until = template["Endpoint"]["CommitmentApprovedUntil"]
        if not until or float(until) < EPOCH + view.environment.world.now:
            yield "the commitment is not approved, or no longer"
        yield "approvals are used once"


def _is_approved(view: View, template: Template) -> bool:
    """Whether an operator's approval of one of the wanted training's models was taken."""
    wanted = {model.arn for model in view.models if is_of(model, template["Job"])}
    judged = view.environment.judged
    return any(each.what == "approve" and each.model_arn in wanted for each in judged if each.model == view.model)
