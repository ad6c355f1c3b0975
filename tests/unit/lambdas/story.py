"""One environment with the model `faq`: its stack, its driver on the real state machine, and a fake Bedrock."""

from collections.abc import Mapping
from typing import Any

from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.wanted import training_wanted
from finetuning.names import job_name
from lambdas.customization_job.resource import CustomizationJob
from lambdas.driver.actions import Actions
from lambdas.driver.holding_actions import HoldingActions
from lambdas.driver.judging_actions import JudgingActions
from lambdas.driver.manifests import Manifests
from lambdas.driver.publishing import Publishing
from lambdas.driver.steps import Driver
from lambdas.job_event.waking import JobEvents
from lambdas.model_endpoint.resource import ModelEndpoint
from lambdas.registry import Registry
from lambdas.registry.looking import Looking
from lambdas.registry.promotion_lock import PromotionLock
from lambdas.settings import CustomizationJobSettings, JobEventSettings, ModelEndpointSettings, SweepSettings
from lambdas.sweep.idleness import Idleness
from lambdas.sweep.models import Models
from lambdas.sweep.strays import Strays
from lambdas.sweep.sweeping import Sweep
from tests.fakes.account import FakeAccountHolds
from tests.fakes.answering import FakeAnswering
from tests.fakes.bedrock import FakeJobs
from tests.fakes.clock import FakeClock
from tests.fakes.cloudformation import FakeStack
from tests.fakes.endpoints import FakeEndpoints
from tests.fakes.inventory import FakeInventory
from tests.fakes.invocations import FakeInvocations
from tests.fakes.judging import (
    FakeAlarms,
    FakeEvaluations,
    FakeEvidence,
    FakeHolds,
    FakeManifestsStore,
    FakeSigning,
)
from tests.fakes.lock_table import FakeLockTable
from tests.fakes.notices import FakeNotices
from tests.fakes.pointer import FakePointer
from tests.fakes.stacks import STACK, FakeStacks
from tests.fakes.state_machine import FakeStateMachine
from tests.fakes.table import FakeTable

MODEL = "faq"
POINTER = "/finetuning/dev/faq/endpoint"
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0:200k"
NOVA_LITE = "amazon.nova-lite-v1:0:300k"
ROLE = "arn:aws:iam::111122223333:role/bedrock"
KEY = "arn:aws:kms:us-west-2:111122223333:key/11111111-2222-3333-4444-555555555555"
SETTINGS = CustomizationJobSettings("finetuning", "dev", "registry", "arn:driver", ROLE, "output", KEY)


def job_properties(epochs: str = "2", **changes: Any) -> dict[str, Any]:
    """Properties of the customization job resource."""
    return {
        "Model": MODEL,
        "BaseModel": HAIKU,
        "CustomizationType": "FINE_TUNING",
        "Hyperparameters": {"epochCount": epochs},
        "TrainingUri": f"s3://data/datasets/faq/{'a' * 64}/training.jsonl",
        "ValidationUri": f"s3://data/datasets/faq/{'b' * 64}/validation.jsonl",
        "KeepPrevious": "1",
        "Tags": {"team": "support"},
        **changes,
    }


def endpoint_properties(units: str = "1", **changes: Any) -> dict[str, Any]:
    """Properties of the endpoint resource."""
    return {
        "Model": MODEL,
        "BaseModel": HAIKU,
        "Serving": "provisioned",
        "ModelUnits": units,
        "Commitment": "none",
        "NeedsApproval": "false",
        "Tags": {"team": "support"},
        **changes,
    }


def name_of(properties: Mapping[str, Any], attempt: int = 1) -> str:
    """The name of the job that these properties ask for."""
    wanted = training_wanted(properties, service_role_arn=ROLE, key_arn=KEY)
    return job_name("finetuning", "dev", MODEL, wanted.fingerprint, attempt)


class Story:
    """Everything around one model."""

    def __init__(self, environment: str = "dev", holds: FakeHolds | FakeAccountHolds | None = None) -> None:
        self.clock, self.table = FakeClock(), FakeTable()
        self.registry = Registry("finetuning", environment, self.table)
        self.jobs, self.pointer, self.stacks = FakeJobs(self.clock), FakePointer(), FakeStacks()
        self.notices, self.inventory, self.answering = FakeNotices(), FakeInventory(), FakeAnswering()
        self.invocations, self.evidence, self.evaluations = FakeInvocations(), FakeEvidence(), FakeEvaluations()
        self.alarms, self.manifests = FakeAlarms(), FakeManifestsStore()
        self.holds, self.lock_table = holds or FakeHolds(), FakeLockTable()
        self.lock = PromotionLock(self.registry, self.lock_table, clock=self.clock.epoch)
        self.throughput = FakeEndpoints("provisioned-model", self.clock)
        self.deployments = FakeEndpoints("custom-model-deployment", self.clock, creation_seconds=480)
        self.machine = FakeStateMachine(self.clock, self._invoke)
        self.job = CustomizationJob(
            SETTINGS,
            registry=self.registry,
            jobs=self.jobs,
            lock=self.lock,
            driver=self.machine,
            stacks=self.stacks,
            clock=self.clock.epoch,
            pause=self.clock.sleep,
        )
        settings = ModelEndpointSettings("finetuning", environment, "registry", "arn:driver")
        self.endpoint = ModelEndpoint(settings, registry=self.registry, driver=self.machine, stacks=self.stacks)
        self.stack = self.another_stack(STACK)
        endpoints = {"provisioned": self.throughput, "on_demand": self.deployments}
        actions = Actions(
            registry=self.registry,
            jobs=self.jobs,
            endpoints=endpoints,
            pointer=self.pointer,
            answering=self.answering,
            stacks=self.stacks,
            judging=JudgingActions(
                registry=self.registry, evidence=self.evidence, evaluations=self.evaluations, clock=self.clock.epoch
            ),
            holding=HoldingActions(registry=self.registry, holds=self.holds, clock=self.clock.epoch),
            manifests=Manifests(
                registry=self.registry,
                evidence=self.evidence,
                store=self.manifests,
                signing=FakeSigning(),
                key_arn="key",
                code_version="code",
            ),
            output_bucket="output",
            clock=self.clock.epoch,
        )
        self.publishing = Publishing(
            registry=self.registry, pointer=self.pointer, answering=self.answering, clock=self.clock.epoch
        )
        looking = Looking(self.jobs, endpoints, holds=self.holds, alarms=self.alarms, clock=self.clock.epoch)
        self.driver = Driver(
            registry=self.registry, looking=looking, actions=actions, parked=self.machine, notices=self.notices
        )
        event_settings = JobEventSettings("finetuning", "dev", "registry")
        self.events = JobEvents(event_settings, registry=self.registry, parked=self.machine)
        self.sweep = self._sweep()

    def another_stack(self, stack_id: str) -> FakeStack:
        """A stack with the two resources."""
        return FakeStack({"Job": self.job, "Endpoint": self.endpoint}, self.stacks, stack_id)

    def _sweep(self) -> Sweep:
        settings = SweepSettings("finetuning", "dev", "registry", "arn:driver", "arn:topic")
        models = Models(
            registry=self.registry,
            jobs=self.jobs,
            driver=self.machine,
            parked=self.machine,
            stacks=self.stacks,
            notices=self.notices,
        )
        strays = Strays(settings, registry=self.registry, inventory=self.inventory, notices=self.notices)
        idleness = Idleness(registry=self.registry, invocations=self.invocations, notices=self.notices)
        return Sweep(
            settings,
            registry=self.registry,
            models=models,
            strays=strays,
            idleness=idleness,
            clock=self.clock.epoch,
        )

    def deploy(self, epochs: str = "2", **properties: Any) -> None:
        """Deploy the stack with provisioned throughput, and let the driver run until it waits for the job."""
        self.stack.deploy(wanted(epochs, **properties))
        self.machine.run()

    def train(self, epochs: str = "2", **outcome: Any) -> str:
        """Let the job of the latest attempt end, deliver its event and let the driver run; return the model's ARN."""
        prefix = name_of(job_properties(epochs)).removesuffix("1")
        name = max(name for name in self.jobs.jobs if name.startswith(prefix))
        arn = self.jobs.end(name, **outcome)
        self.events.handle(name, self.jobs.jobs[name].status)
        self.machine.run()
        return arn

    def serve(self, epochs: str = "2", **properties: Any) -> str:
        """Deploy, train and serve; return the model's ARN."""
        self.deploy(epochs, **properties)
        return self.train(epochs)

    @property
    def record(self) -> ModelRecord:
        """What the registry knows."""
        return self.registry.read(MODEL)

    @property
    def alive(self) -> tuple[list[str], list[str], list[str]]:
        """Running jobs, custom models and endpoints' names."""
        return self.jobs.running, list(self.jobs.models), [*self.throughput.alive, *self.deployments.alive]

    def _invoke(self, payload: dict[str, Any]) -> Mapping[str, Any]:
        model, execution = payload["model"], payload["execution"]
        if payload["step"] == "RecordFailure":
            return self.driver.record_failure(model, execution, payload["error"])
        return self.driver.step(payload["step"], model, execution, token=payload.get("token", ""))


def wanted(epochs: str = "2", units: str = "1", signal: str = "", **job: Any) -> dict[str, Any]:
    """Both resources' properties: `epochs` tells trainings apart, `units` endpoints; `signal` is a wait condition."""
    waits = {"WaitConditionLogicalId": signal} if signal else {}
    return {"Job": job_properties(epochs, **job), "Endpoint": endpoint_properties(units, **waits)}
