"""Errors of Lambda functions."""

import json

import pytest

from local.patches import lambda_errors
from tests.local.account import Account

SOURCE = """
class StillRunning(Exception):
    pass

def handler(event, context):
    try:
        raise KeyError("first")
    except KeyError as error:
        raise StillRunning("two\\nlines: here") from error
"""


def test_exception_surfaces_with_its_class(account: Account) -> None:
    """The class of the last exception of a chain, its message and its frames."""
    account.function("still-running", SOURCE)
    answer = account.client("lambda").invoke(FunctionName="still-running")
    payload = json.loads(answer["Payload"].read())
    assert answer["FunctionError"] == "Unhandled"
    assert (payload["errorType"], payload["errorMessage"]) == ("StillRunning", "two\nlines: here")
    assert "in handler" in "".join(payload["stackTrace"])


@pytest.mark.parametrize(
    ("last_line", "name"),
    [("ValueError: no", "ValueError"), ("botocore.exceptions.ClientError: An error", "ClientError"), ("Bare", "Bare")],
)
def test_class_is_the_last_part_of_its_qualified_name(last_line: str, name: str) -> None:
    """AWS names the class without its module."""
    log = f'START\nTraceback (most recent call last):\n  File "index.py", line 1, in handler\n{last_line}\n'
    assert lambda_errors.describe(log)["errorType"] == name


def test_log_without_traceback_describes_nothing() -> None:
    """A function that died otherwise keeps MiniStack's error type."""
    assert lambda_errors.describe("Worker process died") == {}
