"""The sweep: what makes everything converge even if no event is ever delivered."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs import registry_access
from stacks.constructs.acknowledgements import acknowledge
from stacks.constructs.bedrock_access import KINDS, BedrockAccess
from stacks.constructs.driver import Driver, wake_parked_executions
from stacks.constructs.model_stacks import let_use_model_stacks
from stacks.constructs.notices import Notices
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction

PERIOD = Duration.minutes(15)


class Sweep(Construct):
    """Defines the function that wakes or restarts the drivers of unsettled models, and its schedule."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        defaults: FunctionDefaults,
        environment: Mapping[str, str],
        bedrock: BedrockAccess,
        registry: dynamodb.ITable,
        driver: Driver,
        notices: Notices,
    ) -> None:
        """Define the sweep.

        Args:
            scope: the stack.
            id_: construct id.
            defaults: what all functions of the stack share.
            environment: the function's variables.
            bedrock: rights in Bedrock.
            registry: which models there are, and whether they are settled.
            driver: that is started again.
            notices: for what people must know.
        """
        super().__init__(scope, id_)
        self.function = RuntimeFunction(
            self,
            "Function",
            feature="sweep",
            defaults=defaults,
            timeout=Duration.seconds(300),
            environment={**environment, **notices.variable},
        )
        self.function.grant(
            *registry_access.on_registry(self, registry, defaults.key, *registry_access.WRITE, *registry_access.SCAN),
            *bedrock.find_jobs(),
            *bedrock.take_inventory(),
            wake_parked_executions(),
            # CloudWatch has no resource type for metrics that are read. Source: Service Authorization Reference.
            iam.PolicyStatement(actions=["cloudwatch:GetMetricData"], resources=["*"]),
        )
        acknowledge(
            self.function.role,
            {"IAM5[Resource::*]": "X-Ray, Bedrock's lists, SendTaskSuccess and GetMetricData have no resource type"},
        )
        bedrock.acknowledge_wildcards(self.function.role, *KINDS)
        operations = ["DescribeStackResource", "DescribeStacks"]
        let_use_model_stacks(self.function, bedrock.project, bedrock.environment, operations)
        notices.let_publish(self.function)
        driver.let_start(self.function)
        driver.let_observe(self.function)
        events.Rule(
            self,
            "Resource",
            schedule=events.Schedule.rate(PERIOD),
            targets=[
                targets.LambdaFunction(
                    self.function.function,
                    dead_letter_queue=defaults.dead_letter_queue,
                    # A late sweep is superseded by the next one.
                    max_event_age=PERIOD,
                    retry_attempts=2,
                )
            ],
        )
