"""One model on fakes that is planned and then deployed: the plan's steps, and what was really done after it."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import configuration
from configuration import Selection, wanted
from configuration.dataset_files import local_file
from finetuning import catalog
from finetuning.errors import FineTuningError
from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.judging import approve
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.outcome import awaits_approval
from lambdas.registry.looking import Looking
from lambdas.settings import TrainingDatasetSettings
from lambdas.training_dataset.resource import TrainingDataset
from ops.plan.planning import ModelPlan, plans
from stacks.constructs.dataset_definition import DatasetRules
from tests.fakes.bedrock import ARN
from tests.fakes.cloudformation import a_request
from tests.fakes.stacks import STACK
from tests.fakes.storage import FakeStorage
from tests.unit.lambdas.story import KEY, MODEL, ROLE, Story
from tests.unit.ops.plan.edits import Context
from tests.unit.ops.plan.scenes import Done, Scene, done_between, job_of

BUCKET = "data"


class Rehearsed(Story):
    """A story whose stack is deployed from a context of `cdk.json`."""

    def __init__(self) -> None:
        super().__init__()
        self._names: dict[str, str] = {}
        self.given = set[str]()
        endpoints = {"provisioned": self.throughput, "on_demand": self.deployments}
        self._looking = Looking(self.jobs, endpoints, holds=self.holds, alarms=self.alarms, clock=self.clock.epoch)

    # What a plan needs to know.

    def outputs(self) -> Mapping[str, str]:
        """The Foundation stack's, which made everything itself."""
        made = {"DataBucketName": BUCKET, "ServiceRoleArn": ROLE, "KeyArn": KEY}
        return made | {f"ExportsOutput{name}": value for name, value in made.items() if name not in self.given}

    def look(self, model: str) -> tuple[ModelRecord, Observed]:
        """The record and a look."""
        record = self.registry.read(model)
        return record, self._looking.look(record)

    def deployed(self) -> tuple[str, ...]:
        """The models that are known."""
        return tuple(record.model for record in self.registry.all() if not record.training.removed)

    def plan(self, context: Context) -> ModelPlan:
        """Plan a deployment of the one model."""
        [made] = plans(selected(context), self, all_models=False)
        return made

    # What a deployment does.

    def deploy_from(self, context: Context, *, to_the_end: bool = True) -> None:
        """Deploy; then train, approve and let everything come to rest.

        Args:
            context: with the configuration.
            to_the_end: whether to wait for the job.
        """
        resources = self._resources(selected(context))
        for logical_id, properties in resources.items():
            try:
                self.stack.update({logical_id: properties})
            except FineTuningError:
                self._roll_back(logical_id)
                break
        else:
            self._clean_up(set(resources))
        self.machine.run()
        if to_the_end:
            self._come_to_rest()

    def _roll_back(self, failed: str) -> None:
        """A resource that failed gets an Update back, or is deleted if its Create failed; so do those before it."""
        self.stacks.rolling_back.add(STACK)
        if failed in self.stack.resources:
            self.stack.roll_back_failed_update(failed)
        else:
            self.stack.delete(failed, "", {"Model": MODEL})
        self.stack.roll_back_by_update()

    def _clean_up(self, wanted: set[str]) -> None:
        for logical_id in [name for name in reversed(self.stack.resources) if name not in wanted]:
            gone = self.stack.resources.pop(logical_id)
            self.stack.delete(logical_id, gone.physical_id, gone.properties)
        self.stack.clean_up()

    def done_since(self, before: Scene) -> Done:
        """What was done, in the terms of a plan's steps."""
        return done_between(before, self.scene())

    def scene(self) -> Scene:
        """What there is now."""
        for fake in (self.throughput, self.deployments):
            self._names |= {f"{ARN}:{fake.kind}/{n:012d}": name for n, name in enumerate(fake.bought, 1)}
        self._names |= {job.arn: name for name, job in self.jobs.jobs.items()}
        return Scene(
            jobs=tuple(self.jobs.jobs),
            stopped=tuple(self.jobs.stopped),
            deleted_models=tuple(map(job_of, self.jobs.deleted)),
            bought=(*self.throughput.bought, *self.deployments.bought),
            swapped=(*map(job_of, self.throughput.swapped), *map(job_of, self.deployments.swapped)),
            deleted_endpoints=tuple(self._names[arn] for arn in (*self.throughput.deleted, *self.deployments.deleted)),
            published=len(self.pointer.history),
            tags={
                arn: (self._names.get(arn, job_of(arn)), dict(tags))
                for tagged in (self.jobs.tagged, self.throughput.tagged, self.deployments.tagged)
                for arn, tags in tagged.items()
            },
        )

    def _resources(self, selection: Selection) -> dict[str, Any]:
        model, environment = selection.models[MODEL], selection.environment
        job = {**wanted.job_properties(MODEL, model, environment), **self._staged(selection)}
        endpoint = wanted.endpoint_properties(MODEL, model, environment)
        return {"Job": job} | ({"Endpoint": endpoint} if endpoint else {})

    def _staged(self, selection: Selection) -> Mapping[str, str]:
        training = selection.models[MODEL].training
        files = tuple((split, local_file(at).read_bytes()) for split, at in training.dataset.locations.items())
        rules = DatasetRules(
            data_format=training.dataset.format,
            system_prompt=training.dataset.system_prompt,
            waivers=training.dataset.waivers,
        )
        return _answer(training.base_model, files, json.dumps(rules.properties))

    def _come_to_rest(self) -> None:
        for name in self.jobs.running:
            if self.jobs.jobs[name].status == "InProgress":
                self.jobs.end(name)
                self.events.handle(name, "Completed")
                self.machine.run()
        record, seen = self.look(MODEL)
        if awaits_approval(record, seen):
            generation = record.training.current_id
            after = self.registry.update(MODEL, lambda r: approve(learn(r, seen), seen, generation, "somebody"))
            self.machine.start(MODEL, after.in_charge)
            self.machine.run()


def selected(context: Context) -> Selection:
    """The configuration in a context."""
    return configuration.load(context, None)


@cache
def _answer(base_model: str, files: tuple[tuple[str, bytes], ...], rules: str) -> Mapping[str, str]:
    """What the training dataset resource answers, on buckets of its own."""
    storage = FakeStorage({f"s3://assets/{split}.jsonl": content for split, content in files})
    properties = {
        "Model": MODEL,
        "BaseModel": catalog.find(base_model).customization_id,
        **{split.capitalize(): f"s3://assets/{split}.jsonl" for split, _ in files},
        **json.loads(rules),
    }
    resource = TrainingDataset(TrainingDatasetSettings(BUCKET, KEY), storage=storage, remaining=lambda: 900.0)
    told = resource.apply(a_request(properties=properties, logical_id="Dataset")).attributes
    return {name: told[name] for name in ("TrainingUri", "ValidationUri", "TestUri", "EstimatedTokens")}
