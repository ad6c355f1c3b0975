"""Provisioned throughput that nobody invokes: billed by the hour for nothing.

The sweep reads the metric of its invocations once a day and writes down what follows. What is found idle is told of
first; only at a later look, and only if its configuration allows it, is the bill stopped as an operator would.
"""

from dataclasses import dataclass, replace

from finetuning.lifecycle.observation import IN_SERVICE
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord
from finetuning.lifecycle.retrying import stop_billing
from finetuning.lifecycle.troubles import idle, untold

DAY_SECONDS = 86_400
READ_SECONDS = DAY_SECONDS - 1800
"""How long after one reading of the metric the next is due: daily, and not a sweep later every day."""


@dataclass(frozen=True)
class Use:
    """What the metric of an endpoint's invocations shows.

    Attributes:
        last_at: end of the last day on which there was an invocation, in epoch seconds; None if there never was one.
    """

    last_at: float | None


def due(record: ModelRecord, now: float) -> EndpointGeneration | None:
    """The endpoint whose metric is to be read now, or None.

    Only what is wanted, serves and has been there for so many days that it could be idle, and only while nothing else
    is going on: somebody who trains has not forgotten the model.
    """
    endpoint = record.endpoint.wanted
    if endpoint is None or not record.settled or endpoint.serving != "provisioned" or endpoint.idle_days < 1:
        return None
    serves = endpoint.status == IN_SERVICE and bool(endpoint.arn) and not endpoint.gone
    is_old = bool(endpoint.intended_at) and now - endpoint.intended_at >= endpoint.idle_days * DAY_SECONDS
    is_time = now - endpoint.invocations_read_at >= READ_SECONDS
    return endpoint if serves and is_old and is_time else None


def note_use(record: ModelRecord, endpoint_id: str, use: Use, now: float) -> ModelRecord:
    """The record after the metric was read: the endpoint is used, or idle since now, or was idle and has to go."""
    endpoint = record.endpoint.find(endpoint_id)
    if endpoint is None or record.endpoint.wanted != endpoint:
        return record
    has_to_go = _is_idle(endpoint, use, now) and _has_to_go(record, endpoint, use, now)
    idle_since = (endpoint.idle_since or now) if _is_idle(endpoint, use, now) else 0.0
    record = record.with_endpoint(replace(endpoint, invocations_read_at=now, idle_since=idle_since))
    return stop_billing(record) if has_to_go else record


def _is_idle(endpoint: EndpointGeneration, use: Use, now: float) -> bool:
    last = max(endpoint.intended_at, use.last_at or 0.0)
    return now - last >= endpoint.idle_days * DAY_SECONDS


def _has_to_go(record: ModelRecord, endpoint: EndpointGeneration, use: Use, now: float) -> bool:
    """Whether people were told of it at an earlier look, it may be removed, and the metric can be trusted.

    The driver invokes each endpoint before it publishes it. A metric that does not even show that is none of this
    endpoint: how Bedrock counts the invocations of provisioned throughput is documented only in part (see
    `lambdas.gateways.invocations`).
    """
    committed = endpoint.commitment != "none" or endpoint.committed_until > now
    told = bool(endpoint.idle_since) and not untold(record, idle(record))
    return endpoint.remove_idle and not committed and told and use.last_at is not None and record.settled
