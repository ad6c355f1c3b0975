"""What a stack stood on at a time: the evidence for what must not have been deleted then."""

from collections.abc import Container, Iterator, Mapping
from typing import NamedTuple

from tests.simulation.resources import Resource

#: Attributes that say which job, model or endpoint a physical id stands for.
NAMES = ("JobName", "EndpointName")


class Moment(NamedTuple):
    """A change of a stack; `safe` are the names of the jobs and endpoints that it stands on from then on."""

    at: float
    status: str
    safe: frozenset[str]


def safe_names(status: str, resources: Mapping[str, Resource], template: Container[str]) -> Iterator[str]:
    """What was answered for the versions that it holds; during an update also for those before it.

    When it cleans up, what is not in its template any more may go.
    """
    if not status.startswith("UPDATE") and status != "CREATE_COMPLETE":
        return
    for logical_id, resource in resources.items():
        if "CLEANUP" in status and logical_id not in template:
            continue
        versions = [resource.version]
        if status == "UPDATE_IN_PROGRESS":
            versions.append(resource.before)
        elif status == "UPDATE_ROLLBACK_IN_PROGRESS" and resource.touched:
            versions = [resource.before]
        for version in versions:
            if version is not None:
                yield from (version.attributes[name] for name in NAMES if name in version.attributes)
