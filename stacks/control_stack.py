"""What acts: the custom resources' functions, the driver, and what keeps both going."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from finetuning import names
from stacks.constructs import base_models, dataset_sources, manifest_access, promotion_access
from stacks.constructs.alarms import Alarms
from stacks.constructs.bedrock_access import BedrockAccess
from stacks.constructs.customization_job import CustomizationJobProvider
from stacks.constructs.dead_letter_queue import DeadLetterQueue
from stacks.constructs.driver import Driver
from stacks.constructs.evaluation import AskedByEvaluations, Evaluation, machine_arn
from stacks.constructs.job_state_rule import JobStateRule
from stacks.constructs.lifecycle_guard import LifecycleGuard
from stacks.constructs.notices import Notices
from stacks.constructs.preflight import PreflightProvider
from stacks.constructs.promoted_model import PromotedModelProvider, Source
from stacks.constructs.recording import RecordingProvider
from stacks.constructs.retention import Retention
from stacks.constructs.runtime_function import FunctionDefaults
from stacks.constructs.sweep import Sweep
from stacks.constructs.training_dataset import TrainingDatasetProvider
from stacks.constructs.undelivered_events import UndeliveredEvents
from stacks.foundation_stack import FoundationStack
from stacks.function_variables import FunctionVariables


class ControlStack(Stack):
    """Composes what all models of an environment share; it outlives their stacks, so that teardown can finish."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        project: str,
        environment: str,
        day: date,
        foundation: FoundationStack,
        code: lambda_.Code,
        dataset_code: lambda_.Code,
        evaluation_code: lambda_.Code,
        asked: AskedByEvaluations,
        retention: Retention,
        subscribers: Sequence[str],
        sources: Sequence[Source] = (),
        reserved_concurrency: int | None = None,
        **kwargs: Any,
    ) -> None:
        """Define the stack.

        Args:
            scope: the app.
            id_: name of the stack.
            project: value of the owner tag.
            environment: name of the environment; value of the owner tag.
            day: on which base models are judged.
            foundation: key, buckets, role and registry.
            code: the functions' asset.
            dataset_code: the training dataset function's, which has compiled packages.
            evaluation_code: the evaluation function's, which has them too.
            asked: models that evaluations ask besides base models and endpoints.
            retention: of the logs.
            subscribers: e-mail addresses and ``https://`` URLs that are told of alarms and troubles.
            sources: environments from which models are promoted to this one.
            reserved_concurrency: of each function; None to take part in the account's.
            kwargs: of `Stack`.
        """
        super().__init__(scope, id_, **kwargs)
        self._foundation, self.service_role = foundation, foundation.service_role
        self._owner = (project, environment)
        self._variables = FunctionVariables(project, environment, foundation)
        named = base_models.identifiers(self.region, day, takes_copies=_takes_copies(sources))
        self._bedrock = BedrockAccess(self, project, environment, named)
        self._dead_letters = DeadLetterQueue(self, "DeadLetterQueue", key=foundation.key)
        queue = self._dead_letters.queue
        self._defaults = FunctionDefaults(code, foundation.key, queue, retention, reserved_concurrency)
        self._notices = Notices(self, "Notices", key=foundation.key, subscribers=subscribers)
        self.training_dataset = TrainingDatasetProvider(
            self,
            "TrainingDataset",
            defaults=replace(self._defaults, code=dataset_code),
            sources_path=dataset_sources.path(project, environment),
            data_bucket=foundation.data_bucket,
        )
        self.preflight = self._preflight()
        self.driver = self._driver(sources)
        self.evaluation = self._evaluation(evaluation_code, asked)
        self._recorders(sources)
        sweep = self._convergence(names.job_name_prefix(project, environment))
        guard = LifecycleGuard(
            self,
            "LifecycleGuard",
            defaults=self._defaults,
            environment=self._variables.registry,
            registry=foundation.registry,
        )
        self._alarms(sweep, guard)
        self._outputs()
        guard.depend_on_the_rest()

    def _preflight(self) -> PreflightProvider:
        return PreflightProvider(
            self,
            "Preflight",
            defaults=self._defaults,
            environment={**self._variables.registry, **self._variables.training},
            bedrock=self._bedrock,
            service_role=self._foundation.service_role,
            registry=self._foundation.registry,
        )

    def _driver(self, sources: Sequence[Source]) -> Driver:
        driver = Driver(
            self,
            "Driver",
            defaults=self._defaults,
            environment={**self._variables.registry, **self._variables.jobs, **self._variables.manifests},
            bedrock=self._bedrock,
            service_role=self._foundation.service_role,
            registry=self._foundation.registry,
            notices=self._notices,
            evaluations_arn=machine_arn(self._bedrock),
        )
        manifest_access.let_issue(
            driver.function,
            bucket=self._foundation.output_bucket,
            key=self._foundation.key,
            signing_key=self._foundation.manifest_key,
        )
        promotion_access.let_hold(driver.function, self._bedrock, [source.environment for source in sources])
        if _takes_copies(sources):
            promotion_access.let_copy(driver.function, self._bedrock)
        return driver

    def _evaluation(self, code: lambda_.Code, asked: AskedByEvaluations) -> Evaluation:
        return Evaluation(
            self,
            "Evaluation",
            defaults=replace(self._defaults, code=code),
            environment={**self._variables.registry, **self.driver.variable, **self._variables.evaluations},
            bedrock=self._bedrock,
            registry=self._foundation.registry,
            data_bucket=self._foundation.data_bucket,
            output_bucket=self._foundation.output_bucket,
            asked=asked,
            driver=self.driver,
        )

    def _recorders(self, sources: Sequence[Source]) -> None:
        """The functions that write down what a model's stack wants."""
        shared: dict[str, Any] = {
            "defaults": self._defaults,
            "registry": self._foundation.registry,
            "driver": self.driver,
        }
        variables = {**self._variables.registry, **self.driver.variable}
        self.customization_job = CustomizationJobProvider(
            self,
            "CustomizationJob",
            environment={**variables, **self._variables.jobs},
            bedrock=self._bedrock,
            service_role=self._foundation.service_role,
            **shared,
        )
        self.promoted_model = PromotedModelProvider(
            self, "PromotedModel", environment={**variables, **self._variables.key}, sources=sources, **shared
        )
        self.model_endpoint = RecordingProvider(
            self, "ModelEndpoint", feature="model_endpoint", environment=variables, **shared
        )

    def _convergence(self, job_name_prefix: str) -> Sweep:
        """Events are hints; the sweep decides; and what was given up is answered."""
        UndeliveredEvents(
            self,
            "Undelivered",
            defaults=self._defaults,
            dead_letters=self._dead_letters,
            registry=self._foundation.registry,
        )
        JobStateRule(
            self,
            "JobState",
            defaults=self._defaults,
            environment=self._variables.registry,
            job_name_prefix=job_name_prefix,
            registry=self._foundation.registry,
        )
        return Sweep(
            self,
            "Sweep",
            defaults=self._defaults,
            environment={**self._variables.registry, **self.driver.variable},
            bedrock=self._bedrock,
            registry=self._foundation.registry,
            driver=self.driver,
            notices=self._notices,
        )

    def _alarms(self, sweep: Sweep, guard: LifecycleGuard) -> None:
        alarms = Alarms(self, "Alarms", topic=self._notices.topic)
        alarms.on_dead_letters(self._dead_letters.queue, self._dead_letters.unanswered)
        alarms.on_sweep(sweep.function.function)
        alarms.on_driver(self.driver.state_machine)
        alarms.on_evaluations(self.evaluation.state_machine)
        providers = (self.preflight, self.training_dataset, self.customization_job, self.model_endpoint, guard)
        alarms.on_custom_resources([provider.function.function for provider in (*providers, self.promoted_model)])
        alarms.on_troubles(*self._owner)

    def _outputs(self) -> None:
        """Tell people and the model stacks what there is; exports stay even while there is no model stack."""
        CfnOutput(self, "NoticesTopicArn", value=self._notices.topic.topic_arn)
        CfnOutput(self, "DriverArn", value=self.driver.state_machine.state_machine_arn)
        CfnOutput(self, "EvaluationsArn", value=self.evaluation.state_machine.state_machine_arn)
        providers = (self.preflight, self.training_dataset, self.customization_job, self.model_endpoint)
        for provider in (*providers, self.promoted_model):
            self.export_value(provider.function.function.function_arn)
        self.export_value(self.training_dataset.function.role.role_arn)
        # Model stacks of an earlier release put policies on this role; an export that is in use cannot go.
        self.export_value(self.training_dataset.function.role.role_name)


def _takes_copies(sources: Sequence[Source]) -> bool:
    """Whether models of other accounts or Regions are copied to this one."""
    return any(source.is_copied_from for source in sources)
