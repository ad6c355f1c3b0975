"""Puts Service Quotas into a MiniStack process."""

from dataclasses import replace
from types import ModuleType

from ministack.core import router

from local import authorization
from local.bedrock.ministack import place
from local.bedrock.protocol import Response
from local.bedrock.protocol.faults import access_denied
from local.bedrock.protocol.messages import Headers, Query
from local.faults.faults import Faults
from local.service_quotas.messages import SERVICE, TARGET, Messages
from local.service_quotas.quotas import ServiceQuotas
from local.settings import Settings


def install(app_module: ModuleType, settings: Settings, faults: Faults) -> None:
    """Register the handler; see `local.service_quotas.install`."""
    service = ServiceQuotas(lambda: replace(settings.account_quotas, **faults.quotas), place, _authorize)
    messages = Messages(service.answer)

    async def handle(method: str, path: str, headers: Headers, body: bytes, query: Query) -> Response:
        return messages.handle(headers, body)

    # Without the prefix MiniStack reads the names of all services that botocore knows, which takes seconds.
    router.SERVICE_PATTERNS[SERVICE] = {"target_prefixes": [TARGET]}
    app_module.SERVICE_HANDLERS[SERVICE] = handle


def _authorize(headers: Headers, action: str, arn: str) -> None:
    try:
        authorization.authorize(headers, action, [arn])
    except authorization.AccessDeniedError as error:
        raise access_denied(error.message) from error
