"""What tells people: one topic for alarms and for the notices of driver and sweep."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.constructs import key_access
from stacks.constructs.runtime_function import RuntimeFunction


class Notices(Construct):
    """Defines the topic, encrypted with our key and reachable over TLS only, and who is told."""

    def __init__(self, scope: Construct, id_: str, *, key: kms.IKey, subscribers: Sequence[str]) -> None:
        """Define the topic.

        Args:
            scope: the stack.
            id_: construct id.
            key: that encrypts the notices.
            subscribers: e-mail addresses and ``https://`` URLs; each confirms what SNS sends it before it is told more.
        """
        super().__init__(scope, id_)
        self._key = key
        self.topic = sns.Topic(self, "Resource", master_key=key, enforce_ssl=True)
        self.topic.add_to_resource_policy(self._alarms_publish())
        for subscriber in subscribers:
            self.topic.add_subscription(
                subscriptions.UrlSubscription(subscriber, protocol=sns.SubscriptionProtocol.HTTPS)
                if subscriber.startswith("https://")
                else subscriptions.EmailSubscription(subscriber)
            )

    @property
    def variable(self) -> dict[str, str]:
        """Where a function that publishes finds the topic."""
        return {"NOTICES_TOPIC_ARN": self.topic.topic_arn}

    def let_publish(self, function: RuntimeFunction) -> None:
        """Let a function tell people."""
        function.grant(
            iam.PolicyStatement(actions=["sns:Publish"], resources=[self.topic.topic_arn]),
            key_access.through(self, self._key, key_access.WRITE, ["sns"]),
        )

    def _alarms_publish(self) -> iam.PolicyStatement:
        """Source: Amazon SNS Developer Guide, 'Example cases for Amazon SNS access control', CloudWatch alarms."""
        stack = Stack.of(self)
        return iam.PolicyStatement(
            sid="AlarmsPublish",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[self.topic.topic_arn],
            conditions={
                "StringEquals": {"aws:SourceAccount": stack.account},
                "ArnLike": {"aws:SourceArn": stack.format_arn(service="cloudwatch", resource="alarm:*")},
            },
        )
