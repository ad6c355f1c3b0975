"""Bedrock as a service: finds the operation of a request, the account's state, and the response."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from local.bedrock import (
    copy_jobs,
    deployments,
    evaluation_jobs,
    foundation_models,
    jobs,
    models,
    runtime,
    sharing,
    tags,
    throughput,
)
from local.bedrock.clock import Clock
from local.bedrock.fates import Fates, UsualFates
from local.bedrock.neighbours import Neighbours
from local.bedrock.protocol import Fault, Protocol, Response
from local.bedrock.protocol.messages import Headers, Query
from local.bedrock.site import Operation, Site
from local.bedrock.store import Store
from local.settings import Settings

CONTROL_PLANE: Mapping[str, Operation] = {
    **jobs.OPERATIONS,
    **models.OPERATIONS,
    **throughput.OPERATIONS,
    **deployments.OPERATIONS,
    **tags.OPERATIONS,
    **foundation_models.OPERATIONS,
    **evaluation_jobs.OPERATIONS,
    **copy_jobs.OPERATIONS,
}
DATA_PLANE: Mapping[str, Operation] = runtime.OPERATIONS
SHARING: Mapping[str, Operation] = sharing.OPERATIONS
_LOG = logging.getLogger(__name__)
_protocol = cache(Protocol)


class Bedrock:
    """All accounts' Bedrock in all Regions.

    Args:
        settings: Catalog date and quotas.
        clock: The compressed clock.
        neighbours: The rest of AWS.
        place: Account and Region of the running request.
        fates: Who decides how jobs and endpoints end.
        quotas: Quotas that differ from the settings, at any time.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        neighbours: Neighbours,
        place: Callable[[], tuple[str, str]],
        fates: Fates | None = None,
        quotas: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        """Begin with empty accounts."""
        self._settings = settings
        self._clock = clock
        self._neighbours = neighbours
        self._place = place
        self._fates = fates or UsualFates()
        self._quotas = quotas
        self._stores: dict[tuple[str, str], Store] = {}
        self._planes = {
            "bedrock": (_protocol("bedrock"), CONTROL_PLANE),
            "bedrock-runtime": (_protocol("bedrock-runtime"), DATA_PLANE),
            "ram": (_protocol("ram"), SHARING),
        }

    def site(self) -> Site:
        """Account and Region of the running request."""
        account, region = self._place()
        return Site(
            account=account,
            region=region,
            today=self._settings.today,
            quotas=replace(self._settings.account_quotas, **self._quotas()),
            clock=self._clock,
            store=self.store(account, region),
            neighbours=self._neighbours,
            fates=self._fates,
            elsewhere=self.store,
        )

    def store(self, account: str, region: str) -> Store:
        """State of one account in one Region."""
        return self._stores.setdefault((account, region), Store())

    def reset(self) -> None:
        """Forget everything; what is under way ends without effect."""
        for store in self._stores.values():
            store.clear()
        self._stores.clear()

    def implements(self, service: str, method: str, path: str) -> bool:
        """Whether a request is answered here."""
        protocol, operations = self._planes[service]
        return protocol.operation(method, path) in operations

    def handle(self, service: str, method: str, path: str, headers: Headers, query: Query, body: bytes) -> Response:
        """Answer a request that is implemented here.

        Args:
            service: `bedrock`, `bedrock-runtime` or `ram`.
            method: HTTP method.
            path: Percent-decoded path.
            headers: Request headers.
            query: Query parameters.
            body: Request body.
        """
        protocol, operations = self._planes[service]
        name = protocol.operation(method, path) or ""
        try:
            call = protocol.parse(method, path, headers, query, body)
            protocol.check(call)
            return protocol.respond(name, operations[name](self.site(), call))
        except Fault as fault:
            return protocol.fail(name, fault)
        except Exception as error:
            # A defect of ours must look like one of the service's, not like a broken connection.
            _LOG.exception("%s failed", name)
            return protocol.fail(name, Fault("InternalServerException", f"{type(error).__name__}: {error}"))
