"""A custom resource provider that does what its resource's `Script` property says, and writes down what it was sent."""

import json
from pathlib import Path
from typing import Any

SOURCE = """
import json, urllib.request

def handler(event, context):
    properties = event["ResourceProperties"]
    with open(properties["Journal"], "a") as journal:
        journal.write(json.dumps(event) + "\\n")
    act = json.loads(properties["Script"]).get(event["RequestType"], {})
    if "raise" in act:
        raise KeyError(act["raise"])
    body = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body |= {"Status": "SUCCESS", "PhysicalResourceId": properties["Id"], **act.get("response", {})}
    body = {name: value for name, value in body.items() if value is not None}
    content = json.dumps(body).encode()
    if "pad_to" in act:
        content = json.dumps({**body, "Reason": "x" * (act["pad_to"] - len(content) - len(', "Reason": ""'))}).encode()
    request = urllib.request.Request(event["ResponseURL"], content, {"Content-Type": ""}, method="PUT")
    urllib.request.urlopen(request)
"""


def resource(
    function: str, journal: Path, identity: str = "thing", script: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A custom resource that journals its requests and follows a script by request type."""
    return {
        "Type": "Custom::Scripted",
        "Properties": {
            "ServiceToken": function,
            "ServiceTimeout": 60,
            "Journal": str(journal),
            "Id": identity,
            "Script": json.dumps(script or {}),
        },
    }
