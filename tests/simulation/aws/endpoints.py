"""What both kinds of endpoint have in common: they are bought once, take time, fail at times, and refuse while busy."""

from collections.abc import Iterator
from typing import Any, ClassVar

from tests.simulation.aws.client import Parameters
from tests.simulation.aws.errors import not_found, refusal
from tests.simulation.aws.shelf import Shelf
from tests.simulation.aws.site import Caller, Site, tags_from
from tests.simulation.aws.things import Endpoint, Model
from tests.simulation.aws.variants import CONFLICT, VALIDATION


class Endpoints:
    """One kind of endpoint.

    Attributes:
        failures: messages with which the next creations end as `Failed`, in order.
        update_failures: the same of updates.
    """

    kind: ClassVar[str]
    arn_kind: ClassVar[str]
    in_service: ClassVar[str] = "InService"
    creation_seconds: ClassVar[tuple[float, float]]
    update_seconds: ClassVar[tuple[float, float]]

    def __init__(self, site: Site, shelf: Shelf[Endpoint]) -> None:
        self._site, self.shelf = site, shelf
        self.failures: list[str] = []
        self.update_failures: list[str] = []

    def buy(
        self, caller: Caller, operation: str, parameters: Parameters, *, name: str, model_id: str, **terms: Any
    ) -> str:
        """Create an endpoint, or find the one that this token created.

        Raises:
            ClientError: the first thing that is wrong.
        """
        site, tags = self._site, tags_from(parameters.get("tags", ()))
        site.require_request_tags(caller, f"bedrock:{operation}", tags)
        earlier = site.replayed(operation, parameters)
        if earlier is not None:
            return earlier
        model = self.servable(model_id)
        if self.shelf.find(name) is not None:
            raise refusal(VALIDATION, f"The provided {self.arn_kind} name is currently in use.")
        item = self.planned(name, model, tags, **terms)
        self.require_quota(item)
        self.add(item)
        site.remember(operation, parameters, item.arn)
        site.ledger.bought(
            self.kind, name, item.arn, tags, commitment=item.commitment, model_arn=model.arn, units=item.units
        )
        return item.arn

    def planned(self, name: str, model: Model, tags: dict[str, str], **terms: Any) -> Endpoint:
        """A new endpoint."""
        return Endpoint(
            arn=self._site.arn(self.arn_kind),
            name=name,
            created=self._site.world.now,
            tags=tags,
            status="Creating",
            kind=self.kind,
            base_model=model.base_model,
            model_arn=model.arn,
            desired_arn=model.arn,
            **terms,
        )

    def add(self, item: Endpoint) -> None:
        """Let an endpoint come into being."""
        failure = self._drawn(self.failures, self._site.odds.endpoint_fails)
        status = self.in_service if failure is None else "Failed"
        self.shelf.put(item)
        self.added(item)
        self._after(self.creation_seconds, lambda: self.shelf.change(item.arn, status=status, failure=failure or ""))

    def added(self, item: Endpoint) -> None:
        """A hook for what else begins."""

    def require_quota(self, item: Endpoint) -> None:
        """Refuse what is too much."""
        raise NotImplementedError

    def finish(self, item: Endpoint, *, succeeded: bool, failure: str) -> None:
        """End an update."""
        raise NotImplementedError

    def servable(self, model_id: str) -> Model:
        """The model to serve.

        Raises:
            ClientError: `ResourceNotFoundException` or `ValidationException`.
        """
        model = self._site.models.find(model_id)
        if model is None:
            raise not_found(f"the custom model {model_id}")
        if model.status != "Active":
            raise refusal(VALIDATION, f"The custom model {model.name} is {model.status}.")
        return model

    def read(self, identifier: str) -> Endpoint:
        """What a read shows.

        Raises:
            ClientError: `ResourceNotFoundException`.
        """
        item = self.shelf.read(identifier)
        if item is None:
            raise not_found(f"the endpoint {identifier}")
        return item

    def listed(self, parameters: Parameters) -> Iterator[Endpoint]:
        """What passes the filters by status and model."""
        model_arn, status = parameters.get("modelArnEquals"), parameters.get("statusEquals")
        for item in self.shelf.all():
            served = (
                {item.model_arn, item.desired_arn} if self._site.variants.filter_knows_desired else {item.model_arn}
            )
            if (model_arn is None or model_arn in served) and status in (None, item.visible_status):
                yield item

    def owned(self, caller: Caller, action: str, identifier: str) -> Endpoint:
        """An endpoint that this caller may change."""
        item = self.shelf.find(identifier)
        self._site.require_owned(caller, action, item, identifier)
        assert item is not None
        return item

    def swappable(self, caller: Caller, action: str, item: Endpoint, model_id: str) -> Model:
        """The model that an endpoint shall take on: it must be ours too, or held, and of the same base model.

        Raises:
            ClientError: the first thing that is wrong.
        """
        self._site.require_usable(caller, action, self._site.models.find(model_id), model_id)
        if item.status != self.in_service or item.is_busy:
            raise refusal(VALIDATION, f"The endpoint {item.name} is {item.status}; try again later.")
        model = self.servable(model_id)
        if model.base_model != item.base_model:
            raise refusal(VALIDATION, f"The model {model.arn} is not based on {item.base_model}.")
        return model

    def begin_update(self, item: Endpoint) -> None:
        """Let an endpoint take on another model."""
        self.shelf.put(item)
        self._site.ledger.changed("swapped", self.kind, item.name, item.arn, item.tags, detail=item.desired_arn)
        failure = self._drawn(self.update_failures, self._site.odds.update_fails)

        def end() -> None:
            current = self.shelf.truth.get(item.arn)
            if current is not None:
                self.finish(current, succeeded=failure is None, failure=failure or "")

        self._after(self.update_seconds, end)

    def require_deletable(self, item: Endpoint) -> None:
        """Not while it is updating (documented), and perhaps not while it is being created (fault C04)."""
        is_allowed = item.status == "Creating" and self._site.variants.delete_while_creating
        if item.is_busy and not is_allowed:
            raise refusal(CONFLICT, f"The endpoint {item.name} is being created or updated; try again later.")

    def remove(self, item: Endpoint, *, by: str = "") -> None:
        """Delete it, which ends its bill."""
        self.shelf.remove(item.arn)
        self._site.ledger.changed("deleted", self.kind, item.name, item.arn, item.tags, by=by)

    def _drawn(self, failures: list[str], odds: float) -> str | None:
        if failures:
            return failures.pop(0)
        return "insufficient capacity" if odds and self._site.world.random.random() < odds else None

    def _after(self, bounds: tuple[float, float], happening: Any) -> None:
        least, most = bounds
        self._site.world.after(least + (most - least) * self._site.world.random.random(), happening)
