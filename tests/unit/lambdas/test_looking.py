"""One look: only what may exist is looked for, each thing by its name."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import EndpointObservation, JobObservation, Observed
from lambdas.registry.looking import Looking
from tests.unit.lambdas.story import Story


class Counting:
    """Passes on to a fake, and counts the names that are looked for."""

    def __init__(self, story: Story) -> None:
        self.names: list[str] = []
        jobs, throughput = story.jobs.find, story.throughput.find

        def find_job(job_name: str) -> JobObservation | None:
            self.names.append(job_name)
            return jobs(job_name)

        def find_endpoint(name: str) -> EndpointObservation | None:
            self.names.append(name)
            return throughput(name)

        story.jobs.find, story.throughput.find = find_job, find_endpoint  # type: ignore[method-assign]  # this instance


def look(story: Story) -> Observed:
    """One look at the story's record."""
    endpoints = {"provisioned": story.throughput, "on_demand": story.deployments}
    return Looking(story.jobs, endpoints, holds=story.holds, alarms=story.alarms, clock=story.clock.epoch).look(
        story.record
    )


def test_everything_that_may_exist_is_looked_for_once() -> None:
    """And what was seen is told with its time."""
    story = Story()
    story.serve()
    counting = Counting(story)
    seen = look(story)
    [training], [endpoint] = story.record.training.generations, story.record.endpoint.generations
    assert sorted(counting.names) == sorted([training.job_name, endpoint.name])
    job, place = seen.jobs[training.id], seen.endpoints[endpoint.id]
    assert job is not None
    assert place is not None
    assert (job.status, place.status, seen.now) == ("Completed", "InService", story.clock.epoch())


@pytest.mark.parametrize("change", [{"gone": True}, {"intended": False}])
def test_what_is_gone_or_was_never_intended_is_not_looked_for(change: dict[str, bool]) -> None:
    """It cannot exist, and each look costs a call."""
    story = Story()
    story.serve()
    [training], [endpoint] = story.record.training.generations, story.record.endpoint.generations
    story.registry.update("faq", lambda r: r.with_training(replace(training, **change)))  # type: ignore[arg-type]
    story.registry.update("faq", lambda r: r.with_endpoint(replace(endpoint, **change)))  # type: ignore[arg-type]
    counting = Counting(story)
    assert (look(story).jobs, look(story).endpoints, counting.names) == ({}, {}, [])
