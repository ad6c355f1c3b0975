"""An AWS account that the suite runs on, with the gateways that our functions have, and those of somebody else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from finetuning.lifecycle import EndpointGeneration, JobObservation
from finetuning.lifecycle.requests import tag_list
from finetuning.names import owner_tags
from lambdas.gateways.answering import AnsweringGateway
from lambdas.gateways.answers_table import AnswersTable
from lambdas.gateways.endpoints import EndpointGateway, EndpointOrder
from lambdas.gateways.inventory import InventoryGateway
from lambdas.gateways.jobs import JobQuotaError, JobsGateway
from lambdas.gateways.notices import NoticesGateway
from lambdas.gateways.pointer import PointerGateway
from lambdas.gateways.registry_table import RegistryTable
from lambdas.gateways.storage import StorageGateway
from lambdas.gateways.workflow import DriverGateway, ParkedGateway

PROJECT, ENVIRONMENT = "finetuning", "dev"
HAIKU, NOVA_LITE = "anthropic.claude-3-haiku-20240307-v1:0:200k", "amazon.nova-lite-v1:0:300k"
GENERATION = "0123456789-1"
OURS = owner_tags(PROJECT, ENVIRONMENT, "faq", GENERATION)
_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Gateways:
    """With the rights of one caller, and with what this caller tags."""

    jobs: JobsGateway
    endpoint: EndpointGateway
    answering: AnsweringGateway
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Objects:
    """S3 with a bucket that keeps versions, the key that encrypts there and the account that owns it."""

    storage: StorageGateway
    bucket: str
    key_arn: str
    account: str


@dataclass(frozen=True)
class Neighbours:
    """The gateways of the services around Bedrock.

    Attributes:
        tokens: what the driver function was given to park on, by execution.
    """

    table: RegistryTable
    answers: AnswersTable
    pointer: PointerGateway
    notices: NoticesGateway
    driver: DriverGateway
    parked: ParkedGateway
    tokens: Callable[[str], list[str]]
    objects: Objects


class Place(Protocol):
    """One account.

    Attributes:
        kind: `provisioned` or `on_demand`: what `endpoint` sells.
        base_model: that can be served this way here.
        ours: what our functions may do.
        others: what the account's root may do.
        inventory: with our rights.
        untrusting_role: a role that Bedrock cannot assume.
        kept: custom models that tests share, because training takes long, by owner and number.
    """

    kind: str
    base_model: str
    ours: Gateways
    others: Gateways
    inventory: InventoryGateway
    untrusting_role: str
    kept: dict[tuple[bool, int], str]

    def request(self, name: str, **changes: Any) -> dict[str, Any]:
        """A job request of ours that will be accepted."""

    def without_data(self, name: str) -> dict[str, Any]:
        """A job request whose training data cannot be read."""

    def eventually(self, look: Callable[[], _Found | None]) -> _Found:
        """What a look finds once it finds something."""

    @property
    def neighbours(self) -> Neighbours:
        """The services around Bedrock."""


def another_name(_count: list[int] = [0]) -> str:  # noqa: B006 - one count for all places, as their state is shared
    """A name as ours are, that nothing had before."""
    _count[0] += 1
    return f"{PROJECT}-{ENVIRONMENT}-faq-{_count[0]:010x}-1"


def untagged(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request as somebody else would send it."""
    return {name: value for name, value in request.items() if name not in {"jobTags", "customModelTags"}}


def started(place: Place, request: Mapping[str, Any], gateways: Gateways | None = None) -> str:
    """ARN of a job that was started, as soon as the quota allows it."""
    jobs = (gateways or place.ours).jobs

    def try_to() -> str | None:
        try:
            return jobs.create(request)
        except JobQuotaError:
            return None

    return place.eventually(try_to)


def job_once(place: Place, name: str, is_so: Callable[[JobObservation], bool]) -> JobObservation:
    """The job of this name once it is so."""

    def look() -> JobObservation | None:
        job = place.ours.jobs.find(name)
        return job if job is not None and is_so(job) else None

    return place.eventually(look)


def trained(place: Place, *, by: Gateways | None = None) -> str:
    """ARN of a custom model that is active."""
    name, gateways = another_name(), by or place.ours
    request = place.request(name)
    started(place, request if gateways is place.ours else untagged(request), gateways)

    return job_once(place, name, lambda job: job.model_status == "Active").model_arn


def shared(place: Place, number: int = 0, *, by: Gateways | None = None) -> str:
    """ARN of a custom model that tests share and none deletes."""
    key = (by or place.ours) is place.ours, number
    if key not in place.kept:
        place.kept[key] = trained(place, by=by)
    return place.kept[key]


def an_order(
    place: Place, model_arn: str, name: str = "", *, by: Gateways | None = None, **changes: Any
) -> EndpointOrder:
    """An order of one endpoint for this model."""
    tags = (by or place.ours).tags
    settings = {"serving": place.kind, "model_units": 1, "commitment": "none", **changes}
    endpoint = EndpointGeneration(GENERATION, "0" * 64, 1, name or another_name(), "", tags=tags, **settings)
    return EndpointOrder(endpoint, model_arn, tag_list(tags))


def bought(place: Place, model_arn: str, *, by: Gateways | None = None, **changes: Any) -> tuple[str, str]:
    """ARN and name of an endpoint, once the quota allows it."""
    order = an_order(place, model_arn, by=by, **changes)
    return (by or place.ours).endpoint.create(order), order.endpoint.name


def in_service(place: Place, name: str, model_arn: str) -> None:
    """Wait until an endpoint serves a model."""

    def look() -> bool | None:
        found = place.ours.endpoint.find(name)
        assert found is not None
        return (found.status, found.model_arn) == ("InService", model_arn) or None

    place.eventually(look)
