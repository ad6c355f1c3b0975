"""What happens to an account besides deployments: quotas, roles, strangers, people in the console, unknown statuses."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from finetuning import names
from tests.simulation.aws.things import Endpoint, Model, Thing
from tests.simulation.environment import Environment
from tests.simulation.plans import Step
from tests.simulation.wanted import ENVIRONMENT, PROJECT, Wanted, serving_fingerprint, training_fingerprint

ROLE_SECONDS, UNKNOWN_SECONDS, QUOTA_SECONDS = 45.0, 6 * 3600.0, 6 * 3600.0
UNKNOWN_STATUS = "Hibernating"


class Mishaps:
    """Lets things happen that nobody deployed."""

    def __init__(self, environment: Environment) -> None:
        self._environment, self._bedrock = environment, environment.account.bedrock
        self._hidden: list[str] = []
        self._kinds: Mapping[str, Callable[[Step], object]] = {
            "endpoint deleted by hand": lambda step: self._delete(step, Endpoint),
            "model deleted by hand": lambda step: self._delete(step, Model),
            "quota": self._take_quota,
            "role not ready": self._forget_role,
            "unknown status": self._hide_status,
            "driver aborted": self._abort_drivers,
            "somebody serves our model": self._serve_as_somebody,
            "hold": self._hold,
            "model is mute": lambda step: self._bedrock.mute_next_model(),
            "foreign job": self._plant_job,
            "foreign endpoint": self._plant_endpoint,
        }

    def happen(self, step: Step) -> None:
        """Let it happen, if there is something that it can happen to."""
        self._kinds[step.what](step)

    def end(self) -> None:
        """What must end so that everything can come to rest: quotas come back, statuses are known again."""
        self._restore_quota()
        for arn in self._hidden:
            self._bedrock.future_status(arn, "")

    def _things(self, model: str, kind: type[Thing]) -> list[Thing]:
        things = self._environment.things
        return [thing for thing in things if isinstance(thing, kind) and thing.tags.get(names.MODEL_TAG) == model]

    def _delete(self, step: Step, kind: type[Thing]) -> None:
        for thing in self._things(step.model, kind)[:1]:
            self._environment.by_hand(step.what, step.model, partial(self._bedrock.delete_by_hand, thing.arn))

    def _take_quota(self, step: Step) -> None:
        self._environment.by_hand(step.what, step.model, lambda: self._bedrock.set_quota(jobs=0, model_units=0))
        self._environment.world.after(QUOTA_SECONDS, self._restore_quota)

    def _restore_quota(self) -> None:
        self._bedrock.set_quota(jobs=2, model_units=10)

    def _forget_role(self, step: Step) -> None:
        self._bedrock.jobs.role_ready_at = self._environment.world.now + ROLE_SECONDS

    def _hide_status(self, step: Step) -> None:
        for thing in self._things(step.model, Thing)[:1]:
            self._hidden.append(thing.arn)
            self._bedrock.future_status(thing.arn, UNKNOWN_STATUS)
            self._environment.world.after(UNKNOWN_SECONDS, partial(self._bedrock.future_status, thing.arn, ""))

    def _abort_drivers(self, step: Step) -> None:
        for name in self._environment.running:
            self._environment.account.states.abort(name)

    def _serve_as_somebody(self, step: Step) -> None:
        for model in self._things(step.model, Model)[:1]:
            self._bedrock.foreign("provisioned", "somebody-else", model_arn=model.arn)

    def _hold(self, step: Step) -> None:
        for model in self._things(step.model, Model)[:1]:
            held = {**model.tags, f"{names.HOLD_TAG_PREFIX}prod": "promoted"}
            self._bedrock.site.models.change(model.arn, tags=held)

    def _plant_job(self, step: Step) -> None:
        wanted = step.wanted or Wanted()
        fingerprint = training_fingerprint(replace(wanted, dataset=False).job)
        self._bedrock.foreign("job", names.job_name(PROJECT, ENVIRONMENT, wanted.model, fingerprint, 1))

    def _plant_endpoint(self, step: Step) -> None:
        wanted = step.wanted or Wanted()
        fingerprint = serving_fingerprint(wanted.endpoint)
        name = names.endpoint_name(PROJECT, ENVIRONMENT, wanted.model, fingerprint, 1)
        self._environment.by_hand(step.what, wanted.model, lambda: self._bedrock.foreign(wanted.serving, name))
