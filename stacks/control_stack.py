"""What acts: the custom resources' functions, the driver, and what keeps both going."""

from dataclasses import replace
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from finetuning import catalog, names
from stacks.constructs.bedrock_access import BedrockAccess
from stacks.constructs.customization_job import CustomizationJobProvider
from stacks.constructs.dead_letter_queue import DeadLetterQueue
from stacks.constructs.driver import Driver
from stacks.constructs.job_state_rule import JobStateRule
from stacks.constructs.lifecycle_guard import LifecycleGuard
from stacks.constructs.model_endpoint import ModelEndpointProvider
from stacks.constructs.retention import Retention
from stacks.constructs.runtime_function import FunctionDefaults
from stacks.constructs.sweep import Sweep
from stacks.constructs.training_dataset import TrainingDatasetProvider
from stacks.foundation_stack import FoundationStack


class ControlStack(Stack):
    """Composes what all models of an environment share; it outlives their stacks, so that teardown can finish."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        project: str,
        environment: str,
        foundation: FoundationStack,
        code: lambda_.Code,
        dataset_code: lambda_.Code,
        retention: Retention,
        **kwargs: Any,
    ) -> None:
        """Define the stack.

        Args:
            scope: the app.
            id_: name of the stack.
            project: value of the owner tag.
            environment: name of the environment; value of the owner tag.
            foundation: key, buckets, role and registry.
            code: the functions' asset.
            dataset_code: the training dataset function's, which has compiled packages.
            retention: of the logs.
            kwargs: of `Stack`.
        """
        super().__init__(scope, id_, **kwargs)
        self._foundation = foundation
        self._owner = {"PROJECT": project, "ENVIRONMENT": environment}
        self._bedrock = BedrockAccess(self, project, environment, _base_model_identifiers(self.region))
        self._defaults = FunctionDefaults(
            code=code,
            key=foundation.key,
            dead_letter_queue=DeadLetterQueue(self, "DeadLetterQueue", key=foundation.key).queue,
            retention=retention,
        )
        self.training_dataset = TrainingDatasetProvider(
            self,
            "TrainingDataset",
            defaults=replace(self._defaults, code=dataset_code),
            data_bucket=foundation.data_bucket,
        )
        self.driver = self._driver()
        self.customization_job = self._customization_job()
        self.model_endpoint = ModelEndpointProvider(
            self,
            "ModelEndpoint",
            defaults=self._defaults,
            environment={**self._registry_variables(), **self._driver_variable()},
            registry=foundation.registry,
            driver=self.driver,
        )
        self._convergence(names.job_name_prefix(project, environment))
        guard = LifecycleGuard(
            self,
            "LifecycleGuard",
            defaults=self._defaults,
            environment=self._registry_variables(),
            registry=foundation.registry,
        )
        self._outputs()
        guard.depend_on_the_rest()

    def _driver(self) -> Driver:
        return Driver(
            self,
            "Driver",
            defaults=self._defaults,
            environment={**self._registry_variables(), **self._job_variables()},
            bedrock=self._bedrock,
            service_role=self._foundation.service_role,
            registry=self._foundation.registry,
        )

    def _customization_job(self) -> CustomizationJobProvider:
        return CustomizationJobProvider(
            self,
            "CustomizationJob",
            defaults=self._defaults,
            environment={**self._registry_variables(), **self._driver_variable(), **self._job_variables()},
            bedrock=self._bedrock,
            service_role=self._foundation.service_role,
            registry=self._foundation.registry,
            driver=self.driver,
        )

    def _convergence(self, job_name_prefix: str) -> None:
        """Events are hints; the sweep decides."""
        JobStateRule(
            self,
            "JobState",
            defaults=self._defaults,
            environment=self._registry_variables(),
            job_name_prefix=job_name_prefix,
            registry=self._foundation.registry,
        )
        Sweep(
            self,
            "Sweep",
            defaults=self._defaults,
            environment={**self._registry_variables(), **self._driver_variable()},
            bedrock=self._bedrock,
            registry=self._foundation.registry,
            driver=self.driver,
        )

    def _outputs(self) -> None:
        """Tell people and the model stacks what there is; exports stay even while there is no model stack."""
        CfnOutput(self, "DriverArn", value=self.driver.state_machine.state_machine_arn)
        for provider in (self.training_dataset, self.customization_job, self.model_endpoint):
            self.export_value(provider.function.function.function_arn)
        self.export_value(self.training_dataset.function.role.role_name)

    def _registry_variables(self) -> dict[str, str]:
        return {**self._owner, "REGISTRY_TABLE_NAME": self._foundation.registry.table_name}

    def _driver_variable(self) -> dict[str, str]:
        return {"DRIVER_ARN": self.driver.state_machine.state_machine_arn}

    def _job_variables(self) -> dict[str, str]:
        return {
            "SERVICE_ROLE_ARN": self._foundation.service_role.role_arn,
            "OUTPUT_BUCKET_NAME": self._foundation.output_bucket.bucket_name,
            "KEY_ARN": self._foundation.key.key_arn,
        }


def _base_model_identifiers(region: str) -> tuple[str, ...]:
    """Both identifiers of each base model of a Region: which of them Bedrock authorises is not documented.

    Those of other Regions are rights that nobody needs, and with them the driver's policy exceeds IAM's 10,240
    characters (IAM User Guide, 'IAM and AWS STS quotas', role inline policies).
    """
    models = [model for model in catalog.base_models() if _is_usable(model, region)]
    return tuple(sorted({name for model in models for name in (model.customization_id, model.inference_id)}))


def _is_usable(model: catalog.BaseModel, region: str) -> bool:
    """Whether it can be fine-tuned there, or its custom models be served there."""
    return region in model.regions or any(region in model.serving_regions(serving) for serving in model.serving)
