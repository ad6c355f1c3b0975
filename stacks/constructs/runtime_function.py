"""House defaults for a Python function: own role, own log group, tracing, and a place for events that fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs import key_access
from stacks.constructs.acknowledgements import acknowledge
from stacks.constructs.retention import Retention

#: An event that waited this long is given up. It leaves room for three tries (the second after one minute, the third
#: after two more), and with the function's timeout it stays below the timeout of the custom resource: nothing may still
#: be at work when CloudFormation has given up, or it could buy what nobody knows of.
MAXIMUM_EVENT_AGE_SECONDS = 240
#: The same of every function, so asked for once: each look-up is a call to the process that runs the CDK.
_RUNTIME, _ARCHITECTURE = lambda_.Runtime.PYTHON_3_14, lambda_.Architecture.ARM_64
_STORAGE = Size.mebibytes(512)
_LAMBDA = iam.ServicePrincipal("lambda.amazonaws.com")


@dataclass(frozen=True)
class FunctionDefaults:
    """What all functions of a stack share.

    Attributes:
        code: the one asset of the stack's functions.
        key: encrypts logs and undelivered events.
        dead_letter_queue: for asynchronous invocations that failed three times.
        retention: of the log groups.
        reserved_concurrency: of each function; None to take part in the account's.
    """

    code: lambda_.Code
    key: kms.IKey
    dead_letter_queue: sqs.IQueue
    retention: Retention
    reserved_concurrency: int | None = None


class RuntimeFunction(Construct):
    """Defines the function of one feature folder under ``lambdas/``."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        feature: str,
        defaults: FunctionDefaults,
        timeout: Duration,
        environment: Mapping[str, str] | None = None,
        memory_mib: int = 256,
        is_invoked_synchronously: bool = False,
    ) -> None:
        """Define the function.

        Args:
            scope: where it belongs.
            id_: construct id.
            feature: folder under ``lambdas/``.
            defaults: what all functions of the stack share.
            timeout: at most 15 minutes, Lambda's own limit.
            environment: variables besides LOG_LEVEL.
            memory_mib: memory in MiB.
            is_invoked_synchronously: the caller sees failures itself, so none are kept for later.
        """
        super().__init__(scope, id_)
        log_group = logs.LogGroup(
            self,
            "Logs",
            encryption_key=defaults.key,
            retention=defaults.retention.logs,
            removal_policy=defaults.retention.removal_policy,
        )
        # Not AWSLambdaBasicExecutionRole: it may write to every log group of the account.
        self.role = iam.Role(self, "Role", assumed_by=_LAMBDA)
        # `add_to_principal_policy` answers with what nobody needs, in two calls.
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]
            )
        )
        self._policy = cast("iam.Policy", self.role.node.find_child("DefaultPolicy"))
        self.function = lambda_.Function(
            self,
            "Resource",
            runtime=_RUNTIME,
            architecture=_ARCHITECTURE,
            code=defaults.code,
            handler=f"lambdas.{feature}.handler.handler",
            role=self.role,
            log_group=log_group,
            timeout=timeout,
            memory_size=memory_mib,
            ephemeral_storage_size=_STORAGE,
            environment={**(environment or {}), "LOG_LEVEL": "INFO"},
            tracing=lambda_.Tracing.ACTIVE,
            reserved_concurrent_executions=defaults.reserved_concurrency,
        )
        acknowledge(
            self.role,
            {"IAM5[Resource::*]": "X-Ray's writes, Bedrock's lists and states:SendTaskSuccess have no resource type"},
        )
        if not is_invoked_synchronously:
            self._keep_failed_events(defaults)

    def grant(self, *statements: iam.PolicyStatement) -> None:
        """Add statements to the function's own policy."""
        self._policy.add_statements(*statements)

    def _keep_failed_events(self, defaults: FunctionDefaults) -> None:
        """Send events whose handling failed three times to the dead-letter queue.

        The L2 destination would grant ``kms:GenerateDataKey*`` and ``kms:ReEncrypt*`` on the key without a condition.
        """
        queue_arn = defaults.dead_letter_queue.queue_arn
        self.grant(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[queue_arn]),
            key_access.through(self, defaults.key, key_access.WRITE, ["sqs"]),
        )
        lambda_.CfnEventInvokeConfig(
            self,
            "FailedEvents",
            function_name=self.function.function_name,
            qualifier="$LATEST",
            maximum_event_age_in_seconds=MAXIMUM_EVENT_AGE_SECONDS,
            maximum_retry_attempts=2,
            destination_config={"onFailure": {"destination": queue_arn}},
        ).node.add_dependency(self.role)  # Lambda checks that the role may send to the queue
