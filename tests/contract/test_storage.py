"""S3: what is there, and that nothing forbidden is taken for missing."""

import pytest

from lambdas.gateways.storage import StorageGateway
from tests.contract.service import Answer, Service


def storage(*answers: Answer) -> tuple[StorageGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("s3", *answers)
    return StorageGateway(service.client), service


@pytest.mark.parametrize(("answer", "exists"), [({}, True), ("404: Not Found", False)])
def test_object_exists_or_not(answer: Answer, exists: bool) -> None:
    """HEAD has no body, so the status is the code."""
    gateway, service = storage(answer)
    assert gateway.exists("data", "a.jsonl") is exists
    assert service.call == ("HeadObject", {"Bucket": "data", "Key": "a.jsonl"})


def test_forbidden_look_is_not_taken_for_a_missing_object() -> None:
    """S3 answers 403 where the right to list is missing."""
    gateway, service = storage("403: Forbidden")
    with pytest.raises(service.client.exceptions.ClientError):
        gateway.exists("data", "a.jsonl")


def test_gateway_can_be_made_for_every_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warm function makes one per request."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    first, second = StorageGateway(), StorageGateway()
    assert first is not second
