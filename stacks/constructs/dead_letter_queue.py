"""Where events end that could not be delivered or handled."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.acknowledgements import acknowledge


class DeadLetterQueue(Construct):
    """Defines the queue: encrypted with our key, TLS only, two weeks (the longest that SQS keeps a message)."""

    def __init__(self, scope: Construct, id_: str, *, key: kms.IKey) -> None:
        """Define the queue.

        Args:
            scope: the stack.
            id_: construct id.
            key: that encrypts the messages.
        """
        super().__init__(scope, id_)
        self.queue = sqs.Queue(
            self,
            "Resource",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
            removal_policy=RemovalPolicy.DESTROY,
        )
        acknowledge(
            self.queue,
            {"SQS3": "This queue is itself the dead-letter queue of functions and rules; nothing consumes it"},
        )
