"""Entry points with their variables set: each puts its parts together, and passes its event on."""

import importlib
from typing import Any, NamedTuple

import botocore.session
import pytest

from lambdas import settings
from lambdas.bucket_emptying.resource import EmptiedBucket
from lambdas.customization_job.resource import CustomizationJob
from lambdas.driver.steps import Driver
from lambdas.gateways.answers_table import AnswersTable
from lambdas.gateways.deployments import DeploymentGateway
from lambdas.gateways.throughput import ProvisionedThroughputGateway
from lambdas.guard.resource import LifecycleGuard
from lambdas.job_event.waking import JobEvents
from lambdas.model_endpoint.resource import ModelEndpoint
from lambdas.preflight.resource import Preflight
from lambdas.promoted_model.resource import PromotedModel
from lambdas.sweep.sweeping import Sweep
from lambdas.training_dataset.resource import TrainingDataset
from tests.fakes.clock import EPOCH


class AClient(NamedTuple):
    """What stands for a client."""

    service: str


#: Settings of which a function reads a part when it begins.
_READ = {"guard_wait_seconds": "60", "key_arn": "arn:aws:kms:us-west-2:111122223333:key/1"}


@pytest.fixture(autouse=True)
def _function(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function's environment, without an AWS behind it."""
    monkeypatch.setattr(botocore.session.Session, "create_client", lambda self, service, config: AClient(service))
    for cls in settings.__dict__.values():
        for name in getattr(cls, "_fields", ()):
            monkeypatch.setenv(name.upper(), _READ.get(name, name))


@pytest.mark.parametrize(
    ("feature", "factory", "cls"),
    [
        ("bucket_emptying", "_resource", EmptiedBucket),
        ("preflight", "_resource", Preflight),
        ("training_dataset", "_resource", TrainingDataset),
        ("customization_job", "_resource", CustomizationJob),
        ("customization_job", "_answers", AnswersTable),
        ("model_endpoint", "_resource", ModelEndpoint),
        ("promoted_model", "_resource", PromotedModel),
        ("promoted_model", "_answers", AnswersTable),
        ("model_endpoint", "_answers", AnswersTable),
        ("undelivered", "_answers", AnswersTable),
        ("guard", "_resource", LifecycleGuard),
    ],
)
def test_resource_is_put_together(feature: str, factory: str, cls: type[object]) -> None:
    """Everything that is imported inside the guard is there."""
    handler = importlib.import_module(f"lambdas.{feature}.handler")
    assert type(getattr(handler, factory)()) is cls


@pytest.mark.parametrize(
    ("feature", "factory", "cls"),
    [("driver", "_driver", Driver), ("sweep", "_sweep", Sweep), ("job_event", "_events", JobEvents)],
)
def test_function_is_put_together_once(feature: str, factory: str, cls: type[object]) -> None:
    """A warm function keeps its clients."""
    make = getattr(importlib.import_module(f"lambdas.{feature}.handler"), factory)
    make.cache_clear()
    made = make()
    assert type(made) is cls
    assert make() is made
    make.cache_clear()


class Recorder:
    """Stands for the driver, the sweep and the events: records what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def step(self, *arguments: object, token: str) -> dict[str, Any]:
        """A step."""
        self.asked.append(("step", *arguments, token))
        return {"next": "Settled"}

    def record_failure(self, *arguments: object) -> dict[str, Any]:
        """A failure."""
        self.asked.append(("record_failure", *arguments))
        return {"next": "Settled"}

    def run(self) -> dict[str, str]:
        """A sweep."""
        return {"faq": "woken"}

    def handle(self, *arguments: object) -> None:
        """An event."""
        self.asked.append(arguments)


def recorded(feature: str, factory: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Recorder]:
    """The entry point, and what it passes its event to."""
    recorder = Recorder()
    handler = importlib.import_module(f"lambdas.{feature}.handler")
    monkeypatch.setattr(handler, factory, lambda: recorder)
    return handler.handler, recorder


def test_driver_runs_the_step_that_the_state_machine_is_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the token of a state that parks, and the error of one that failed."""
    handler, recorder = recorded("driver", "_driver", monkeypatch)
    event = {"step": "Decide", "model": "faq", "execution": "x"}
    assert handler(event, None) == {"next": "Settled"}
    handler({**event, "step": "AwaitCustomizationJob", "token": "t"}, None)
    handler({**event, "step": "RecordFailure", "error": {"Error": "E"}}, None)
    handler({**event, "step": "RecordFailure"}, None)
    assert recorder.asked == [
        ("step", "Decide", "faq", "x", ""),
        ("step", "AwaitCustomizationJob", "faq", "x", "t"),
        ("record_failure", "faq", "x", {"Error": "E"}),
        ("record_failure", "faq", "x", {}),
    ]


def test_sweep_answers_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """By model."""
    handler, _ = recorded("sweep", "_sweep", monkeypatch)
    assert handler({}, None) == {"faq": "woken"}


def test_event_is_passed_on_by_name_and_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """One without them is nobody's."""
    handler, recorder = recorded("job_event", "_events", monkeypatch)
    handler({"detail": {"jobName": "finetuning-dev-faq-1", "jobStatus": "Completed"}}, None)
    handler({}, None)
    assert recorder.asked == [("finetuning-dev-faq-1", "Completed"), ("", "")]


def test_driver_talks_to_both_kinds_of_endpoint_and_to_the_right_services() -> None:
    """A gateway with another's client fails at its first call."""
    driver = importlib.import_module("lambdas.driver.handler")
    made = driver._driver.__wrapped__()
    endpoints = made._looking._endpoints
    assert {serving: type(gateway) for serving, gateway in endpoints.items()} == {
        "provisioned": ProvisionedThroughputGateway,
        "on_demand": DeploymentGateway,
    }
    assert [gateway._bedrock for gateway in endpoints.values()] == [AClient("bedrock")] * 2
    assert made._looking._jobs._bedrock == AClient("bedrock")


def test_sweep_talks_to_the_right_services() -> None:
    """Likewise."""
    made = importlib.import_module("lambdas.sweep.handler")._sweep.__wrapped__()
    assert made._models._driver._states == made._models._parked._states == AClient("stepfunctions")
    assert made._models._jobs._bedrock == made._strays._inventory._bedrock == AClient("bedrock")
    assert made._clock() > EPOCH - 1e9


def test_clocks_of_entry_points_give_epoch_seconds() -> None:
    """The driver's and the sweep's compare with each other's."""
    driver = importlib.import_module("lambdas.driver.handler")
    assert driver._now() > EPOCH - 1e9
