"""Custom resources that record what is wanted and put the driver to work; CloudFormation never waits for its end."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import CustomResource, Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs import registry_access
from stacks.constructs.driver import Driver
from stacks.constructs.model_stacks import let_use_model_stacks
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction

#: For a few calls of the registry, of Bedrock's lists and of Step Functions, each with its retries.
TIMEOUT = Duration.seconds(120)
#: Longer than an event may wait and its last handling may take: see `runtime_function.MAXIMUM_EVENT_AGE_SECONDS`.
SERVICE_TIMEOUT = Duration.seconds(600)


class RecordingProvider(Construct):
    """Defines the function behind a type of custom resources that record; what else it may do, its rights say."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        feature: str,
        defaults: FunctionDefaults,
        environment: Mapping[str, str],
        registry: dynamodb.ITable,
        driver: Driver,
        rights: Sequence[iam.PolicyStatement] = (),
    ) -> None:
        """Define the function.

        Args:
            scope: the stack.
            id_: construct id.
            feature: folder under ``lambdas/``.
            defaults: what all functions of the stack share.
            environment: the function's variables; PROJECT and ENVIRONMENT name the model stacks.
            registry: takes what is wanted.
            driver: that is started.
            rights: of this function, besides those that recording takes.
        """
        super().__init__(scope, id_)
        self.function = RuntimeFunction(
            self, "Function", feature=feature, defaults=defaults, timeout=TIMEOUT, environment=environment
        )
        self.function.grant(*registry_access.on_registry(self, registry, defaults.key, *registry_access.WRITE), *rights)
        operations = ["DescribeStackResource", "DescribeStacks"]
        let_use_model_stacks(self.function, environment["PROJECT"], environment["ENVIRONMENT"], operations)
        driver.let_start(self.function)

    def resource(self, scope: Construct, type_: str, properties: Mapping[str, Any]) -> CustomResource:
        """Define the custom resource of one model.

        Args:
            scope: the construct that it is the main resource of.
            type_: ``Custom::…``, that the function answers for.
            properties: what is wanted.
        """
        return CustomResource(
            scope,
            "Resource",
            resource_type=type_,
            service_token=self.function.function.function_arn,
            service_timeout=SERVICE_TIMEOUT,
            properties=dict(properties),
        )
