"""Policies may go by the tags of a state machine.

AWS: aws:ResourceTag is a condition key of state machines (Service Authorization Reference, "AWS Step Functions").
MiniStack 1.5.33: keeps the tags, and judges requests as if there were none.
Can go when: `_RESOURCE_TAG_COLLECTORS` has states.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import stepfunctions, tagging

from local.patches import upstream
from local.settings import Settings

_list_tags = upstream.function(stepfunctions, "_list_tags_for_resource", ("data",))


def apply(settings: Settings) -> None:
    """Install the patch."""
    upstream.replace(tagging, "resource_tags", ("arn",), _with_state_machines)


def _with_state_machines(
    original: Callable[[str], Mapping[str, str] | None],
) -> Callable[[str], Mapping[str, str] | None]:
    def resource_tags(arn: str) -> Mapping[str, str] | None:
        return _tags(arn) if ":states:" in arn and ":stateMachine:" in arn else original(arn)

    return resource_tags


def _tags(arn: str) -> Mapping[str, str] | None:
    status, _headers, body = _list_tags({"resourceArn": arn})
    if status != 200:
        return None
    listed: list[dict[str, Any]] = json.loads(body)["tags"]
    return {tag["key"]: tag["value"] for tag in listed}
