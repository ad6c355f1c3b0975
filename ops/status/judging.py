"""A look, judged: what state a model is in, what serves it, what it costs by the hour. Pure."""

from collections.abc import Mapping
from typing import Any

from finetuning import catalog, names
from finetuning.lifecycle import EndpointGeneration, ModelRecord, TrainingGeneration, decide
from finetuning.lifecycle.candidate import evaluating_since, is_verdict_awaited
from finetuning.lifecycle.observation import IN_SERVICE, MODEL_ACTIVE
from finetuning.lifecycle.outcome import awaits_approval, bought, failure, is_drift
from finetuning.lifecycle.promotions import followed
from finetuning.promotion import RETRAIN
from finetuning.stopping import stopping_of
from ops.status import verdict
from ops.status.attention import held, orphan_report, retained, troubles_of, unrecorded
from ops.status.look import Look
from ops.status.report import EndpointReport, KeptModel, ModelReport, State, TrainingReport


def report(look: Look) -> ModelReport:
    """Judge a look."""
    record, seen = look.record, look.seen
    why = unrecorded(look) or failure(record, seen)
    decision = decide(record, seen)
    return ModelReport(
        model=record.model,
        state=_state(look, why),
        settled=record.settled,
        failure=why,
        problem=record.problem if record.problem != why else "",
        next_step=str(decision.action),
        execution=record.in_charge,
        driver_status=look.driver_status,
        training=_training(look),
        endpoint=_endpoint(look),
        pointer_parameter=names.pointer_parameter(record.project, record.environment, record.model),
        pointer=look.pointer,
        previous=_previous(look),
        billed_hourly=_billed_hourly(look),
        still_there=bought(record) if record.training.removed else (),
        stopped=record.endpoint.stopped,
        retained=retained(record, seen),
        held=held(record, seen),
        troubles=troubles_of(look),
        orphans=tuple(orphan_report(orphan) for orphan in look.orphans),
    )


def _state(look: Look, why: str) -> State:
    record = look.record
    if look.unrecorded:
        return State.UNRECORDED
    if record.training.removed and record.endpoint.removed:
        if not bought(record):
            return State.NOTHING
        return State.RETAINED if retained(record, look.seen) or held(record, look.seen) else State.REMOVING
    generation = record.training.current
    if why:
        rejected = generation is not None and generation.rejected
        return State.REJECTED if rejected else State.DRIFTED if is_drift(why) else State.FAILED
    job = look.seen.jobs.get(generation.id) if generation else None
    if generation is not None and (job is None or job.status != "Completed"):
        return State.TRAINING
    if record.endpoint.stopped:
        return State.STOPPED
    if generation is not None and is_verdict_awaited(generation) and evaluating_since(generation):
        return State.EVALUATING
    if awaits_approval(record, look.seen):
        return State.AWAITING
    endpoint = record.endpoint.current
    if endpoint is None and job is not None and job.model_status == MODEL_ACTIVE:
        return State.TRAINED
    found = look.seen.endpoints.get(endpoint.id) if endpoint else None
    wanted = job.model_arn if job else ""
    serves = found is not None and found.status == IN_SERVICE and found.model_arn == wanted
    return State.SERVING if found and serves and look.pointer == found.arn else State.STARTING


def _training(look: Look) -> TrainingReport | None:
    generation = look.record.training.current
    if generation is None:
        return None
    job, summary = look.seen.jobs.get(generation.id), look.losses.summary
    started, ended = look.job.created, look.job.ended
    return TrainingReport(
        generation=generation.id,
        job_name=generation.job_name,
        job_arn=job.arn if job else "",
        base_model=str(generation.settings.get("baseModelIdentifier", "")),
        hyperparameters=_hyperparameters(generation.settings),
        status=(job.status if job else "") or ("not started" if not generation.intended else "not found"),
        failure=job.failure if job else generation.failure,
        phases=look.job.phases,
        started=started,
        ended=ended,
        elapsed_seconds=((ended or look.now) - started).total_seconds() if started else None,
        epochs=summary.epochs if summary else (),
        best_epoch=summary.best_epoch if summary else None,
        stopping=stopping_of(summary, _base_model(generation), _hyperparameters(generation.settings)),
        losses_problem=look.losses.problem,
        verdict=verdict.line(generation),
        report_uri=verdict.page_uri(generation),
        promoted=_promoted(generation),
    )


def _promoted(generation: TrainingGeneration) -> str:
    promoted = generation.promoted
    if promoted is None:
        follows = followed(generation)
        return f"{RETRAIN} by manifest {follows[:12]}…" if follows else ""
    approval = f", approved by {promoted.approved_by}" if promoted.approved_by else ""
    where = f" ({promoted.reference})" if promoted.reference else ""
    return f"{promoted.method} by manifest {promoted.manifest[:12]}…{approval}{where}"


def _hyperparameters(settings: Mapping[str, Any]) -> Mapping[str, str]:
    values = settings.get("hyperParameters", {})
    return {str(name): str(value) for name, value in values.items()}


def _base_model(generation: TrainingGeneration) -> catalog.BaseModel | None:
    try:
        return catalog.find(str(generation.settings.get("baseModelIdentifier", "")))
    except catalog.UnknownBaseModelError:
        return None


def _endpoint(look: Look) -> EndpointReport | None:
    endpoint = look.record.endpoint.current
    if endpoint is None:
        return None
    found = look.seen.endpoints.get(endpoint.id)
    model_arn = found.model_arn if found else ""
    return EndpointReport(
        name=endpoint.name,
        kind=_kind(endpoint),
        arn=found.arn if found else "",
        status=found.status if found else _absent(look, endpoint),
        model_arn=model_arn,
        serving_model=_name_of(look.record, model_arn),
        model_units=endpoint.model_units if endpoint.serving == "provisioned" else None,
        commitment=endpoint.commitment,
        failure=(found.failure if found else "") or endpoint.failure,
    )


def _absent(look: Look, endpoint: EndpointGeneration) -> str:
    if look.record.endpoint.stopped:
        return "stopped"
    if endpoint.failure:
        return "refused"
    return "gone" if endpoint.seen_in_service else "not there yet"


def _kind(endpoint: EndpointGeneration) -> str:
    return "provisioned throughput" if endpoint.serving == "provisioned" else "custom model deployment (on demand)"


def _name_of(record: ModelRecord, model_arn: str) -> str:
    maker = record.training.maker(model_arn)
    return maker.job_name if maker else ""


def _previous(look: Look) -> tuple[KeptModel, ...]:
    kept = []
    for generation in reversed(look.record.training.generations):
        job = look.seen.jobs.get(generation.id)
        is_current = generation.id == look.record.training.current_id and not look.record.training.removed
        if job is not None and job.model_status is not None and not is_current:
            is_serving = look.seen.serves(job.model_arn)
            kept.append(KeptModel(generation.job_name, job.model_arn, generation.id, is_serving))
    return tuple(kept)


def _billed_hourly(look: Look) -> tuple[str, ...]:
    """Provisioned throughput is billed from its creation to its deletion, whether it is wanted or not (fault C02)."""
    billed = []
    for endpoint in look.record.endpoint.generations:
        if endpoint.serving == "provisioned" and look.seen.endpoints.get(endpoint.id) is not None:
            units = "1 model unit" if endpoint.model_units == 1 else f"{endpoint.model_units} model units"
            billed.append(f"{units} of provisioned throughput {endpoint.name}")
    return tuple(billed)
