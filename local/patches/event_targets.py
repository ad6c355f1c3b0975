"""EventBridge rules invoke Lambda functions asynchronously, and only those that permit it.

AWS: the function's resource policy must allow lambda:InvokeFunction to events.amazonaws.com for the rule
(EventBridge User Guide, "Using resource-based policies"); the invocation is asynchronous, with Lambda's retries; what
cannot be delivered goes to the target's dead-letter queue ("Using dead-letter queues to process undelivered events").
MiniStack 1.5.33: asks no policy, tries once, has no dead-letter queue.
Can go when: `_dispatch_to_lambda` evaluates the policy and uses `invoke_async_with_retry`.
"""

import contextvars
import json
import logging
from collections.abc import Callable
from typing import Any

from ministack.core import arn as arns
from ministack.core import responses
from ministack.services import eventbridge, lambda_svc

from local import authorization
from local.patches import lambda_delivery, upstream
from local.settings import Settings

_log = logging.getLogger("eventbridge")
_delivery: contextvars.ContextVar[tuple[dict[str, Any], dict[str, Any]]] = contextvars.ContextVar("local_delivery")
_find_function = upstream.function(lambda_svc, "_get_func_record_for_ref", ("function_ref",))
_record = upstream.function(lambda_svc, "_execution_record_for_config", ("func", "config"))
_send_to_queue = upstream.function(eventbridge, "_dispatch_to_sqs", ("spec", "payload", "sqs_parameters"))


def apply(settings: Settings) -> None:
    """Install the patch."""
    upstream.replace(eventbridge, "_invoke_target", ("target", "event", "rule", "view"), _with_rule)

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        return lambda arn, payload: _invoke(settings, arn, payload)

    upstream.replace(eventbridge, "_dispatch_to_lambda", ("arn", "payload"), make)


def _with_rule(original: Callable[..., Any]) -> Callable[..., Any]:
    def invoke(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None) -> None:
        token = _delivery.set((target, rule))
        try:
            original(target, event, rule, view)
        finally:
            _delivery.reset(token)

    return invoke


def _invoke(settings: Settings, arn: str, payload: str) -> None:
    target, rule = _delivery.get()
    function, config, name = _find_function(arn)
    if not function or not config:
        _give_up(target, payload, f"function {name} does not exist")
        return
    context = {"aws:SourceArn": rule.get("Arn", ""), "aws:SourceAccount": responses.get_account_id()}
    statements = (function.get("policy") or {}).get("Statement", [])
    if not authorization.service_allowed(statements, "events.amazonaws.com", "lambda:InvokeFunction", arn, context):
        _give_up(target, payload, f"function {name} does not permit rule {rule.get('Name')} to invoke it")
        return
    lambda_delivery.deliver(settings, _record(function, config), _event(payload))


def _event(payload: str) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload


def _give_up(target: dict[str, Any], payload: str, reason: str) -> None:
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    _log.warning("event not delivered to %s: %s%s", target.get("Arn"), reason, "" if queue else "; it is lost")
    if queue:
        _send_to_queue(arns.parse_arn(queue), payload, {})
