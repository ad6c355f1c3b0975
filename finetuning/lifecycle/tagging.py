"""The user's tags on what was bought: a change of tags is applied where it is, and buys nothing (fault A27)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from finetuning import names
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, TrainingGeneration

Generation = TypeVar("Generation", TrainingGeneration, EndpointGeneration)

#: Among the tags that a thing carries: nobody knows which of the others it does. No user's tag begins like this, so
#: tags with it are never taken for those that are wanted.
_UNCERTAIN = f"{names.OWNER_TAG_PREFIX}uncertain"


def retagged(generation: Generation, tags: Mapping[str, str]) -> Generation:
    """The generation with other tags; what it bought carries the ones before until the driver has changed them."""
    if not generation.intended:
        return replace(generation, tags=tags, tagged=None)
    carried = generation.tags if generation.tagged is None else generation.tagged
    return replace(generation, tags=tags, tagged=None if carried == tags else carried)


def with_uncertain_tags(record: ModelRecord, generation_id: str) -> ModelRecord:
    """The record just before a generation's tags are changed: from then on it may carry the old ones and the new.

    If the configuration goes back meanwhile, the tags are changed again and not believed to be what they were.
    """
    training, endpoint = record.training.find(generation_id), record.endpoint.find(generation_id)
    if training is not None:
        record = record.with_training(replace(training, tagged=_either(training)))
    if endpoint is not None:
        record = record.with_endpoint(replace(endpoint, tagged=_either(endpoint)))
    return record


def _either(generation: TrainingGeneration | EndpointGeneration) -> dict[str, str]:
    return {**(generation.tagged or {}), **generation.tags, _UNCERTAIN: ""}


def tag_change(generation: TrainingGeneration | EndpointGeneration) -> tuple[dict[str, str], list[str]]:
    """The tags to add and the keys to remove so that the bought things carry the wanted tags; never an owner tag."""
    carried = generation.tags if generation.tagged is None else generation.tagged
    wanted = {key: value for key, value in generation.tags.items() if not is_owners(key)}
    return wanted, sorted(key for key in carried if key not in wanted and not is_owners(key))


def is_owners(key: str) -> bool:
    """Whether a tag says who owns something or who holds it: ours alone to change."""
    return key.startswith(names.OWNER_TAG_PREFIX)


def holds(tags: Mapping[str, str]) -> tuple[str, ...]:
    """The hold tags among a custom model's tags: a model with one is never deleted.

    A promotion puts them on the model itself, so that no environment depends on another's registry.
    """
    return tuple(sorted(key for key in tags if key.startswith(names.HOLD_TAG_PREFIX)))
