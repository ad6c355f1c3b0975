"""Rules for the JSON Schema that answers must fit: it is there, it is one, and it is used."""

import json
from collections.abc import Iterator
from typing import Any

from configuration.dataset_files import local_file
from configuration.models import EvaluationConfiguration, GateConfiguration
from finetuning.evaluation.metrics.registry import SCHEMA_METRIC
from finetuning.problems import Problem

#: The schema travels in the properties of a custom resource, of which a template may hold a megabyte.
#: Source: CloudFormation User Guide, 'Understand CloudFormation quotas', template body size in an S3 object.
MOST_BYTES = 64 * 1024


def problems(evaluation: EvaluationConfiguration, gate: GateConfiguration, path: str) -> Iterator[Problem]:
    """Yield what is wrong with an evaluation's JSON Schema, at the evaluation's dotted path."""
    named = [*evaluation.metrics, *gate.thresholds, *gate.no_regression]
    if evaluation.json_schema is None:
        if SCHEMA_METRIC in named:
            yield Problem(
                f"{path}.json_schema",
                f"is required by the metric {SCHEMA_METRIC!r}",
                "give the path of a JSON Schema in the repository, or leave the metric out",
            )
        return
    if not evaluation.json_schema:
        return  # another problem names it
    where, file = f"{path}.json_schema", local_file(evaluation.json_schema)
    if not file.is_file():
        yield Problem(where, f"there is no file {evaluation.json_schema!r} ({file})", "correct the path")
        return
    if (size := file.stat().st_size) > MOST_BYTES:
        yield Problem(where, f"may have {MOST_BYTES // 1024} KiB, {evaluation.json_schema!r} has {size / 1024:.0f} KiB")
        return
    try:
        schema = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        yield Problem(where, f"{evaluation.json_schema!r} is not JSON: {error}", "correct the file")
        return
    yield from _schema_problems(schema, evaluation.json_schema, where)


def _schema_problems(schema: Any, name: str, path: str) -> Iterator[Problem]:
    from jsonschema import SchemaError
    from jsonschema.validators import validator_for

    if not isinstance(schema, dict):
        yield Problem(path, f"{name!r} must hold a JSON object, got {type(schema).__name__}", "correct the file")
        return
    try:
        validator_for(schema).check_schema(schema)
    except SchemaError as error:
        at = "/".join(map(str, error.absolute_path)) or "its root"
        yield Problem(path, f"{name!r} is no JSON Schema: at {at}: {error.message}", "correct the file")
