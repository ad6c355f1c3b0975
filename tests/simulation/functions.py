"""The real code behind every function, wired to the simulated account as the handlers wire it to AWS."""

import urllib.error
from collections.abc import Callable, Mapping
from functools import partial
from http.client import HTTPMessage
from typing import Any

from finetuning.lifecycle import ModelRecord, TrainingGeneration
from finetuning.lifecycle.evaluating import judged
from finetuning.lifecycle.verdict import Verdict
from lambdas.customization_job.resource import CustomizationJob
from lambdas.driver.actions import Actions
from lambdas.driver.holding_actions import HoldingActions
from lambdas.driver.judging_actions import JudgingActions
from lambdas.driver.manifests import Manifests
from lambdas.driver.steps import Driver
from lambdas.gateways.stacks import StacksGateway
from lambdas.guard.resource import LifecycleGuard
from lambdas.job_event.waking import JobEvents
from lambdas.model_endpoint.resource import ModelEndpoint
from lambdas.promoted_model.resource import PromotedModel
from lambdas.promoted_model.verification import Verification
from lambdas.registry import Registry
from lambdas.registry.looking import Looking
from lambdas.registry.promotion_lock import PromotionLock
from lambdas.responder import CustomResource, respond
from lambdas.responder.delivery import deliver
from lambdas.settings import (
    CustomizationJobSettings,
    JobEventSettings,
    ModelEndpointSettings,
    PromotedModelSettings,
    SweepSettings,
    TrainingDatasetSettings,
)
from lambdas.sweep.idleness import Idleness
from lambdas.sweep.models import Models
from lambdas.sweep.strays import Strays
from lambdas.sweep.sweeping import Sweep
from lambdas.training_dataset.resource import TrainingDataset
from lambdas.undelivered.answering import UndeliveredEvents
from tests.fakes.judging import FakeEvidence, FakeManifestsStore, FakeSigning
from tests.simulation.aws.account import STATE_MACHINE_ARN, TABLE_NAME, TOPIC_ARN, Account
from tests.simulation.aws.client import Client
from tests.simulation.aws.objects import StoredObject
from tests.simulation.aws.things import Model
from tests.simulation.cloudformation import CloudFormation, client_operations
from tests.simulation.faults import PUT_ANSWER
from tests.simulation.kernel import World
from tests.simulation.requests import UsedUrlError
from tests.simulation.wanted import (
    DATA_BUCKET,
    ENVIRONMENT,
    KEY_ARN,
    OUTPUT_BUCKET,
    PROJECT,
    ROLE_ARN,
    SOURCE,
    examples,
)

GUARD_WAIT_SECONDS = 600


class Functions:
    """All functions of one environment. They keep no state, so each is made once."""

    def __init__(self, world: World, account: Account, cloudformation: CloudFormation) -> None:
        self._world, self._account, self._cloudformation = world, account, cloudformation
        clock = account.clock
        self.registry = Registry(PROJECT, ENVIRONMENT, account.registry_table())
        self.driver_gateway, parked = account.driver(), account.parked()
        jobs, endpoints, notices = account.jobs(), account.endpoints(), account.notices()
        stacks = StacksGateway(Client(world, "cloudformation", client_operations(cloudformation)))  # type: ignore[arg-type]
        self.job = CustomizationJob(
            CustomizationJobSettings(
                PROJECT, ENVIRONMENT, TABLE_NAME, STATE_MACHINE_ARN, ROLE_ARN, OUTPUT_BUCKET, KEY_ARN
            ),
            registry=self.registry,
            jobs=jobs,
            lock=PromotionLock(self.registry, account.lock_table(), clock=clock),
            driver=self.driver_gateway,
            stacks=stacks,
            clock=clock,
            pause=world.sleep,
        )
        self.endpoint = ModelEndpoint(
            ModelEndpointSettings(PROJECT, ENVIRONMENT, TABLE_NAME, STATE_MACHINE_ARN),
            registry=self.registry,
            driver=self.driver_gateway,
            stacks=stacks,
        )
        holds = account.holds()
        self.promoted = PromotedModel(
            PromotedModelSettings(PROJECT, ENVIRONMENT, TABLE_NAME, STATE_MACHINE_ARN, KEY_ARN),
            registry=self.registry,
            verification=Verification(signatures=FakeSigning(), models=holds, pause=world.sleep),
            lock=PromotionLock(self.registry, account.lock_table(), clock=clock),
            driver=self.driver_gateway,
            stacks=stacks,
        )
        self.dataset = TrainingDataset(
            TrainingDatasetSettings(DATA_BUCKET, KEY_ARN),
            storage=account.storage(),
            storage_as=lambda role_arn, session: account.storage(),
            remaining=lambda: world.remaining,
            pause=world.sleep,
        )
        self.guard = LifecycleGuard(
            registry=self.registry, wait_seconds=GUARD_WAIT_SECONDS, pause=world.sleep, clock=lambda: world.now
        )
        actions = Actions(
            registry=self.registry,
            jobs=jobs,
            endpoints=endpoints,
            pointer=account.pointer(),
            answering=account.answering(),
            stacks=stacks,
            judging=JudgingActions(
                registry=self.registry, evidence=FakeEvidence(), evaluations=account.evaluating(), clock=clock
            ),
            holding=HoldingActions(registry=self.registry, holds=holds, clock=clock),
            manifests=Manifests(
                registry=self.registry,
                evidence=FakeEvidence(),
                store=FakeManifestsStore(),
                signing=FakeSigning(),
                key_arn=KEY_ARN,
                code_version="",
            ),
            output_bucket=OUTPUT_BUCKET,
            clock=clock,
        )
        self.looking = looking = Looking(jobs, endpoints, holds=holds, alarms=account.watching(), clock=clock)
        self.driver = Driver(registry=self.registry, looking=looking, actions=actions, parked=parked, notices=notices)
        settings = SweepSettings(PROJECT, ENVIRONMENT, TABLE_NAME, STATE_MACHINE_ARN, TOPIC_ARN)
        models = Models(
            registry=self.registry,
            jobs=jobs,
            driver=self.driver_gateway,
            parked=parked,
            stacks=stacks,
            notices=notices,
        )
        strays = Strays(settings, registry=self.registry, inventory=account.inventory(), notices=notices)
        idleness = Idleness(registry=self.registry, invocations=account.invocations(), notices=notices)
        self.sweep = Sweep(
            settings, registry=self.registry, models=models, strays=strays, idleness=idleness, clock=clock
        )
        self.job_events = JobEvents(
            JobEventSettings(PROJECT, ENVIRONMENT, TABLE_NAME), registry=self.registry, parked=parked
        )
        account.objects.versions[SOURCE] = [StoredObject(examples(), "1")]
        self._answers = account.answers_table()
        self._deliver = partial(deliver, put=self._put, pause=world.sleep)
        self.undelivered = UndeliveredEvents(answers=lambda: self._answers, send=self._deliver)

    def custom(self, resource: CustomResource) -> Callable[[dict[str, Any]], None]:
        """The function of a custom resource."""
        return lambda event: respond(event, lambda: resource, answers=lambda: self._answers, send=self._deliver)

    def run_evaluation(self, event: Mapping[str, Any]) -> None:
        """What an evaluation comes to: the endpoint is asked, and the verdict follows from what the model is."""
        model, now = event["model"], self._account.clock()
        generation = self.registry.read(model).training.find(event["generation"])
        wanted = generation.evaluation if generation else None
        if generation is None or wanted is None or wanted.id != event["evaluation"]:
            return
        reasons = self._objections(self.registry.read(model), generation)
        verdict = Verdict(wanted.id, not reasons, wanted.mode, reasons, at=now, attempt=int(event["attempt"]))
        record = self.registry.update(model, lambda r: judged(r, generation.id, verdict))
        if not record.settled:
            self.driver_gateway.start(model, record.in_charge)
        self._account.evaluations.ended.add(generation.id)

    def _objections(self, record: ModelRecord, generation: TrainingGeneration) -> tuple[str, ...]:
        candidates = [
            e for e in record.endpoint.generations if e.arn and not e.gone and e.model_arn == generation.model_arn
        ]
        if not candidates:
            return ("the candidate has no endpoint",)
        endpoint = candidates[-1]
        refusal = self._account.answering().refusal(endpoint.arn, endpoint.base_model)
        made = self._account.bedrock.find(generation.model_arn)
        is_bad = isinstance(made, Model) and made.is_bad
        return (f"every answer failed: {refusal}",) if refusal else ("its answers are worse",) if is_bad else ()

    def run_step(self, payload: dict[str, Any]) -> Mapping[str, Any]:
        """The driver's function, as its handler has it."""
        model, execution = payload["model"], payload["execution"]
        if payload["step"] == "RecordFailure":
            return self.driver.record_failure(model, execution, payload.get("error", {}))
        return self.driver.step(payload["step"], model, execution, token=payload.get("token", ""))

    def run_job_event(self, event: dict[str, Any]) -> None:
        """The job-state function, as its handler has it."""
        detail = event.get("detail", {})
        self.job_events.handle(str(detail.get("jobName", "")), str(detail.get("jobStatus", "")))

    def run_undelivered(self, event: dict[str, Any]) -> list[str]:
        """The consumer of the dead-letter queue; the ids of the messages that stay in it."""
        return self.undelivered.handle(event["Records"])

    def _put(self, url: str, body: bytes) -> None:
        """The PUT to the pre-signed URL, with urllib's errors."""

        def arrive() -> None:
            try:
                self._cloudformation.bucket.put(url, body)
            except UsedUrlError:
                raise urllib.error.HTTPError("https://answer", 403, "Forbidden", HTTPMessage(), None) from None

        self._world.call(PUT_ANSWER, arrive)
