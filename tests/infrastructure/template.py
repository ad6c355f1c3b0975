"""Looks into templates: references, statements and what a resource depends on."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Statement = dict[str, Any]


def as_list(value: Any) -> list[Any]:
    """CloudFormation and IAM write one element without its list."""
    return value if isinstance(value, list) else [value]


def text_of(value: Any) -> str:
    """A resource as text, whatever functions of CloudFormation make it."""
    if isinstance(value, str):
        return value
    if "Fn::Join" in value:
        return "".join(text_of(part) for part in value["Fn::Join"][1])
    return {"AWS::Partition": "aws"}.get(value.get("Ref", ""), json.dumps(value))


def references(value: Any) -> Iterator[str]:
    """The logical ids that a value refers to."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "Ref":
                yield inner
            elif key == "Fn::GetAtt":
                yield inner[0] if isinstance(inner, list) else inner.split(".")[0]
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def dependencies(template: Mapping[str, Any]) -> dict[str, set[str]]:
    """The resources of the same template that each resource needs first."""
    every = template["Resources"]
    return {
        logical_id: {
            *(found for found in references(resource.get("Properties", {})) if found in every),
            *as_list(resource.get("DependsOn", [])),
        }
        for logical_id, resource in every.items()
    }


def closure(logical_id: str, needs: Mapping[str, set[str]]) -> set[str]:
    """Everything that a resource needs, directly or not."""
    found: set[str] = set()
    waiting = [logical_id]
    while waiting:
        for needed in needs[waiting.pop()] - found:
            found.add(needed)
            waiting.append(needed)
    return found


IDENTITY_POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")


def statements(resources: Mapping[str, Mapping[str, Any]], *types: str) -> Iterator[tuple[str, Statement]]:
    """The statements of identity policies, of all types or these, with the logical id of the role that has them."""
    for resource in resources.values():
        if resource["Type"] not in (types or IDENTITY_POLICIES):
            continue
        properties = resource["Properties"]
        for role in properties.get("Roles", []):
            # By the name that it ends with, a role of another stack is cut out of its ARN.
            name = role.get("Ref") or role.get("Fn::ImportValue") or str(role)
            for statement in properties["PolicyDocument"]["Statement"]:
                yield name, statement


def actions_of(resources: Mapping[str, Mapping[str, Any]], role: str) -> set[str]:
    """All actions of the role whose logical id begins like this."""
    return {
        action
        for name, statement in statements(resources)
        if name.startswith(role)
        for action in as_list(statement["Action"])
    }


def statement_with(resources: Mapping[str, Mapping[str, Any]], role: str, action: str) -> list[Statement]:
    """The statements of a role that allow an action."""
    return [
        statement
        for name, statement in statements(resources)
        if name.startswith(role) and action in as_list(statement["Action"])
    ]
