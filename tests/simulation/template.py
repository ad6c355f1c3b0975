"""What a stack is told: templates of custom resources, their order, and the values that they take from each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Properties = Mapping[str, Any]
Template = Mapping[str, Properties]


class MissingAttributeError(Exception):
    """A resource asks for an attribute that another one did not answer with (fault A14)."""


@dataclass(frozen=True)
class GetAtt:
    """`Fn::GetAtt`: an attribute of another resource of the stack, which is therefore made before."""

    logical_id: str
    attribute: str


@dataclass(frozen=True)
class Kind:
    """A resource type.

    Attributes:
        function: the Lambda function behind a custom resource; "" for what CloudFormation makes itself.
        service_timeout: seconds that CloudFormation waits for the answer.
        outputs: attributes that outputs of the stack read, as `stacks/model_stack.py` has them.
        after: logical ids that it depends on without taking a value from them.
    """

    function: str = ""
    service_timeout: float = 3600.0
    outputs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


#: By the beginning of the logical id. `Other` stands for anything else that a stack may hold; `Wait…` is a wait
#: condition, whose logical id tells what it waits for.
KINDS: Mapping[str, Kind] = {
    "Dataset": Kind("training_dataset", 900.0, ("ReportUri",)),
    "Job": Kind("customization_job", 600.0, ("JobName", "Generation")),
    "Promoted": Kind("promoted_model", 600.0, ("Generation",)),
    "Endpoint": Kind("model_endpoint", 600.0, ("PointerParameter",), after=("Job", "Promoted")),
    "Guard": Kind("guard", 900.0),
    "Wait": Kind(service_timeout=43_200.0, after=("Endpoint",)),
    "Other": Kind(),
}


def kind_of(logical_id: str) -> Kind:
    """The resource type of a logical id."""
    return next(kind for beginning, kind in KINDS.items() if logical_id.startswith(beginning))


def dependencies(template: Template) -> dict[str, set[str]]:
    """For each resource, those that are made before it and deleted after it."""
    return {
        logical_id: {reference.logical_id for reference in _references(properties)}
        | {name for name in kind_of(logical_id).after if name in template}
        for logical_id, properties in template.items()
    }


def reversed_dependencies(waits_for: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The same, in the order of deletion."""
    return {name: {other for other, before in waits_for.items() if name in before} for name in waits_for}


def resolved(value: Any, attributes: Mapping[str, Mapping[str, str]]) -> Any:
    """Properties as they are sent: attributes filled in and every scalar a string (fault A25).

    Raises:
        MissingAttributeError: the other resource did not answer with the attribute.
    """
    if isinstance(value, GetAtt):
        if value.attribute not in attributes.get(value.logical_id, {}):
            raise MissingAttributeError(f"{value.logical_id} has no attribute {value.attribute}")
        return attributes[value.logical_id][value.attribute]
    if isinstance(value, Mapping):
        return {str(name): resolved(item, attributes) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(item, attributes) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _references(value: Any) -> Iterator[GetAtt]:
    if isinstance(value, GetAtt):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _references(item)
