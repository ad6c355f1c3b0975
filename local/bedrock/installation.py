"""Puts Bedrock into a MiniStack process."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

from ministack.core import iam_actions, router
from ministack.services import bedrock as ministack_bedrock

from local.bedrock.clock import CompressedClock
from local.bedrock.ministack import MiniStackNeighbours, place
from local.bedrock.protocol import Response
from local.bedrock.protocol.messages import Headers, Query
from local.bedrock.service import Bedrock
from local.faults.fates import FaultyFates
from local.faults.faults import Faults
from local.settings import Settings

Handler = Callable[[str, str, Headers, bytes, Query], Awaitable[Response]]

SERVICES = ("bedrock", "bedrock-runtime", "ram")


def install(app_module: ModuleType, settings: Settings, faults: Faults) -> None:
    """Register handlers, take over authorization, and take part in resets; see `local.bedrock.install`."""
    service = Bedrock(
        settings,
        CompressedClock(settings.clock_speed),
        MiniStackNeighbours(settings.endpoint_url),
        place,
        FaultyFates(faults),
        lambda: faults.quotas,
    )
    # MiniStack has no Resource Access Manager.
    router.SERVICE_PATTERNS["ram"] = {"credential_scope": "ram"}
    for name in SERVICES:
        app_module.SERVICE_HANDLERS[name] = _handler(service, name, app_module.SERVICE_HANDLERS.get(name, _unknown))
    _leave_authorization_to(service)
    _reset_with_ministack(service)


def _handler(service: Bedrock, name: str, ministack_handler: Handler) -> Handler:
    async def handle(method: str, path: str, headers: Headers, body: bytes, query: Query) -> Response:
        if not service.implements(name, method, path):
            return await ministack_handler(method, path, headers, body, query)
        # On a thread: Bedrock calls S3 on this very server, whose event loop must stay free to answer.
        return await asyncio.to_thread(service.handle, name, method, path, headers, query, body)

    return handle


async def _unknown(method: str, path: str, headers: Headers, body: bytes, query: Query) -> Response:
    message = json.dumps({"message": f"{method} {path} is not part of the embedded AWS"}).encode()
    return 400, {"Content-Type": "application/json", "x-amzn-ErrorType": "UnknownOperationException"}, message


def _leave_authorization_to(service: Bedrock) -> None:
    """Keep MiniStack from judging what Bedrock judges itself.

    MiniStack checks one resource per request, derived from the path ("*" for jobs, a foundation model for every
    invocation), so a policy that names the real resources would be refused. Without an action it only checks the
    signature.
    """
    judged: Callable[..., str | None] = iam_actions.extract_iam_action

    def extract(name: str, method: str, path: str, *rest: Any) -> str | None:
        if name in SERVICES and service.implements(name, method, path):
            return None
        return judged(name, method, path, *rest)

    iam_actions.extract_iam_action = extract


def _reset_with_ministack(service: Bedrock) -> None:
    reset: Callable[[], None] = ministack_bedrock.reset

    def reset_both() -> None:
        reset()
        service.reset()

    ministack_bedrock.reset = reset_both
