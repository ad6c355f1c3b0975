"""What a state machine caught, in a sentence."""

import json
from collections.abc import Mapping
from typing import Any

#: Enough for a service's message; it is for a human to read.
_MOST_CHARACTERS = 500


def in_words(error: Mapping[str, Any]) -> str:
    """Return what a Catch hands over: Step Functions wraps a Lambda error as JSON in `Cause`."""
    cause = str(error.get("Cause", ""))
    try:
        message = str(json.loads(cause).get("errorMessage", cause))
    except (ValueError, AttributeError):
        message = cause
    return f"{error.get('Error', 'error')}: {message}"[:_MOST_CHARACTERS]
