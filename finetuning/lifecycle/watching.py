"""The alarms that are watched after another model went into service, while the one before can take its place again."""

from dataclasses import replace

from finetuning.lifecycle.observation import Observed
from finetuning.lifecycle.outcome import fallback
from finetuning.lifecycle.record import ModelRecord

LOOKS = 20
"""How often the alarms are looked at, at least, while they are watched; once a minute is as often as CloudWatch
evaluates a standard alarm (CloudWatch User Guide, 'Evaluating an alarm')."""
_PERIOD_SECONDS = 60


def watches(record: ModelRecord, seen: Observed) -> int:
    """Seconds until the next look at the alarms; 0 if they are not watched now."""
    endpoint, generation = record.endpoint.wanted, record.training.current
    if endpoint is None or generation is None or not endpoint.alarms or generation.rejected:
        return 0
    left = record.endpoint.published_at + endpoint.watch_seconds - seen.now
    if left <= 0 or not generation.model_arn or record.endpoint.published_model_arn != generation.model_arn:
        return 0
    if not fallback(record.with_training(replace(generation, rejected="alarm")), seen):
        return 0
    return int(min(left + 1, max(_PERIOD_SECONDS, endpoint.watch_seconds / LOOKS)))


def is_calm(record: ModelRecord, seen: Observed, model_arn: str) -> bool:
    """Whether this model may take another's place now.

    A candidate waits while an alarm goes off that would be held against it; the model before it comes back at once.
    """
    generation = record.training.current
    is_candidate = generation is not None and generation.model_arn == model_arn
    return not (seen.alarms and is_candidate)
