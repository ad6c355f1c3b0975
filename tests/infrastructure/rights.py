"""What a statement of a role's policy is about."""

import json

from tests.infrastructure.template import Statement

STACKS = ("Foundation", "Control", "Model-faq")


def is_held(statement: Statement) -> bool:
    """Whether it is about models of other environments, by this one's hold on them."""
    return "finetuning:hold-" in json.dumps(statement.get("Condition", {}))


def kind(resource: str) -> str:
    return resource.split(":", 5)[5].split("/")[0]
