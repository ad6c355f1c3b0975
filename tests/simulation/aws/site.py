"""What the operations of the simulated Bedrock share: time, chance, choices, quotas, tokens, tags and the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from finetuning import names
from tests.simulation.aws.client import Parameters
from tests.simulation.aws.errors import denied, not_found, refusal
from tests.simulation.aws.ledger import Ledger
from tests.simulation.aws.shelf import Shelf
from tests.simulation.aws.things import Endpoint, Job, Model, Thing
from tests.simulation.aws.variants import CONFLICT, VALIDATION, Variants
from tests.simulation.kernel import World

EPOCH = 1_780_000_000.0
"""Epoch seconds of the world's beginning."""

REGION, ACCOUNT = "us-west-2", "111122223333"
MAX_TAGS = 50
Tags = Mapping[str, str] | Sequence[str]
"""Tags that are added, or keys of those that are removed."""


@dataclass
class Quotas:
    """How much there may be. Model units are zero on a new account; most stories have some."""

    jobs: int = 2
    models: int = 100
    model_units: int = 10
    deployments: int = 10
    deployments_in_progress: int = 2


@dataclass
class Odds:
    """How likely the service fails by itself, from 0 to 1."""

    job_fails: float = 0.0
    endpoint_fails: float = 0.0
    update_fails: float = 0.0
    model_is_mute: float = 0.0
    model_is_bad: float = 0.0


@dataclass(frozen=True)
class Caller:
    """Whose rights a client has: one environment's functions, or with None those of the account's root."""

    owner: tuple[str, str] | None

    def owns(self, tags: Mapping[str, str]) -> bool:
        """Whether the owner tags let this caller change what has these tags."""
        if self.owner is None:
            return True
        return (tags.get(names.PROJECT_TAG), tags.get(names.ENVIRONMENT_TAG)) == self.owner


@dataclass
class Site:
    """The account's Bedrock in its Region."""

    world: World
    variants: Variants
    ledger: Ledger
    quotas: Quotas = field(default_factory=Quotas)
    odds: Odds = field(default_factory=Odds)
    _tokens: dict[tuple[str, str], tuple[float, Parameters, str]] = field(default_factory=dict)
    _ids: int = 0

    def __post_init__(self) -> None:
        self.jobs: Shelf[Job] = Shelf(self.world, self.variants)
        self.models: Shelf[Model] = Shelf(self.world, self.variants)
        self.throughputs: Shelf[Endpoint] = Shelf(self.world, self.variants)
        self.deployments: Shelf[Endpoint] = Shelf(self.world, self.variants)
        self.shelves: Sequence[Shelf[Any]] = (self.jobs, self.models, self.throughputs, self.deployments)

    def arn(self, kind: str) -> str:
        """A new ARN; the last part is the service's choice."""
        self._ids += 1
        return f"arn:aws:bedrock:{REGION}:{ACCOUNT}:{kind}/{self._ids:012d}"

    def replayed(self, operation: str, parameters: Parameters) -> str | None:
        """The ARN that an earlier request with this token was answered with; None if there was none (fault B06)."""
        remembered = self._tokens.get((operation, parameters.get("clientRequestToken", "")))
        if remembered is None:
            return None
        at, earlier, arn = remembered
        if self.world.now - at > self.variants.token_seconds:
            return None
        if earlier != parameters and self.variants.token_reuse == "refused":
            code = CONFLICT if operation == "CreateModelCustomizationJob" else VALIDATION
            raise refusal(code, "The client request token was already used with different parameters.", operation)
        return arn

    def remember(self, operation: str, parameters: Parameters, arn: str) -> None:
        """Keep the answer for repetitions of the request."""
        token = parameters.get("clientRequestToken")
        if token:
            self._tokens[operation, token] = (self.world.now, parameters, arn)

    def require_request_tags(self, caller: Caller, action: str, tags: Mapping[str, str]) -> None:
        """What our functions create must carry the owner tags, and nothing carries more than 50.

        Raises:
            ClientError: `AccessDeniedException` or `TooManyTagsException`.
        """
        if not caller.owns(tags):
            raise denied(action, "*")
        if len(tags) > MAX_TAGS:
            raise refusal("TooManyTagsException", f"A resource has at most {MAX_TAGS} tags.", action)

    def require_taggable(self, caller: Caller, action: str, thing: Thing | None, arn: str, tags: Tags) -> None:
        """Ours may be tagged, but for the owner tags; what is tagged with our owner tags may be anything.

        TagResource is also the right to create something with tags, and IAM cannot tell one use from the other.

        Raises:
            ClientError: `AccessDeniedException`, `ResourceNotFoundException` or `TooManyTagsException`.
        """
        if isinstance(tags, Mapping) and caller.owner is not None and caller.owns(tags):
            if thing is None:
                raise not_found(arn)
        elif not _is_hold(caller, thing, tags):
            self.require_owned(caller, action, thing, arn)
            if caller.owner is not None and any(key.startswith("finetuning:") for key in tags):
                raise denied(action, arn)
        if isinstance(tags, Mapping) and thing is not None and len({**thing.tags, **tags}) > MAX_TAGS:
            raise refusal("TooManyTagsException", f"A resource has at most {MAX_TAGS} tags.")

    def require_owned(self, caller: Caller, action: str, thing: Thing | None, identifier: str) -> None:
        """Only what carries the owner tags may be changed; IAM is asked before anything is looked up.

        Raises:
            ClientError: `AccessDeniedException` or `ResourceNotFoundException`.
        """
        if thing is None:
            if self.variants.gone_is_denied and caller.owner is not None:
                raise denied(action, identifier)
            raise not_found(identifier)
        if not caller.owns(thing.tags):
            raise denied(action, thing.arn)

    def require_usable(self, caller: Caller, action: str, model: Model | None, identifier: str) -> None:
        """An endpoint takes on what is ours, or what we hold (stacks/constructs/promotion_access.py).

        Raises:
            ClientError: `AccessDeniedException` or `ResourceNotFoundException`.
        """
        if model is None or caller.owner is None or not _is_held(caller.owner, model.tags):
            self.require_owned(caller, action, model, identifier)

    def find(self, arn: str) -> Thing | None:
        """What exists under this ARN, jobs at rest included."""
        found: Iterator[Thing] = (shelf.truth[arn] for shelf in self.shelves if arn in shelf.truth)
        return next(found, None)

    def serving(self, model_arn: str) -> list[Endpoint]:
        """The endpoints that serve a model or shall."""
        endpoints = (*self.throughputs.truth.values(), *self.deployments.truth.values())
        return [item for item in endpoints if model_arn in (item.model_arn, item.desired_arn)]


def _is_hold(caller: Caller, thing: Thing | None, tags: Tags) -> bool:
    """Whether an environment puts its hold, and no other tag, on a model of its project, or takes it off."""
    if caller.owner is None or not isinstance(thing, Model):
        return False
    project, environment = caller.owner
    is_alone = set(tags) == {names.hold_tag(environment)} and thing.tags.get(names.PROJECT_TAG) == project
    return is_alone and _is_held(caller.owner, tags if isinstance(tags, Mapping) else thing.tags)


def _is_held(owner: tuple[str, str], tags: Mapping[str, str]) -> bool:
    project, environment = owner
    return tags.get(names.hold_tag(environment), "").startswith(f"{project}/")


def moment(seconds: float) -> datetime:
    """A time of the world as clients show it."""
    return datetime.fromtimestamp(EPOCH + seconds, UTC)


def tags_from(listed: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Tags by key."""
    return {tag["key"]: tag["value"] for tag in listed}
