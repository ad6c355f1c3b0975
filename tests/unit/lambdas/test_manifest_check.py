"""The resource that only verifies what a training follows: removed, it leaves that training alone."""

from tests.fakes.cloudformation import a_request
from tests.unit.lambdas.promoting import Source, Target, pinned
from tests.unit.lambdas.story import job_properties


def test_removal_touches_no_training_and_drives_nobody() -> None:
    """The job's own resource lets go of it, in the same deployment or never."""
    source = Source()
    target = Target(source)
    properties = pinned(source.judge(), Method="retrain")
    check = target.promoted.apply(a_request(properties=properties, logical_id="ManifestCheck"))
    target.job.apply(a_request(properties=job_properties()))
    target.machine.executions.clear()
    before = dict(target.table.items)
    target.promoted.delete(
        a_request("Delete", properties=properties, logical_id="ManifestCheck", physical_id=check.physical_id)
    )
    assert target.table.items == before
    assert target.machine.executions == {}
    assert not target.record.training.removed
