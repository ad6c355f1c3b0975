"""What a record and a look at Bedrock amount to: what went wrong, which model to serve, what may still cost money."""

from datetime import UTC, datetime

from finetuning.lifecycle.candidate import must_not_serve_yet
from finetuning.lifecycle.caps import endpoint_refusal, job_refusal
from finetuning.lifecycle.endpoint_slot import EVALUATION
from finetuning.lifecycle.learning import may_still_show, model_may_come
from finetuning.lifecycle.observation import IN_SERVICE, JOB_AT_REST, MODEL_ACTIVE, Observed
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.superseding import is_lent, maker

_OUTSIDE = "deleted outside this stack"


def failure(record: ModelRecord, seen: Observed) -> str:
    """Why what is wanted cannot be reached without a human, or ""."""
    return training_failure(record, seen) or endpoint_failure(record, seen)


def is_drift(reason: str) -> bool:
    """Whether a reason that `failure` gave is that somebody deleted what was bought."""
    return _OUTSIDE in reason


def training_failure(record: ModelRecord, seen: Observed) -> str:
    """Why there will be no model of the wanted training, or ""."""
    generation = record.training.current
    job = seen.jobs.get(generation.id) if generation else None
    if generation is None:
        return ""
    if job is None and is_lent(generation):
        return f"custom model {generation.job_name} was {_OUTSIDE}"
    if job is None:
        return generation.failure or job_refusal(record, generation, seen.now)
    if job.status in JOB_AT_REST - {"Completed"}:
        return f"{maker(generation)} {generation.job_name} {job.status.lower()}: {job.failure or 'no message'}"
    if job.status == "Completed" and job.model_status == "Failed":
        return f"custom model {generation.job_name} failed after its job completed"
    if (
        job.status == "Completed"
        and job.model_status is None
        and not model_may_come(generation, seen.now - generation.ended_at)
    ):
        return f"custom model {generation.job_name} was {_OUTSIDE}"
    return f"custom model {generation.job_name} does not serve: {generation.rejected}" if generation.rejected else ""


def endpoint_failure(record: ModelRecord, seen: Observed) -> str:
    """Why the wanted endpoint cannot serve, or ""."""
    endpoint = record.endpoint.wanted
    if endpoint is None:
        return ""
    found = seen.endpoints.get(endpoint.id)
    if found is not None:
        serves = found.status == IN_SERVICE and found.refused_model_arn != model_to_serve(record, seen)
        return "" if serves else endpoint.failure
    if endpoint.failure:
        return endpoint.failure
    if was_deleted_outside(endpoint, seen.now):
        return f"endpoint {endpoint.name} was {_OUTSIDE}; it is not bought again by itself"
    return "" if endpoint.arn else purchase_refusal(record, endpoint, seen.now)


def was_deleted_outside(endpoint: EndpointGeneration, now: float) -> bool:
    """Whether a wanted endpoint that does not show was there: it is not bought again by itself (fault C12)."""
    return endpoint.seen_in_service or (bool(endpoint.arn) and not may_still_show(endpoint.intended_at, now))


def purchase_refusal(record: ModelRecord, endpoint: EndpointGeneration, now: float) -> str:
    """Why this endpoint may not be bought now, or "": no commitment without an approval, nothing over a cap."""
    return commitment_refusal(record, endpoint, now) or endpoint_refusal(record, endpoint, now)


def commitment_refusal(record: ModelRecord, endpoint: EndpointGeneration, now: float) -> str:
    """Why no commitment may be bought for this endpoint now, or "" (invariant I5): it cannot be cancelled."""
    if endpoint.commitment == "none":
        return ""
    asks = f"endpoint {endpoint.name} asks for a commitment of {endpoint.commitment}"
    if not endpoint.approval:
        return f"{asks}, which nobody approved; nothing was bought"
    if now >= endpoint.approved_until:
        return f"{asks}, and its approval {endpoint.approval} has expired; nothing was bought"
    used_by = record.endpoint.approvals.get(endpoint.approval, endpoint.id)
    if used_by != endpoint.id:
        return f"{asks}, and its approval {endpoint.approval} was used by {used_by}; nothing was bought"
    return ""


def model_to_serve(record: ModelRecord, seen: Observed) -> str:
    """ARN of the custom model that the endpoint has to serve, or "" while there is none.

    It is the wanted one as soon as it exists and may serve; when its training failed, when it was rejected, and while
    it awaits the quality gate or approval, the one before stays. While a deployment changes the base model, job and
    endpoint want different ones for a while: neither can serve the other's.
    """
    generation = record.training.current
    if generation is None:
        return ""
    if training_failure(record, seen) or awaits_judgement(record, seen) or awaits_approval(record, seen):
        return fallback(record, seen)
    if not is_ready(generation, seen):
        return ""
    return _model_arn(generation, seen) if _fits(record, generation) else ""


def model_behind(record: ModelRecord, endpoint: EndpointGeneration, seen: Observed) -> str:
    """ARN of the custom model that an endpoint is to be bought with, or "" while there is none."""
    if endpoint.purpose != EVALUATION:
        return model_to_serve(record, seen)
    generation = record.training.find(endpoint.judges)
    return generation.model_arn if generation is not None and not endpoint.released else ""


def fallback(record: ModelRecord, seen: Observed) -> str:
    """ARN of the model that serves in place of the wanted one: the published one, else the latest that is kept."""
    published = record.endpoint.published_model_arn
    maker = record.training.maker(published)
    if published and (maker is None or (not maker.rejected and _fits(record, maker))):
        return published
    return next((g.model_arn for g in reversed(record.training.generations) if _may_replace(record, g, seen)), "")


def awaits_approval(record: ModelRecord, seen: Observed) -> bool:
    """Whether the wanted model is there and somebody has to approve it before it serves."""
    generation, endpoint = record.training.current, record.endpoint.wanted
    if generation is None or endpoint is None or not endpoint.needs_approval or generation.approved_by:
        return False
    return is_ready(generation, seen) and not generation.rejected and not awaits_judgement(record, seen)


def awaits_judgement(record: ModelRecord, seen: Observed) -> bool:
    """Whether the wanted model is there and has to stay away from applications because of the quality gate."""
    generation = record.training.current
    return generation is not None and is_ready(generation, seen) and must_not_serve_yet(generation)


def _model_arn(generation: TrainingGeneration, seen: Observed) -> str:
    job = seen.jobs.get(generation.id)
    return job.model_arn if job is not None else ""


def is_ready(generation: TrainingGeneration, seen: Observed) -> bool:
    """Whether the custom model of this training is there and can be served."""
    job = seen.jobs.get(generation.id)
    return job is not None and job.status == "Completed" and job.model_status == MODEL_ACTIVE


def _may_replace(record: ModelRecord, generation: TrainingGeneration, seen: Observed) -> bool:
    """Whether the model of an earlier training can serve again: it is kept, has served, and was not found bad."""
    if generation != record.training.maker(generation.model_arn) or generation.id == record.training.current_id:
        return False
    if generation.rejected or generation.condemned:
        return False
    return bool(generation.approved_by) and is_ready(generation, seen) and _fits(record, generation)


def _fits(record: ModelRecord, generation: TrainingGeneration) -> bool:
    """Whether the wanted endpoint can serve this training's model: one whose base model was not kept may."""
    endpoint, trained_on = record.endpoint.wanted, str(generation.settings.get("baseModelIdentifier", ""))
    return not (endpoint and endpoint.base_model and trained_on) or endpoint.base_model == _base_of(trained_on)


def _base_of(identifier: str) -> str:
    """The base model that a custom model's ARN names (Bedrock API reference, ``modelArn``), or what was given."""
    _, is_custom, name = identifier.partition(":custom-model/")
    return name.rpartition("/")[0] if is_custom else identifier


def bought(record: ModelRecord) -> tuple[str, ...]:
    """What may still exist of this model, in words: running jobs, custom models and endpoints.

    The guard refuses to let the lifecycle go while this is not empty.
    """
    endpoints = [_endpoint_in_words(e) for e in record.endpoint.generations if e.intended and not e.gone]
    jobs = [_training_in_words(g) for g in record.training.generations if g.intended and not g.gone]
    return (*endpoints, *jobs)


def _training_in_words(generation: TrainingGeneration) -> str:
    if is_lent(generation):
        return f"hold on custom model {generation.job_name}, which another environment trained"
    return f"custom model or job {generation.job_name}"


def _endpoint_in_words(endpoint: EndpointGeneration) -> str:
    if not endpoint.committed_until:
        return f"endpoint {endpoint.name} ({endpoint.serving})"
    until = datetime.fromtimestamp(endpoint.committed_until, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"endpoint {endpoint.name} ({endpoint.serving}, committed until {until} and cannot be deleted before)"
