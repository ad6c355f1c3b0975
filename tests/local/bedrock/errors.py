"""Errors of calls."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def refused(code: str, call: Callable[..., Any], **parameters: Any) -> str:
    """The message with which a call is refused, which must have this error code."""
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response["Error"]
    assert error["Code"] == code, error
    return error["Message"]
