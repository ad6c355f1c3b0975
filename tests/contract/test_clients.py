"""Which errors say that nothing happened, and which leave it open."""

import pytest
from botocore.exceptions import ClientError

from lambdas.gateways.clients import code_of, is_gone, is_refusal, message_of


def an_error(code: str, status: int = 400, message: str = "no") -> ClientError:
    """What botocore raises."""
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]  # botocore has more
        "Operation",
    )


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("ValidationException", 400, True),
        ("AccessDeniedException", 403, True),
        ("ResourceNotFoundException", 404, True),
        ("SomethingNew", 499, True),
        ("ThrottlingException", 429, False),
        ("ThrottlingException", 400, False),
        ("TooManyRequestsException", 400, False),
        ("RequestTimeoutException", 400, False),
        ("SomethingNew", 429, False),
        ("InternalServerException", 500, False),
        ("ServiceUnavailableException", 503, False),
        ("SomethingNew", 399, False),
        ("SomethingNew", 0, False),
    ],
)
def test_refusal_is_a_4xx_that_another_try_would_get_again(code: str, status: int, expected: bool) -> None:
    """After every other error something may have been bought."""
    assert is_refusal(an_error(code, status)) is expected


@pytest.mark.parametrize("error", [ConnectionError("lost"), TimeoutError(), ClientError({}, "Operation")])
def test_error_without_a_status_is_no_refusal(error: Exception) -> None:
    """The reply was lost."""
    assert not is_refusal(error)


def test_code_and_message_are_read_from_the_response() -> None:
    """Or, of another error, none and its text."""
    error = an_error("ValidationException", message="bad data")
    assert (code_of(error), message_of(error)) == ("ValidationException", "bad data")
    assert (code_of(ConnectionError("lost")), message_of(ConnectionError("lost"))) == ("", "lost")
    silent = an_error("ValidationException", message="")
    assert "ValidationException" in message_of(silent)


@pytest.mark.parametrize(
    ("code", "found", "gone", "looks"),
    [
        ("ResourceNotFoundException", True, True, 0),
        ("AccessDeniedException", False, True, 1),
        ("AccessDeniedException", True, False, 1),
        ("ConflictException", False, False, 0),
        ("ThrottlingException", False, False, 0),
    ],
)
def test_deletion_that_was_denied_is_looked_after(code: str, found: bool, gone: bool, looks: int) -> None:
    """The right depends on the owner tags, which what is gone has not."""
    looked: list[bool] = []

    def look() -> bool:
        looked.append(True)
        return not found

    assert is_gone(an_error(code), look) is gone
    assert len(looked) == looks
