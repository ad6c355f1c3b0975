"""What each change and each step means, in a line."""

from collections.abc import Mapping
from datetime import UTC, datetime

from finetuning.cost import dollars
from finetuning.lifecycle import Action, EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.candidate import stays_judged
from finetuning.lifecycle.causes import Cause
from finetuning.lifecycle.forecast import Change, Forecast
from finetuning.lifecycle.rehearsal import Step

#: As in a terraform plan: what comes, what changes where it is, what goes.
ADDED, CHANGED, REMOVED, KEPT, REFUSED = "+", "~", "-", " ", "!"

SYMBOLS: Mapping[Change, str] = {
    Change.NOTHING: KEPT,
    Change.REFUSED: REFUSED,
    Change.REMOVED: REMOVED,
    Change.STARTED: ADDED,
    Change.ADOPTED: CHANGED,
    Change.CREATED: ADDED,
    Change.REPLACED: CHANGED,
    Change.SWAPPED: CHANGED,
    Change.RETAGGED: CHANGED,
}
_STEPS: Mapping[Action, tuple[str, str]] = {
    Action.START_JOB: (ADDED, "start customization job {name}"),
    Action.STOP_JOB: (REMOVED, "stop customization job {name}"),
    Action.DELETE_MODEL: (REMOVED, "delete custom model {name}"),
    Action.CREATE_ENDPOINT: (ADDED, "create endpoint {name} for custom model {model}: {kind}"),
    Action.SWAP_MODEL: (CHANGED, "put custom model {model} behind endpoint {name}, whose ARN stays"),
    Action.DELETE_ENDPOINT: (REMOVED, "delete endpoint {name}: {kind}"),
    Action.PUBLISH_POINTER: (CHANGED, "publish the pointer to endpoint {name}"),
    Action.RETAG: (CHANGED, "change the tags of {name}"),
    Action.JUDGE_TRAINING: (CHANGED, "judge the losses of {name} before anything is bought"),
    Action.OPEN_EVALUATION: (CHANGED, "give custom model {name} an endpoint of its own to be evaluated at"),
    Action.EVALUATE: (CHANGED, "evaluate custom model {name} on the test dataset; it goes on only if it passes"),
    Action.GIVE_UP_EVALUATION: (REMOVED, "give up the evaluation of {name}"),
    Action.REJECT_MODEL: (REMOVED, "keep custom model {name} out of service"),
    Action.ISSUE_MANIFEST: (ADDED, "issue the manifest of custom model {name}"),
    Action.HOLD_MODEL: (CHANGED, "hold custom model {name}, so that nobody deletes it"),
    Action.RELEASE_MODEL: (REMOVED, "let go of custom model {name}, which stays where it was trained"),
}
_WITHDRAWN = (REMOVED, "withdraw the pointer")


def symbol(done: Step) -> str:
    """The symbol of a step."""
    return _meaning(done)[0]


def step(done: Step, record: ModelRecord) -> str:
    """What a step does; the record knows what its names stand for."""
    text = _meaning(done)[1]
    approved = "; it waits for python -m ops approve" if done.after_approval else ""
    return text.format(name=done.name, model=done.model or "of unknown origin", kind=_kind(done, record)) + approved


def training(made: Forecast) -> str:
    """What happens to the customization job."""
    was, is_ = made.before.training.current, made.after.training.current
    job = is_.job_name if is_ else ""
    return {
        Change.NOTHING: f"nothing: {job} stays" if job else "nothing",
        Change.REFUSED: "refused",
        Change.REMOVED: _removed(was) if was else "",
        Change.STARTED: f"new job {job}",
        Change.ADOPTED: _adopted(is_) if is_ else "",
        Change.RETAGGED: f"retagged only: {job} stays",
    }[made.training]


def _removed(training: TrainingGeneration) -> str:
    if training.promoted is not None:
        return f"{training.job_name} is let go of; it stays where it was trained"
    return f"{training.job_name} is removed, with its custom models"


def _adopted(training: TrainingGeneration) -> str:
    if training.promoted is None:
        return f"no job: the model of an earlier one, {training.job_name}, is kept and taken up again"
    manifest = _short(training.promoted.manifest)
    return f"no job: custom model {training.job_name} comes as it is, by manifest {manifest}"


def endpoint(made: Forecast) -> str:
    """What happens to the endpoint, and when."""
    was, is_ = made.before.endpoint.current, made.after.endpoint.current
    name, earlier = is_.name if is_ else "", was.name if was else ""
    when = _when(made)
    return {
        Change.NOTHING: f"nothing: {name} stays" if name else "none",
        Change.REFUSED: "refused",
        Change.REMOVED: f"none any more: the pointer is withdrawn, and {_fate(was)}",
        Change.CREATED: f"{name} is created{when}",
        Change.REPLACED: f"{name} replaces {earlier}{when}: {_fate(was)}",
        Change.SWAPPED: f"{name} stays; its model is swapped in place{when}",
        Change.RETAGGED: f"retagged only: {name} stays",
    }[made.endpoint]


def gate(made: Forecast) -> str:
    """That a changed gate judges nothing of a model that has served, or ""."""
    was, is_ = made.before.training.current, made.after.training.current
    if was is None or is_ is None or was.id != is_.id or is_.evaluation in (None, was.evaluation):
        return ""
    said = "the model has served and stays as it was judged; the present gate judges the next training"
    return said if stays_judged(was) else ""


def cause(found: Cause) -> str:
    """A field, its value before and its value now."""
    return f"{found.field}: {_short(found.before)} → {_short(found.after)}"


def hourly(usd: float | None) -> str:
    """An amount per hour."""
    return "unknown (no price configured)" if usd is None else f"{dollars(usd)} an hour"


def _meaning(done: Step) -> tuple[str, str]:
    is_withdrawn = done.action == Action.PUBLISH_POINTER and not done.generation_id
    return _WITHDRAWN if is_withdrawn else _STEPS[done.action]


def _when(made: Forecast) -> str:
    """What the endpoint waits for: a model that is trained, and approved."""
    training, endpoint = made.after.training.current, made.after.endpoint.current
    was = made.before.training.find(training.id) if training else None
    first = next((d for d in made.steps if endpoint and d.generation_id == endpoint.id), None)
    is_there = (training and training.promoted) or (was and was.status == "Completed")
    waits = [] if is_there else ["is trained"]
    waits += ["is approved"] if first is not None and first.after_approval else []
    return f" once the model {' and '.join(waits)}" if waits else ""


def _fate(endpoint: EndpointGeneration | None) -> str:
    """What becomes of an endpoint that is not wanted any more."""
    if endpoint is None:
        return ""
    if not endpoint.committed_until:
        return f"{endpoint.name} is deleted when no pointer leads to it any more"
    until = datetime.fromtimestamp(endpoint.committed_until, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"the commitment of {endpoint.name} cannot be cancelled, so it stays, and is billed, until {until}"


def _kind(done: Step, record: ModelRecord) -> str:
    found = record.endpoint.find(done.generation_id)
    if found is None or found.serving != "provisioned":
        return "on demand, billed by the token"
    units = "1 model unit" if found.model_units == 1 else f"{found.model_units} model units"
    commitment = "" if found.commitment == "none" else f", COMMITMENT of {found.commitment}, which cannot be cancelled"
    return f"{units} of provisioned throughput, {hourly(found.hourly_usd)}{commitment}"


def _short(value: str) -> str:
    """A digest is told by its beginning."""
    return f"{value[:12]}…" if len(value) == 64 and value.isalnum() else value
