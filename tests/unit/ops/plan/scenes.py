"""What there is at a moment, what was done between two of them, and what a plan said would be done."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from finetuning.lifecycle import Action
from finetuning.lifecycle.rehearsal import Step

Done = Counter[tuple[Action, str]]


@dataclass(frozen=True)
class Scene:
    """What there is at a moment, as far as an action can change it."""

    jobs: tuple[str, ...]
    stopped: tuple[str, ...]
    deleted_models: tuple[str, ...]
    bought: tuple[str, ...]
    swapped: tuple[str, ...]
    deleted_endpoints: tuple[str, ...]
    published: int
    tags: Mapping[str, tuple[str, Mapping[str, str]]]


def done_between(before: Scene, now: Scene) -> Done:
    """What was done, in the terms of a plan's steps."""
    done: Done = Counter()
    done.update((Action.START_JOB, name) for name in _new(before.jobs, now.jobs))
    done.update((Action.STOP_JOB, name) for name in _new(before.stopped, now.stopped))
    done.update((Action.DELETE_MODEL, name) for name in _new(before.deleted_models, now.deleted_models))
    done.update((Action.CREATE_ENDPOINT, name) for name in _new(before.bought, now.bought))
    done.update((Action.DELETE_ENDPOINT, name) for name in _new(before.deleted_endpoints, now.deleted_endpoints))
    done.update((Action.SWAP_MODEL, name) for name in (Counter(now.swapped) - Counter(before.swapped)).elements())
    done[Action.PUBLISH_POINTER, ""] = now.published - before.published
    retagged = {name for arn, (name, tags) in now.tags.items() if arn in before.tags and before.tags[arn][1] != tags}
    done.update((Action.RETAG, name) for name in retagged)
    return +done


def foretold(steps: tuple[Step, ...]) -> Done:
    """A plan's steps, as `Rehearsed.done_since` tells them: a swap by its model, a pointer without a name."""
    told: Done = Counter()
    for step in steps:
        if step.action == Action.SWAP_MODEL:
            told[step.action, step.model] += 1
        elif step.action != Action.PUBLISH_POINTER:
            told[step.action, step.name] += 1
        elif step.generation_id:
            told[step.action, ""] += 1
    return told


def job_of(model_arn: str) -> str:
    return model_arn.rpartition("/")[2]


def _new(before: tuple[str, ...], now: tuple[str, ...]) -> list[str]:
    """What is there more; names are used once only."""
    return [name for name in now if name not in before]
