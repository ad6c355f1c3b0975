"""Answers CloudFormation in the place of a function that did not, so that no stack waits for nothing."""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.constructs import key_access, registry_access
from stacks.constructs.dead_letter_queue import DeadLetterQueue
from stacks.constructs.runtime_function import FunctionDefaults, RuntimeFunction


class UndeliveredEvents(Construct):
    """Defines the consumer of a dead-letter queue."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        defaults: FunctionDefaults,
        dead_letters: DeadLetterQueue,
        registry: dynamodb.ITable,
    ) -> None:
        """Define the function and feed it.

        Args:
            scope: the stack.
            id_: construct id.
            defaults: what all functions of the stack share.
            dead_letters: the queue; what stays in it goes on to its second one.
            registry: also keeps the answers that were given.
        """
        super().__init__(scope, id_)
        self.function = RuntimeFunction(
            self,
            "Function",
            feature="undelivered",
            defaults=defaults,
            timeout=Duration.seconds(60),
            environment={"REGISTRY_TABLE_NAME": registry.table_name},
            is_invoked_synchronously=True,
        )
        self.function.grant(
            *registry_access.on_answers(self, registry, defaults.key),
            iam.PolicyStatement(
                actions=["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
                resources=[dead_letters.queue.queue_arn],
            ),
            key_access.through(self, defaults.key, key_access.READ, ["sqs"]),
        )
        self.node.add_dependency(dead_letters)
        # Not `SqsEventSource`: its grants have no condition on the key. One message at a time, because an answer that
        # nobody takes needs half a minute.
        lambda_.EventSourceMapping(
            self,
            "Messages",
            target=self.function.function,
            event_source_arn=dead_letters.queue.queue_arn,
            batch_size=1,
            report_batch_item_failures=True,
        ).node.add_dependency(self.function.role)  # Lambda checks that the role may receive
