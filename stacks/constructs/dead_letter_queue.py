"""Where events end that could not be delivered or handled."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

#: How often the consumer gets a message before a person must look at it.
TRIES = 3
#: For how long a message that the consumer has is hidden: six times the consumer's timeout. Source: Lambda Developer
#: Guide, 'Using Lambda with Amazon SQS', configuring a queue.
HIDDEN = Duration.seconds(360)


class DeadLetterQueue(Construct):
    """Defines the queue that `UndeliveredEvents` consumes, and the one for what not even that could settle.

    Both are encrypted with our key, take messages over TLS only and keep them for two weeks, the longest that SQS does.
    """

    def __init__(self, scope: Construct, id_: str, *, key: kms.IKey) -> None:
        """Define the queues.

        Args:
            scope: the stack.
            id_: construct id.
            key: that encrypts the messages.
        """
        super().__init__(scope, id_)
        self.unanswered = self._queue("Unanswered", key)
        self.queue = self._queue("Resource", key, sqs.DeadLetterQueue(queue=self.unanswered, max_receive_count=TRIES))

    def _queue(self, id_: str, key: kms.IKey, then: sqs.DeadLetterQueue | None = None) -> sqs.Queue:
        return sqs.Queue(
            self,
            id_,
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
            visibility_timeout=HIDDEN,
            dead_letter_queue=then,
            removal_policy=RemovalPolicy.DESTROY,
        )
