"""Notices to people, as SNS takes them."""

import pytest

from lambdas.gateways.notices import NoticesGateway
from tests.contract.service import Service

TOPIC = "arn:aws:sns:us-west-2:111122223333:finetuning-dev-notices"


@pytest.mark.parametrize(
    ("subject", "sent"),
    [
        ("finetuning dev faq: failed", "finetuning dev faq: failed"),
        ("x" * 100, "x" * 100),
        ("x" * 101, "x" * 100),
        ("Grüße", "Gr??e"),
    ],
)
def test_notice_is_published_with_a_subject_that_sns_takes(subject: str, sent: str) -> None:
    """At most 100 ASCII characters; the text has them all."""
    service = Service("sns", {"MessageId": "1"})
    NoticesGateway(TOPIC, service.client).publish(subject, "Grüße")
    assert service.call == ("Publish", {"TopicArn": TOPIC, "Subject": sent, "Message": "Grüße"})


def test_notice_that_cannot_be_published_is_an_error() -> None:
    """It must not count as told."""
    service = Service("sns", "AuthorizationError: no")
    with pytest.raises(service.client.exceptions.ClientError, match="AuthorizationError"):
        NoticesGateway(TOPIC, service.client).publish("subject", "text")
