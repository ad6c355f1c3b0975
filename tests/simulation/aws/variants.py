"""What AWS does not document, as choices: each run draws one of the possibilities, and all of them must be survived.

The letters in brackets name the faults that rest on a choice.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

CONFLICT, VALIDATION = "ConflictException", "ValidationException"
HOUR_SECONDS = 3600.0


@dataclass(frozen=True)
class Variants:
    """One possible AWS. The defaults are the embedded AWS's choices, with nothing late.

    Attributes:
        token_reuse: the same token with other parameters is `refused` or answered with the `same` thing [B07].
        token_seconds: how long a token is remembered; infinite, or an hour [B08].
        name_taken: error code of a name in use [B09, B10].
        model_names_forever: a custom model's name stays taken when the model is deleted [B10].
        delete_while_creating: an endpoint may be deleted while it is being created [C04].
        filter_knows_desired: listing endpoints by model finds those that are being changed to it, too [C11].
        delete_served_model: a model may be deleted while an endpoint serves it [C11].
        committed: error code of deleting inside a commitment [C05].
        renews: a commitment begins anew a day after its end; else the endpoint goes on by the hour [C06].
        completes_while_stopping: a job that is being stopped may complete all the same [B13].
        model_late_seconds: how long after its job the custom model may come [B15].
        lag_seconds: how long reads may show what was before a change.
        fickle: during that time every read asks another replica; else what was seen once stays seen.
        gone_is_denied: changing what does not exist is AccessDenied, because what has no tags is not ours; else
            ResourceNotFound.
        token_answered_at_once: an execution goes on when its token comes back while the function still runs; else when
            the function has ended.
        skew_seconds: how far the functions' clock is ahead of the services' [D09].
        emits_progress: the event bus tells `InProgress` and `Stopping` too [D03].
    """

    token_reuse: str = "refused"
    token_seconds: float = float("inf")
    name_taken: str = VALIDATION
    model_names_forever: bool = True
    delete_while_creating: bool = False
    filter_knows_desired: bool = False
    delete_served_model: bool = False
    committed: str = CONFLICT
    renews: bool = True
    completes_while_stopping: bool = False
    model_late_seconds: float = 0.0
    lag_seconds: float = 0.0
    fickle: bool = False
    gone_is_denied: bool = True
    token_answered_at_once: bool = True
    skew_seconds: float = 0.0
    emits_progress: bool = True

    @classmethod
    def draw(cls, random: Random) -> "Variants":
        """One possible AWS by chance."""
        return cls(**{name: random.choice(choices) for name, choices in CHOICES.items()})


CHOICES: dict[str, tuple[Any, ...]] = {
    "token_reuse": ("refused", "same"),
    "token_seconds": (float("inf"), HOUR_SECONDS),
    "name_taken": (CONFLICT, VALIDATION),
    "model_names_forever": (True, False),
    "delete_while_creating": (True, False),
    "filter_knows_desired": (True, False),
    "delete_served_model": (True, False),
    "committed": (CONFLICT, VALIDATION),
    "renews": (True, False),
    "completes_while_stopping": (True, False),
    "model_late_seconds": (0.0, 600.0),
    "lag_seconds": (0.0, 2.0, 20.0),
    "fickle": (True, False),
    "gone_is_denied": (True, False),
    "token_answered_at_once": (True, False),
    "skew_seconds": (0.0, -60.0, 60.0),
    "emits_progress": (True, False),
}
"""Every choice and its possibilities: each field of `Variants` is here, which a test holds."""
