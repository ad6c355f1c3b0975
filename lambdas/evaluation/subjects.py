"""Whose answers an evaluation compares, and where each model can be asked: a look at the record, and nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from finetuning import catalog
from finetuning.errors import TransientError
from finetuning.evaluation.plan import Subject, subject_key
from finetuning.evaluation.settings import EvaluationSettings
from finetuning.invocation import Sampling
from finetuning.lifecycle import EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.candidate import evaluation_endpoint

#: Whether a base model can be asked without an endpoint of its own.
OnDemand = Callable[[str], bool]


class NotServedError(TransientError):
    """The candidate stands behind no endpoint that the record knows."""


@dataclass(frozen=True)
class Subjects:
    """Whose answers are compared, and why somebody's are not."""

    subjects: tuple[Subject, ...]
    notes: tuple[str, ...]


def of(
    record: ModelRecord,
    candidate: TrainingGeneration,
    base_model: str,
    settings: EvaluationSettings,
    sampling: Sampling,
    on_demand: OnDemand,
) -> Subjects:
    """Return the candidate, and the others that the settings name.

    Args:
        record: of the model.
        candidate: the training generation that is judged.
        base_model: any identifier of the base model.
        settings: of the evaluation.
        sampling: how answers are drawn.
        on_demand: whether a base model can be asked without an endpoint of its own.

    Raises:
        NotServedError: the candidate cannot be asked.
    """
    found = [_candidate(record, candidate, base_model, sampling)]
    notes: list[str] = []
    for subject in _others(record, candidate, base_model, settings, sampling, on_demand):
        if isinstance(subject, str):
            notes.append(subject)
        else:
            found.append(subject)
    return Subjects(tuple(found), tuple(notes))


def _candidate(record: ModelRecord, candidate: TrainingGeneration, base_model: str, sampling: Sampling) -> Subject:
    endpoint = evaluation_endpoint(record, candidate) or _serving(record, candidate.model_arn)
    if endpoint is None or not endpoint.arn or not candidate.model_arn:
        raise NotServedError(f"no endpoint serves training {candidate.id} of model {record.model}")
    return _subject("candidate", candidate.model_arn, sampling, endpoint.arn, _format(base_model))


def _others(
    record: ModelRecord,
    candidate: TrainingGeneration,
    base_model: str,
    settings: EvaluationSettings,
    sampling: Sampling,
    on_demand: OnDemand,
) -> Iterator[Subject | str]:
    """Yield each other subject, or the reason why it is missing."""
    if "base" in settings.baselines:
        yield _base(base_model, sampling, on_demand)
    if "champion" in settings.baselines:
        yield _champion(record, candidate, sampling)
    if settings.larger_model is not None:
        yield _subject("larger", settings.larger_model, sampling, settings.larger_model)


def _base(base_model: str, sampling: Sampling, on_demand: OnDemand) -> Subject | str:
    known = catalog.find(base_model)
    if not on_demand(known.inference_id):
        return f"base: Bedrock does not serve {known.inference_id} on demand in this Region, so it was not asked"
    return _subject("base", known.inference_id, sampling, known.inference_id, known.invocation_format)


def _champion(record: ModelRecord, candidate: TrainingGeneration, sampling: Sampling) -> Subject | str:
    """The model that applications are sent to, or were last; asked only where it is served beside the candidate."""
    champion = _champion_model(record, candidate)
    if not champion:
        return "champion: no other model has served, or each that has was rejected"
    endpoint = _serving(record, champion)
    if endpoint is None:
        return _subject("champion", champion, sampling)
    return _subject("champion", champion, sampling, endpoint.arn, _format(champion))


def _champion_model(record: ModelRecord, candidate: TrainingGeneration) -> str:
    """ARN of the published model; without one, of the latest that served and was not rejected; "" if none is.

    An endpoint that goes away takes its pointer along, and whoever follows is no first model for that: what its
    predecessor answered was saved.
    """
    published = record.endpoint.published_model_arn
    if published and published != candidate.model_arn:
        return published
    earlier = (g for g in reversed(record.training.generations) if g.served and not g.rejected)
    return next((g.model_arn for g in earlier if g.model_arn != candidate.model_arn), "")


def _serving(record: ModelRecord, model_arn: str) -> EndpointGeneration | None:
    """The endpoint that serves a model to applications, as it was last seen."""
    standing = (
        e for e in record.endpoint.generations if e.purpose == "serving" and e.arn and not e.gone and not e.failure
    )
    return next((e for e in standing if e.model_arn == model_arn), None)


def _subject(name: str, identity: str, sampling: Sampling, model_id: str = "", invocation_format: str = "") -> Subject:
    return Subject(name, identity, subject_key(identity, sampling), model_id, invocation_format)


def _format(model: str) -> str:
    return catalog.find(model).invocation_format
