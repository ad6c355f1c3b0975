"""The JSON Schema of ``cdk.json``, by which editors complete and check it: ``python -m configuration.schema``.

Generated from the sections and the catalog. It says what a field may be; what fits together, `configuration.load` says.
"""

import json
from collections.abc import Mapping
from typing import Any

from configuration.choice import LOCAL
from configuration.models import EnvironmentConfiguration, ModelConfiguration
from configuration.sections.delivery import DeliveryConfiguration
from finetuning import catalog, names

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: What pydantic writes as it stands beside a validator, in the words of JSON Schema; None for what those cannot say.
_KEYWORDS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "allow_inf_nan": None,
    "title": None,
}
_Schema = dict[str, Any]


def document() -> _Schema:
    """Return the schema of the whole file."""
    definitions: _Schema = {}
    for section in (EnvironmentConfiguration, ModelConfiguration, DeliveryConfiguration):
        schema = section.model_json_schema(mode="validation")
        definitions |= schema.pop("$defs", {}) | {section.__name__: schema}
    definitions = {name: _tidied(schema) for name, schema in sorted(definitions.items())}
    definitions |= _environments(definitions.pop("EnvironmentConfiguration"))
    definitions["BaseModel"] = _base_model()
    definitions["TrainingConfiguration"]["properties"] |= {
        "base_model": {"$ref": "#/$defs/BaseModel", **_described(definitions["TrainingConfiguration"], "base_model")},
        "hyperparameters": _hyperparameters(definitions["TrainingConfiguration"]),
    }
    return {"$schema": DIALECT, **_file(), "$defs": dict(sorted(definitions.items()))}


def text() -> str:
    """Return the schema as it stands in the repository."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _file() -> _Schema:
    environments = {
        "type": "object",
        "description": "What is deployed, by environment; the key is the environment's name.",
        "minProperties": 1,
        "propertyNames": {"pattern": _whole(names.ENVIRONMENT.pattern)},
        "properties": {LOCAL: {"$ref": "#/$defs/LocalEnvironment"}},
        "additionalProperties": {"$ref": "#/$defs/Environment"},
    }
    project = {
        "type": "string",
        "description": "Beginning of the names of everything that is created: 1 to 16 characters.",
        "pattern": _whole(names.PROJECT.pattern),
    }
    context = {
        "type": "object",
        "description": "Also holds the CDK's own feature flags.",
        "required": ["project", "environments"],
        "properties": {
            "project": project,
            "environments": environments,
            "delivery": {"$ref": "#/$defs/DeliveryConfiguration"},
        },
    }
    return {"type": "object", "required": ["context"], "properties": {"context": context}}


def _environments(schema: _Schema) -> _Schema:
    """Return an environment, and `local`, which may leave its Region out and has a day of its own."""
    properties: _Schema = dict(schema["properties"])
    del properties["name"]
    required = [name for name in schema["required"] if name != "name"]
    properties["models"] = {
        "type": "object",
        "description": "The use cases; the key is the model's name.",
        "propertyNames": {"pattern": _whole(names.MODEL.pattern)},
        "additionalProperties": {"$ref": "#/$defs/ModelConfiguration"},
    }
    properties["prices"] = properties["prices"] | {"propertyNames": {"$ref": "#/$defs/BaseModel"}}
    real = {name: value for name, value in properties.items() if name != "catalog_date"}
    at_home = [name for name in required if name != "region"]
    return {
        "Environment": schema | {"properties": real, "required": required},
        "LocalEnvironment": schema | {"properties": properties, "required": at_home},
    }


def _base_model() -> _Schema:
    """Return what names a base model: a name of the catalog, an ARN, or the id of an inference profile."""
    arn = r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:[0-9]{0,12}:(custom-model|foundation-model|inference-profile)/.+"
    profile = r"(us-gov|[a-z]{2,6})\.[a-z]+\..+"
    return {"anyOf": [{"enum": _identifiers()}, {"type": "string", "pattern": f"^({arn}|{profile})$"}]}


def _identifiers() -> list[str]:
    """Return every name of every base model, the canonical ones first."""
    canonical = [model.customization_id for model in catalog.base_models()]
    others = [name for model in catalog.base_models() for name in _other_names(model)]
    return list(dict.fromkeys([*canonical, *others]))


def _other_names(model: catalog.BaseModel) -> tuple[str, ...]:
    return (model.inference_id, *model.context_variants, *model.aliases)


def _hyperparameters(training: _Schema) -> _Schema:
    """Return the names that an editor can offer; each base model has its own ranges."""
    known: dict[str, list[str]] = {}
    for model in catalog.base_models():
        for name, parameter in model.hyperparameters.items():
            known.setdefault(name, []).append(f"{model.name}: {parameter.minimum}–{parameter.maximum}")
    properties = {
        name: {"type": ["number", "string"], "description": "; ".join(ranges)} for name, ranges in known.items()
    }
    return {"type": "object", "properties": properties, **_described(training, "hyperparameters")}


def _described(section: _Schema, field: str) -> _Schema:
    return {"description": section["properties"][field]["description"]}


def _tidied(schema: Any) -> Any:
    """Return a schema in standard keywords, and without the null with which Python says that a field is absent."""
    if isinstance(schema, list):
        return [_tidied(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    tidy = {
        keyword: {name: _tidied(part) for name, part in value.items()} if keyword == "properties" else _tidied(value)
        for key, value in schema.items()
        if (keyword := _KEYWORDS.get(key, key)) and not (key == "default" and (value is None or value == {}))
    }
    if "patternProperties" in tidy:
        tidy["additionalProperties"] = False
    if isinstance(tidy.get("default"), Mapping):
        del tidy["default"]  # a section of defaults, which its fields tell one by one
    if isinstance(description := tidy.get("description"), str):
        tidy["description"] = " ".join(description.split())
    return _present(tidy)


def _present(schema: _Schema) -> _Schema:
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    if not options:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**options[0], **rest} if len(options) == 1 else {"anyOf": options, **rest}


def _whole(pattern: str) -> str:
    """Return a pattern that matches the whole of a text, in the words of ECMA-262."""
    return rf"^{pattern}$".replace(r"\Z", "$")


if __name__ == "__main__":
    print(text(), end="")
