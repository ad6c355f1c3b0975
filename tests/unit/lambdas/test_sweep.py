"""The sweep on its own: what it does for one model does not depend on another's trouble."""

from collections.abc import Collection, Iterator

import pytest

from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.observation import OwnedThing
from finetuning.lifecycle.training import TrainingWanted, want_training
from lambdas.registry import Registry
from lambdas.settings import SweepSettings
from lambdas.sweep.idleness import Idleness
from lambdas.sweep.models import Models
from lambdas.sweep.strays import Strays
from lambdas.sweep.sweeping import Sweep, SweepError
from tests.fakes.bedrock import FakeJobs
from tests.fakes.clock import FakeClock
from tests.fakes.inventory import FakeInventory
from tests.fakes.invocations import FakeInvocations
from tests.fakes.notices import FakeNotices
from tests.fakes.stacks import FakeStacks
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


class NoInventory(FakeInventory):
    """Bedrock cannot be asked what there is."""

    def owned(self, project: str, environment: str, *, but: Collection[str] = ()) -> Iterator[OwnedThing]:
        """The error."""
        raise ConnectionError("throttled")


def a_sweep(
    registry: Registry, machine: FakeStateMachine, clock: FakeClock, inventory: FakeInventory | None = None
) -> Sweep:
    """A sweep over an otherwise empty account."""
    settings = SweepSettings("finetuning", "dev", "registry", "arn:driver", "arn:topic")
    notices = FakeNotices()
    models = Models(
        registry=registry,
        jobs=FakeJobs(clock),
        driver=machine,
        parked=machine,
        stacks=FakeStacks(),
        notices=notices,
    )
    strays = Strays(settings, registry=registry, inventory=inventory or FakeInventory(), notices=notices)
    idleness = Idleness(registry=registry, invocations=FakeInvocations(), notices=notices)
    return Sweep(settings, registry=registry, models=models, strays=strays, idleness=idleness, clock=clock.epoch)


def test_trouble_with_one_model_does_not_keep_the_others_waiting() -> None:
    """All are tried; then the function fails, so that its alarm rings."""
    clock = FakeClock()
    registry, machine = Registry("finetuning", "dev", FakeTable()), PartlyBroken(clock)
    for model in ("billing", "faq"):
        registry.update(model, lambda record: want_training(record, Claim("stack", "Job", "Job-1"), WANTED))
    sweep = a_sweep(registry, machine, clock)
    with pytest.raises(SweepError, match="could not sweep billing; the log has the reasons"):
        sweep.run()
    assert list(machine.executions) == ["faq-ababababab-1-1"]


def test_trouble_with_the_strays_does_not_keep_the_models_waiting() -> None:
    """All that failed is told at the end."""
    clock = FakeClock()
    registry, machine = Registry("finetuning", "dev", FakeTable()), PartlyBroken(clock)
    for model in ("billing", "faq"):
        registry.update(model, lambda record: want_training(record, Claim("stack", "Job", "Job-1"), WANTED))
    sweep = a_sweep(registry, machine, clock, NoInventory())
    with pytest.raises(SweepError, match="could not sweep strays, billing; the log has the reasons"):
        sweep.run()
    assert list(machine.executions) == ["faq-ababababab-1-1"]
