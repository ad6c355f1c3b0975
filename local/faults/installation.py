"""Puts the faults into a MiniStack process, after patches and Bedrock."""

from collections.abc import Callable
from typing import Any

from ministack.services import eventbridge, lambda_svc

from local.faults import functions
from local.faults.deliveries import Deliveries
from local.faults.faults import Faults
from local.faults.rules import DELIVERY, EVENT
from local.patches import lambda_delivery, upstream

_find_function = upstream.function(lambda_svc, "_get_func_record_for_ref", ("function_ref",))


def install(faults: Faults) -> None:
    """Let faults strike events, asynchronous invocations and invocations."""
    functions.install(faults)
    parameters = ("settings", "function", "event", "on_given_up")
    upstream.replace(lambda_delivery, "deliver", parameters, lambda original: _invocations(faults, original))
    upstream.replace(eventbridge, "_dispatch_to_lambda", ("arn", "payload"), lambda original: _events(faults, original))


def _invocations(faults: Faults, original: Callable[..., None]) -> Callable[..., None]:
    deliveries = Deliveries()

    def deliver(
        settings: Any, function: dict[str, Any], event: Any, on_given_up: Callable[[], None] | None = None
    ) -> None:
        rule = faults.strike(DELIVERY, str(event), lambda: functions.handler_of(function))
        deliveries.pass_on(
            rule,
            lambda: original(settings, function, event, on_given_up),
            lambda: lambda_delivery.expire(function, event, on_given_up),
        )

    return deliver


def _events(faults: Faults, original: Callable[..., None]) -> Callable[..., None]:
    deliveries = Deliveries()

    def dispatch(arn: str, payload: str) -> None:
        rule = faults.strike(EVENT, payload, lambda: functions.handler_of(_find_function(arn)[1] or {}))
        deliveries.pass_on(rule, lambda: original(arn, payload), lambda: None)

    return dispatch
