"""Wants a customization job; the driver starts it, and CloudFormation never waits for training."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from configuration import evaluated
from stacks.constructs import key_access
from stacks.constructs.bedrock_access import BedrockAccess
from stacks.constructs.driver import Driver
from stacks.constructs.recording import RecordingProvider
from stacks.constructs.runtime_function import FunctionDefaults
from stacks.constructs.training_dataset import TrainingDataset


class CustomizationJobProvider(RecordingProvider):
    """Defines the function behind ``Custom::BedrockModelCustomizationJob``."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        defaults: FunctionDefaults,
        environment: Mapping[str, str],
        bedrock: BedrockAccess,
        service_role: iam.IRole,
        registry: dynamodb.ITable,
        driver: Driver,
    ) -> None:
        """Define the function.

        Args:
            scope: the stack.
            id_: construct id.
            defaults: what all functions of the stack share.
            environment: the function's variables.
            bedrock: rights in Bedrock.
            service_role: that the jobs run as.
            registry: takes what is wanted.
            driver: that is started.
        """
        super().__init__(
            scope,
            id_,
            feature="customization_job",
            defaults=defaults,
            environment=environment,
            registry=registry,
            driver=driver,
            rights=[
                *bedrock.start_jobs(service_role),
                *bedrock.find_jobs(),
                *bedrock.stop_jobs(),
                key_access.through(scope, defaults.key, key_access.CUSTOMIZE, ["bedrock"]),
            ],
        )
        bedrock.acknowledge_wildcards(self.function.role, "model-customization-job", "custom-model")


class CustomizationJob(Construct):
    """Defines the wanted customization job of one model."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        provider: CustomizationJobProvider,
        properties: Mapping[str, Any],
        dataset: TrainingDataset,
    ) -> None:
        """Define the custom resource.

        Args:
            scope: the model's stack.
            id_: construct id.
            provider: the function, in the Control stack.
            properties: what is asked of the job, but for its data.
            dataset: the staged examples.
        """
        super().__init__(scope, id_)
        self.resource = provider.resource(
            self,
            "Custom::BedrockModelCustomizationJob",
            {
                **properties,
                "TrainingUri": dataset.uri("training"),
                "ValidationUri": dataset.uri("validation"),
                "EstimatedTokens": dataset.resource.get_att_string("EstimatedTokens"),
                # Judged on it, not trained on it: without an evaluation, a changed test dataset concerns no job.
                **({"TestUri": dataset.uri("test")} if evaluated.PROPERTY in properties else {}),
            },
        )
