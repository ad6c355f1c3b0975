"""Wants a customization job; the driver starts it, and CloudFormation never waits for training."""

from collections.abc import Mapping

from aws_cdk import CustomResource, Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs import key_access, registry_access
from stacks.constructs.bedrock_access import BedrockAccess
from stacks.constructs.driver import Driver
from stacks.constructs.model_stacks import let_use_model_stacks
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction
from stacks.constructs.training_dataset import TrainingDataset


class CustomizationJobProvider(Construct):
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
        super().__init__(scope, id_)
        self.function = RuntimeFunction(
            self,
            "Function",
            feature="customization_job",
            defaults=defaults,
            timeout=Duration.seconds(120),
            environment=environment,
        )
        self.function.grant(
            *registry_access.on_registry(self, registry, defaults.key, *registry_access.WRITE),
            *bedrock.start_jobs(service_role),
            *bedrock.find_jobs(),
            *bedrock.stop_jobs(),
            key_access.through(self, defaults.key, key_access.CUSTOMIZE, ["bedrock"]),
        )
        bedrock.acknowledge_wildcards(self.function.role, "model-customization-job", "custom-model")
        let_use_model_stacks(self.function, bedrock.project, bedrock.environment, ["DescribeStacks"])
        driver.let_start(self.function)


class CustomizationJob(Construct):
    """Defines the wanted customization job of one model."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        provider: CustomizationJobProvider,
        model: str,
        base_model: str,
        customization_type: str,
        hyperparameters: Mapping[str, str],
        dataset: TrainingDataset,
        keep_previous: int,
        tags: Mapping[str, str],
    ) -> None:
        """Define the custom resource.

        Args:
            scope: the model's stack.
            id_: construct id.
            provider: the function, in the Control stack.
            model: name of the use case.
            base_model: identifier of the base model.
            customization_type: as Bedrock spells it.
            hyperparameters: in their canonical spelling, because CloudFormation hands on strings.
            dataset: the staged examples.
            keep_previous: number of earlier models kept for rollback.
            tags: of the user, for job and model.
        """
        super().__init__(scope, id_)
        self.resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::BedrockModelCustomizationJob",
            service_token=provider.function.function.function_arn,
            service_timeout=Duration.seconds(300),
            properties={
                "Model": model,
                "BaseModel": base_model,
                "CustomizationType": customization_type,
                "Hyperparameters": dict(hyperparameters),
                "TrainingUri": dataset.uri("training"),
                "ValidationUri": dataset.uri("validation"),
                "KeepPrevious": str(keep_previous),
                "Tags": dict(tags),
            },
        )
