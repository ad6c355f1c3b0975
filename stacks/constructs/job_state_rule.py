"""Bedrock's news about customization jobs: a hint to look now instead of at the next poll."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from stacks.constructs import registry_access
from stacks.constructs.driver import wake_parked_executions
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction


class JobStateRule(Construct):
    """Defines the rule on the ends of our jobs and the function that wakes the driver parked on one.

    The status is in ``detail.jobStatus``, and delivery is best effort. Source: Bedrock User Guide, 'Monitor Amazon
    Bedrock job state changes using Amazon EventBridge'.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        defaults: FunctionDefaults,
        environment: Mapping[str, str],
        job_name_prefix: str,
        registry: dynamodb.ITable,
    ) -> None:
        """Define the rule.

        Args:
            scope: the stack.
            id_: construct id.
            defaults: what all functions of the stack share.
            environment: the function's variables.
            job_name_prefix: with which the names of the environment's jobs begin.
            registry: where parked executions are found.
        """
        super().__init__(scope, id_)
        self.function = RuntimeFunction(
            self,
            "Function",
            feature="job_event",
            defaults=defaults,
            timeout=Duration.seconds(30),
            environment=environment,
        )
        self.function.grant(
            *registry_access.on_registry(self, registry, defaults.key, *registry_access.READ),
            wake_parked_executions(),
        )
        events.Rule(
            self,
            "Resource",
            event_pattern=events.EventPattern(
                source=["aws.bedrock"],
                detail_type=["Model Customization Job State Change"],
                detail={"jobStatus": ["Completed", "Failed", "Stopped"], "jobName": [{"prefix": job_name_prefix}]},
            ),
            targets=[
                targets.LambdaFunction(
                    self.function.function,
                    dead_letter_queue=defaults.dead_letter_queue,
                    max_event_age=Duration.hours(1),
                    retry_attempts=5,
                )
            ],
        )
