"""Asynchronous invocation of Lambda functions, with word of the events that are given up.

AWS: a failed asynchronous invocation is retried twice, after one and after two minutes; then the event goes to the
on-failure destination or dead-letter queue, or is lost (Lambda Developer Guide, "Error handling for asynchronous
invocation").
MiniStack 1.5.33: does so, but cannot tell the sender that it gave up, and two of its senders (CloudFormation custom
resources, EventBridge rules) do not use it.
Can go when: `invoke_async_with_retry` reports exhaustion and those two use it.
"""

import contextvars
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.services import lambda_svc

from local.patches import upstream
from local.settings import Settings

_RETRY_SECONDS = (60, 120)
_MAXIMUM_AGE_SECONDS = 21_600
_log = logging.getLogger("lambda")
_execute = upstream.function(lambda_svc, "_execute_function_with_config_scope", ("func", "event"))
_route_failure = upstream.function(lambda_svc, "_route_async_failure", ("target_arn", "func_name", "event", "result"))

Deliver = Callable[..., None]


def apply(settings: Settings) -> None:
    """Install the patch."""

    def make(original: Callable[..., Any]) -> Deliver:
        return lambda func, event: deliver(settings, func, event)

    upstream.replace(lambda_svc, "invoke_async_with_retry", ("func", "event"), make)


def deliver(
    settings: Settings, function: dict[str, Any], event: Any, on_given_up: Callable[[], None] | None = None
) -> None:
    """Invoke a function asynchronously; returns at once.

    Args:
        settings: The clock by which the delays between attempts are shortened.
        function: MiniStack's record of the function.
        event: The payload.
        on_given_up: Called when the last attempt has failed and the event has gone to the destination, if any.
    """

    def run() -> None:
        result = _attempt(settings, function, event)
        if result.get("error"):
            _give_up(function, event, result, on_given_up)

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(run,), daemon=True, name="lambda-delivery").start()


def expire(function: dict[str, Any], event: Any, on_given_up: Callable[[], None] | None = None) -> None:
    """Give an event up that waited too long to be delivered once; it goes to the destination, if any."""
    _give_up(function, event, {}, on_given_up)


def _give_up(
    function: dict[str, Any], event: Any, result: dict[str, Any], on_given_up: Callable[[], None] | None
) -> None:
    config = function.get("config") or function
    destination = _on_failure(function, config)
    if destination:
        _route_failure(destination, config["FunctionName"], event, result)
    if on_given_up is not None:
        on_given_up()


def _attempt(settings: Settings, function: dict[str, Any], event: Any) -> dict[str, Any]:
    invoke_config = _invoke_config(function)
    retries = int(invoke_config.get("MaximumRetryAttempts", len(_RETRY_SECONDS)))
    oldest = float(invoke_config.get("MaximumEventAgeInSeconds", _MAXIMUM_AGE_SECONDS))
    age = 0.0
    result: dict[str, Any] = _execute(function, event)
    for delay in _RETRY_SECONDS[:retries]:
        age += delay
        if not result.get("error") or age > oldest:
            break
        _log.warning("asynchronous invocation failed, next attempt in %s simulated seconds: %s", delay, result["body"])
        time.sleep(settings.real_seconds(delay))
        result = _execute(function, event)
    return result


def _invoke_config(function: dict[str, Any]) -> dict[str, Any]:
    by_qualifier = function.get("event_invoke_configs") or {}
    return function.get("event_invoke_config") or by_qualifier.get("$LATEST") or {}


def _on_failure(function: dict[str, Any], config: dict[str, Any]) -> str:
    destinations = _invoke_config(function).get("DestinationConfig") or {}
    destination = (destinations.get("OnFailure") or {}).get("Destination")
    return destination or (config.get("DeadLetterConfig") or {}).get("TargetArn") or ""
