"""A driver function that does what the model's name says, for the state machine's own behaviour.

`handler` is the same for an embedded AWS, where functions are processes of their own: it writes its tokens to a file.
"""

from collections.abc import Mapping
from typing import Any

SETTLES, PARKS, FAILS = "settles", "parks", "fails"

SOURCE = """
import json

def handler(event, context):
    model, step = event["model"], event["step"]
    if model == "fails" and step != "RecordFailure":
        raise RuntimeError("broken")
    if step == "AwaitCustomizationJob":
        with open({path!r}, "a") as file:
            file.write(json.dumps([event["execution"], event["token"]]) + "\\n")
        return {{}}
    with open({path!r}) as file:
        parked = sum(json.loads(line)[0] == event["execution"] for line in file)
    following = "AwaitCustomizationJob" if model == "parks" and not parked else "Settled"
    return {{"next": following, "wait_seconds": 3600, "model": model, "execution": event["execution"]}}
"""


class ScriptedDriver:
    """The same in this process."""

    def __init__(self) -> None:
        self.tokens: dict[str, list[str]] = {}

    def run(self, payload: dict[str, Any]) -> Mapping[str, Any]:
        """One step."""
        model, step, execution = payload["model"], payload["step"], payload["execution"]
        if model == FAILS and step != "RecordFailure":
            raise RuntimeError("broken")
        if step == "AwaitCustomizationJob":
            self.tokens.setdefault(execution, []).append(payload["token"])
            return {}
        following = "AwaitCustomizationJob" if model == PARKS and execution not in self.tokens else "Settled"
        return {"next": following, "wait_seconds": 3600, "model": model, "execution": execution}
