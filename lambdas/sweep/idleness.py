"""Reads once a day whether the provisioned throughput of a model is invoked, and sees to what is not."""

from functools import partial
from typing import Protocol

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.idleness import Use, due, note_use
from finetuning.lifecycle.troubles import idle, untold
from lambdas import log
from lambdas.registry import Registry
from lambdas.sweep.models import Notices, told


class Invocations(Protocol):
    """Knows who invokes what."""

    def use(self, endpoint_arn: str, since: float, until: float) -> Use:
        """When the endpoint was last invoked."""


class Idleness:
    """Sweeps the endpoints that are billed by the hour."""

    def __init__(self, *, registry: Registry, invocations: Invocations, notices: Notices) -> None:
        self._registry, self._invocations, self._notices = registry, invocations, notices

    def sweep(self, record: ModelRecord, now: float) -> str:
        """Read the metric if it is time, and return `idle` or `removed` if nobody invokes the endpoint.

        What cannot be read proves nothing: it is a failure of the sweep, and the next one asks again.

        Args:
            record: as the sweep found it.
            now: in epoch seconds.
        """
        endpoint = due(record, now)
        if endpoint is not None:
            use = self._invocations.use(endpoint.arn, endpoint.intended_at, now)
            record = self._registry.update(record.model, partial(note_use, endpoint_id=endpoint.id, use=use, now=now))
            log.info("invocations read", model=record.model, endpoint_arn=endpoint.arn, last_at=use.last_at)
        self._tell(record)
        if endpoint is None or not idle(record):
            return ""
        return "removed" if record.endpoint.stopped else "idle"

    def _tell(self, record: ModelRecord) -> None:
        """Of what is idle; of what is removed for it, the driver tells, which takes it away."""
        for trouble in () if record.endpoint.stopped else untold(record, idle(record)):
            self._notices.publish(trouble.subject, trouble.text)
            self._registry.update(record.model, told(trouble.key))
