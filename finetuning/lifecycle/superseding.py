"""Which custom models are not needed any more: beyond those that are kept for a rollback, and held by nobody."""

from collections.abc import Iterator, Mapping

from finetuning.lifecycle.observation import JobObservation, Observed
from finetuning.lifecycle.record import ModelRecord, TrainingGeneration


def superseded(
    record: ModelRecord, jobs: Mapping[str, JobObservation | None]
) -> Iterator[tuple[TrainingGeneration, JobObservation]]:
    """The generations whose models CloudFormation let go of and which fall outside `keep_previous`, latest first."""
    previous = [
        (generation, job)
        for generation in reversed(record.training.generations)
        if generation.id != record.training.current_id
        and (job := jobs.get(generation.id)) is not None
        and job.model_status is not None
    ]
    return (found for found in previous[record.training.keep_previous :] if found[0].released)


def deletable(
    record: ModelRecord, jobs: Mapping[str, JobObservation | None]
) -> Iterator[tuple[TrainingGeneration, JobObservation]]:
    """The generations whose models are to be deleted if nothing holds them: whoever looks asks about these."""
    if not record.training.removed:
        yield from (found for found in superseded(record, jobs) if not is_lent(found[0]))
        return
    for generation in record.training.generations:
        job = jobs.get(generation.id)
        if job is not None and job.model_status is not None and not is_lent(generation):
            yield generation, job


def is_lent(generation: TrainingGeneration) -> bool:
    """Whether the model is another environment's: it is held here, and never deleted."""
    return generation.promoted is not None and generation.promoted.method == "swap"


def is_copied(generation: TrainingGeneration) -> bool:
    """Whether the model is a copy of another environment's: it is made here, and ours."""
    return generation.promoted is not None and generation.promoted.method == "copy"


def maker(generation: TrainingGeneration | None) -> str:
    """What makes the model of a generation, as messages call it."""
    return "copy" if generation is not None and is_copied(generation) else "customization job"


def is_free(record: ModelRecord, job: JobObservation, seen: Observed) -> bool:
    """Whether nothing serves the job's model or holds it, here or elsewhere (fault C11).

    An endpoint that was bought and does not show may serve any of them.
    """
    hidden = any(e.intended and not e.gone and seen.endpoints.get(e.id) is None for e in record.endpoint.generations)
    return not (job.held_by or hidden or seen.serves(job.model_arn))
