"""Wants an endpoint; the driver buys it once the model is there, and publishes the pointer to it."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import CustomResource, Duration
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct, IConstruct

from stacks.constructs import registry_access
from stacks.constructs.driver import Driver
from stacks.constructs.model_stacks import let_use_model_stacks
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction


class ModelEndpointProvider(Construct):
    """Defines the function behind ``Custom::BedrockModelEndpoint``; it buys nothing itself."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        defaults: FunctionDefaults,
        environment: Mapping[str, str],
        registry: dynamodb.ITable,
        driver: Driver,
    ) -> None:
        """Define the function.

        Args:
            scope: the stack.
            id_: construct id.
            defaults: what all functions of the stack share.
            environment: the function's variables; PROJECT and ENVIRONMENT name the model stacks.
            registry: takes what is wanted.
            driver: that is started.
        """
        super().__init__(scope, id_)
        self.function = RuntimeFunction(
            self,
            "Function",
            feature="model_endpoint",
            defaults=defaults,
            timeout=Duration.seconds(120),
            environment=environment,
        )
        self.function.grant(*registry_access.on_registry(self, registry, defaults.key, *registry_access.WRITE))
        operations = ["DescribeStackResource", "DescribeStacks"]
        let_use_model_stacks(self.function, environment["PROJECT"], environment["ENVIRONMENT"], operations)
        driver.let_start(self.function)


class ModelEndpoint(Construct):
    """Defines the wanted endpoint of one model; it goes before the model it serves."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        provider: ModelEndpointProvider,
        properties: Mapping[str, Any],
        after: IConstruct,
        wait_condition_logical_id: str | None,
    ) -> None:
        """Define the custom resource.

        Args:
            scope: the model's stack.
            id_: construct id.
            provider: the function, in the Control stack.
            properties: how the model is served.
            after: what wants the model that is served.
            wait_condition_logical_id: of the wait condition that the driver signals; None if nothing waits.
        """
        super().__init__(scope, id_)
        waiting = {} if wait_condition_logical_id is None else {"WaitConditionLogicalId": wait_condition_logical_id}
        self.resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::BedrockModelEndpoint",
            service_token=provider.function.function.function_arn,
            service_timeout=Duration.seconds(600),
            properties={**properties, **waiting},
        )
        self.resource.node.add_dependency(after)
