"""What CloudFormation calls to create, read, update and delete each type of resource that the stacks have.

``execution_actions.json`` says it. Source: the `handlers` of the type's schema in the CloudFormation registry, without
what only properties need that the stacks do not set. So the properties stand beside the actions: one more of them may
need one action more, and a test compares both with the templates. Wait conditions are CloudFormation's own.

Nobody has deployed to a real account with these actions yet; the schemas are known to forget some.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Handled:
    """One type of resource.

    Attributes:
        properties: that the stacks set.
        actions: by what they are allowed on, which `execution_policies` says.
    """

    properties: Sequence[str]
    actions: Mapping[str, Sequence[str]]


#: What a custom resource needs is its function, which CloudFormation invokes as itself.
CUSTOM_RESOURCE = Handled((), {"function": ["lambda:InvokeFunction"]})


@cache
def types() -> Mapping[str, Handled]:
    """Return what each type needs."""
    document = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return {type_: Handled(**handled) for type_, handled in document.items()}
