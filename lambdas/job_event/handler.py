"""Entry point of the EventBridge rule for job states.

An event is only a hint: it may be missing, late, repeated or about somebody else's job (faults D01 to D04). It wakes
the parked execution, which looks for itself.
"""

from functools import cache
from typing import Any

from lambdas.gateways.registry_table import RegistryTable
from lambdas.gateways.workflow import ParkedGateway
from lambdas.job_event.waking import JobEvents
from lambdas.registry import Registry
from lambdas.settings import JobEventSettings, load


def handler(event: dict[str, Any], context: object) -> None:
    """Handle one 'Model Customization Job State Change' event."""
    detail = event.get("detail", {})
    _events().handle(str(detail.get("jobName", "")), str(detail.get("jobStatus", "")))


@cache
def _events() -> JobEvents:
    settings = load(JobEventSettings)
    registry = Registry(settings.project, settings.environment, RegistryTable(settings.registry_table_name))
    return JobEvents(settings, registry=registry, parked=ParkedGateway())
