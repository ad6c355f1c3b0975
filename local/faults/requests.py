"""Every HTTP request passes here, AWS calls and answers of custom resources alike: the one place where faults strike.

An ASGI application around MiniStack's.
"""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from local.faults import api, functions, operations
from local.faults.faults import Faults
from local.faults.rules import Rule

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


@dataclass
class _Reply:
    """What the application answered."""

    start: Message
    body: bytes


class FaultyRequests:
    """MiniStack's application with faults before and after it.

    Args:
        application: The ASGI application.
        faults: The faults in effect.
    """

    def __init__(self, application: Application, faults: Faults) -> None:
        """Wrap an application."""
        self._application = application
        self._faults = faults

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or none."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
        elif scope["path"] == api.PATH:
            body = await _body(receive)
            status, text = api.answer(self._faults, scope["method"], body)
            await _send(send, status, text, "application/json")
        elif not self._faults.has_rules():
            await self._application(scope, receive, send)
        else:
            await self._answer_faulty(scope, receive, send)

    async def _answer_faulty(self, scope: Message, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        query = parse_qs(scope.get("query_string", b"").decode(), keep_blank_values=True)
        name = operations.name_of(scope["method"], scope["path"], headers, query, body)
        connection = (_port(scope, "client"), _port(scope, "server"))
        text = f"{scope['path']} {body.decode('utf-8', 'replace')}"
        rule = self._faults.strike(name, text, lambda: functions.handler_at(connection))
        replayed = _replay(body, receive)
        if rule is None:
            await self._application(scope, replayed, send)
        elif rule.what == "error":
            await _refuse(send, rule, _is_xml(name, headers))
        elif rule.what == "kill" and rule.when == "before":
            functions.kill(connection)
            await _close(send)
        else:
            await self._after_effect(scope, replayed, send, rule, connection)

    async def _after_effect(
        self, scope: Message, receive: Receive, send: Send, rule: Rule, connection: functions.Connection
    ) -> None:
        if rule.what == "delay" and rule.when == "before":
            await asyncio.sleep(rule.seconds)
        reply = await self._reply(scope, receive)
        if rule.what == "delay" and rule.when == "after":
            await asyncio.sleep(rule.seconds)
        if rule.what == "kill":
            functions.kill(connection)
        if rule.what == "kill" or (rule.what == "lost" and not rule.http_status):
            await _close(send)
        elif rule.what == "lost":
            await _send(send, rule.http_status, b"", "application/json")
        else:
            body = _with_status(reply.body, rule) if rule.what == "status" else reply.body
            lengthless = [pair for pair in reply.start.get("headers", []) if pair[0].lower() != b"content-length"]
            length = (b"content-length", str(len(body)).encode())
            await send({**reply.start, "headers": [*lengthless, length]})
            await send({"type": "http.response.body", "body": body})

    async def _reply(self, scope: Message, receive: Receive) -> _Reply:
        reply = _Reply({}, b"")

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply.start = message
            elif message["type"] == "http.response.body":
                reply.body += message.get("body", b"")

        await self._application(scope, receive, keep)
        return reply


def _port(scope: Message, end: str) -> int:
    return int((scope.get(end) or ("", 0))[1])


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out the body that has been read, and then what the connection says."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


async def _refuse(send: Send, rule: Rule, as_xml: bool) -> None:
    status = rule.http_status or (500 if rule.code.startswith("Internal") else 400)
    if as_xml:
        error = f"<Error><Type>Sender</Type><Code>{rule.code}</Code><Message>{rule.message}</Message></Error>"
        text = f"<ErrorResponse>{error}<RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
        await _send(send, status, text.encode(), "text/xml")
        return
    document = {"__type": rule.code, "message": rule.message}
    await _send(send, status, json.dumps(document).encode(), "application/json", rule.code)


async def _send(send: Send, status: int, body: bytes, content_type: str, error: str = "") -> None:
    headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    if error:
        headers.append((b"x-amzn-errortype", error.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _close(send: Send) -> None:
    """End the connection in the middle of an answer: a body that was announced never comes."""
    headers = [(b"content-length", b"1000"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


def _is_xml(name: str, headers: MutableMapping[str, str]) -> bool:
    return name.startswith("s3:") or headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def _with_status(body: bytes, rule: Rule) -> bytes:
    """The reply with another `status`, its own and that of everything it lists."""
    try:
        document = json.loads(body)
    except ValueError:
        return body
    listed = [item for value in document.values() if isinstance(value, list) for item in value]
    for shown in (document, *listed):
        if isinstance(shown, dict) and "status" in shown:
            shown["status"] = rule.status
    return json.dumps(document).encode()
