"""The custom models of one account, as its other environments see and hold them."""

from dataclasses import dataclass

from finetuning import names
from finetuning.lifecycle import JobObservation
from finetuning.lifecycle.verdict import Promoted
from finetuning.promotion.checks import FoundModel
from tests.fakes.bedrock import FakeJobs

BASE_MODEL = "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0:200k"


@dataclass
class FakeAccountHolds:
    """Has the methods of `HoldsGateway`, on the models and tags of the environment that made them."""

    jobs: FakeJobs
    base_model: str = BASE_MODEL

    def hold(self, model_arn: str, environment: str, value: str) -> None:
        """Once more changes nothing."""
        self.jobs.tag(model_arn, {names.hold_tag(environment): value}, [])

    def release(self, model_arn: str, environment: str, value: str) -> bool:
        """Only one's own."""
        if self.held_for(model_arn, environment) != value:
            return False
        self.jobs.tag(model_arn, {}, [names.hold_tag(environment)])
        return True

    def find(self, promoted: Promoted, environment: str, value: str) -> JobObservation:
        """Its job has completed, elsewhere."""
        return JobObservation(
            arn=promoted.job_arn,
            status="Completed",
            model_arn=promoted.model_arn,
            model_status=self.jobs.models.get(promoted.model_arn),
            is_held=self.held_for(promoted.model_arn, environment) == value,
        )

    def model(self, model_arn: str, environment: str) -> FoundModel | None:
        """What the handler compares with the manifest."""
        job = next((job for job in self.jobs.jobs.values() if job.model_arn == model_arn), None)
        if job is None or model_arn not in self.jobs.models:
            return None
        status = self.jobs.models[model_arn]
        return FoundModel(model_arn, job.arn, self.base_model, status, self.held_for(model_arn, environment))

    def held_for(self, model_arn: str, environment: str) -> str:
        """The value of an environment's hold; "" without one."""
        return self.jobs.tags(model_arn).get(names.hold_tag(environment), "")
