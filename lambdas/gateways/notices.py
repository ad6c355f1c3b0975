"""Notices to people: an SNS topic."""

from typing import TYPE_CHECKING

from lambdas.gateways.clients import client

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

#: Source: SNS API reference, Publish, ``Subject``: ASCII, at most 100 characters.
MAX_SUBJECT_CHARACTERS = 100


class NoticesGateway:
    """Publishes notices to whoever subscribed."""

    def __init__(self, topic_arn: str, sns: "SNSClient | None" = None) -> None:
        self._topic_arn = topic_arn
        self._sns: SNSClient = sns or client("sns")

    def publish(self, subject: str, text: str) -> None:
        """Publish one notice; the subject is cut to what SNS takes."""
        subject = subject.encode("ascii", "replace").decode("ascii")[:MAX_SUBJECT_CHARACTERS]
        self._sns.publish(TopicArn=self._topic_arn, Subject=subject, Message=text)
