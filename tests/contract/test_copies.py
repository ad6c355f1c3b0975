"""Copy jobs: found by the name of the model that they make, and started once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from finetuning.fingerprint import request_token
from finetuning.lifecycle import JobObservation
from lambdas.gateways.copies import CopiesGateway, SourceNotVisibleError
from lambdas.gateways.jobs import JobsGateway
from lambdas.gateways.refusals import JobQuotaError, NameTakenError, RequestRefusedError
from tests.contract.service import Answer, Service

NAME = "finetuning-prod-faq-0123456789-1"
JOB = "arn:aws:bedrock:us-west-2:444455556666:model-copy-job/abcdefghijkl"
SOURCE = "arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/mnopqrstuvwx"
COPY = "arn:aws:bedrock:us-west-2:444455556666:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl"
KEY = "arn:aws:kms:us-west-2:444455556666:key/11111111-2222-3333-4444-555555555555"
REQUEST = {
    "sourceModelArn": SOURCE,
    "targetModelName": NAME,
    "modelKmsKeyId": KEY,
    "targetModelTags": [{"key": "finetuning:model", "value": "faq"}],
}


def a_job(status: str = "InProgress", name: str = NAME, **changes: Any) -> dict[str, Any]:
    """A summary of a copy job."""
    return {
        "jobArn": JOB,
        "status": status,
        "creationTime": datetime(2026, 11, 23, tzinfo=UTC),
        "targetModelArn": COPY,
        "targetModelName": name,
        "sourceAccountId": "111122223333",
        "sourceModelArn": SOURCE,
        **changes,
    }


def page(*found: dict[str, Any], more: str = "") -> dict[str, Any]:
    """A page of jobs."""
    return {"modelCopyJobSummaries": list(found), **({"nextToken": more} if more else {})}


def gateway(*answers: Answer) -> tuple[CopiesGateway, Service]:
    """The gateway on a service that answers this."""
    service = Service("bedrock", *answers)
    return CopiesGateway(service.client), service


def test_job_is_found_by_the_name_of_its_model() -> None:
    """On any page, and not by a name that only begins alike."""
    copies, service = gateway(page(a_job(name=f"{NAME}0"), more="more"), page(a_job()))
    assert copies.find(NAME) == JobObservation(JOB, "InProgress")
    assert service.calls[0] == ("ListModelCopyJobs", {"targetModelNameContains": NAME})


def test_copy_that_was_never_started_is_not_there() -> None:
    """Nobody has bought it."""
    assert gateway(page())[0].find(NAME) is None


def test_copy_that_is_done_has_a_model() -> None:
    """With its status."""
    model = {"modelArn": COPY, "modelName": NAME, "creationTime": datetime(2026, 11, 23, tzinfo=UTC)}
    copies, _ = gateway(page(a_job("Completed")), {**model, "modelStatus": "Active"})
    assert copies.find(NAME) == JobObservation(JOB, "Completed", model_arn=COPY, model_status="Active")


def test_model_that_was_deleted_since_has_no_status() -> None:
    """As that of a customization job."""
    copies, _ = gateway(page(a_job("Completed")), "ResourceNotFoundException: no such model")
    assert copies.find(NAME) == JobObservation(JOB, "Completed", model_arn=COPY)


def test_look_at_the_model_that_fails_is_an_error() -> None:
    """Not a model that is gone."""
    copies, service = gateway(page(a_job("Completed")), "AccessDeniedException: no")
    with pytest.raises(service.client.exceptions.AccessDeniedException):
        copies.find(NAME)


def test_failure_about_a_key_says_whose_policy_lacks_what() -> None:
    """Bedrock does not (fault E02); other failures are told as they are."""
    said = gateway(page(a_job("Failed", failureMessage="KMS said no")))[0].find(NAME)
    assert said is not None
    assert f"the key that encrypts {SOURCE} must allow kms:Decrypt to this account" in said.failure
    other = gateway(page(a_job("Failed", failureMessage="something else")))[0].find(NAME)
    assert other is not None
    assert other.failure == "something else"


def test_request_has_a_token_that_derives_from_it() -> None:
    """A second call whose first answer was lost makes no second copy (fault E04)."""
    copies, service = gateway({"jobArn": JOB})
    assert copies.create(REQUEST) == JOB
    assert service.call == ("CreateModelCopyJob", {**REQUEST, "clientRequestToken": request_token(REQUEST)})


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        ("ResourceNotFoundException: no such model", SourceNotVisibleError, "it is not shared|does not show here"),
        ("AccessDeniedException: not allowed to kms:Decrypt", RequestRefusedError, "must allow kms:Decrypt"),
        ("AccessDeniedException: no", RequestRefusedError, "AccessDeniedException: no"),
        ("TooManyTagsException: too many", RequestRefusedError, "TooManyTagsException: too many"),
    ],
)
def test_refusal_is_told_apart_by_its_code(answer: str, error: type[Exception], said: str) -> None:
    """The service model declares four errors for this call, and the service knows more (fault E03)."""
    with pytest.raises(error, match=said):
        gateway(answer)[0].create(REQUEST)


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        ("ServiceQuotaExceededException", "too many custom models", JobQuotaError),
        ("ValidationException", "The provided model name is currently in use.", NameTakenError),
        ("ValidationException", "cannot be copied", RequestRefusedError),
    ],
)
def test_codes_that_are_not_declared_are_known_all_the_same(
    monkeypatch: pytest.MonkeyPatch, code: str, message: str, error: type[Exception]
) -> None:
    """Nothing relies on a modelled exception (fault E03)."""
    copies, service = gateway({})
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 400}}

    def refuse(**request: Any) -> None:
        raise ClientError(answer, "CreateModelCopyJob")

    monkeypatch.setattr(service.client, "create_model_copy_job", refuse)
    with pytest.raises(error, match=message):
        copies.create(REQUEST)


def test_error_of_which_nobody_knows_whether_it_took_effect_stays_what_it_is() -> None:
    """The driver is run again."""
    copies, service = gateway("InternalServerException: oops")
    with pytest.raises(service.client.exceptions.InternalServerException):
        copies.create(REQUEST)


def test_tags_are_those_that_the_model_gets() -> None:
    """They tell whose the copy is before its model is there; a job that is gone has none."""
    copies, service = gateway({**a_job(), "targetModelTags": REQUEST["targetModelTags"]})
    assert copies.tags(JOB) == {"finetuning:model": "faq"}
    assert service.call == ("GetModelCopyJob", {"jobArn": JOB})
    assert gateway("ResourceNotFoundException: no such job")[0].tags(JOB) == {}


def test_tags_that_may_not_be_read_are_an_error() -> None:
    """Not none."""
    copies, service = gateway("AccessDeniedException: no")
    with pytest.raises(service.client.exceptions.AccessDeniedException):
        copies.tags(JOB)


def test_jobs_know_the_copies_of_the_same_account() -> None:
    """Whoever has the one gateway has the other."""
    assert JobsGateway(Service("bedrock", page()).client).copies.find(NAME) is None
