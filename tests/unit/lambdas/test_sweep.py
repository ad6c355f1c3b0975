"""The sweep on its own: what it does for one model does not depend on another's trouble."""

import pytest

from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.training import TrainingWanted, want_training
from lambdas.registry import Registry
from lambdas.sweep.sweeping import Sweep, SweepError
from tests.fakes.bedrock import FakeJobs
from tests.fakes.clock import FakeClock
from tests.fakes.state_machine import FakeStateMachine
from tests.fakes.table import FakeTable

WANTED = TrainingWanted("ab" * 32, {}, {}, keep_previous=1)


class PartlyBroken(FakeStateMachine):
    """Step Functions that throttle the calls for one model."""

    def status(self, execution: str) -> str | None:
        """The status, or the error."""
        if execution.startswith("billing-"):
            raise ConnectionError("throttled")
        return super().status(execution)


def test_trouble_with_one_model_does_not_keep_the_others_waiting() -> None:
    """All are tried; then the function fails, so that its alarm rings."""
    clock = FakeClock()
    registry, machine = Registry("finetuning", "dev", FakeTable()), PartlyBroken(clock)
    for model in ("billing", "faq"):
        registry.update(model, lambda record: want_training(record, Claim("stack", "Job", "Job-1"), WANTED))
    sweep = Sweep(registry=registry, jobs=FakeJobs(clock), driver=machine, parked=machine)
    with pytest.raises(SweepError, match="could not sweep billing; the log has the reasons"):
        sweep.run()
    assert list(machine.executions) == ["faq-ababababab-1-1"]
