"""From the documents of earlier releases to today's: one step per schema, never changed once released.

The registry outlives deployments of the code, and a model may not be deployed for months: a record is migrated when
it is read, and written in the new form when it next changes.
"""

from collections.abc import Callable, Mapping
from typing import Any

from finetuning.errors import FineTuningError
from finetuning.lifecycle.record import SCHEMA_VERSION

Document = dict[str, Any]


class UnknownSchemaError(FineTuningError):
    """The stored record was written by a newer version of this project."""


def migrated(document: Document) -> Document:
    """The document in the schema of this code.

    Raises:
        UnknownSchemaError: its schema is newer, or none that was ever written.
    """
    schema: Any = document.get("schema")
    while schema != SCHEMA_VERSION:
        step = _STEPS.get(schema)
        if step is None:
            raise UnknownSchemaError(
                f"registry record has schema {schema!r}, this code reads up to {SCHEMA_VERSION}: deploy the version "
                "that wrote it"
            )
        schema += 1
        document = step(document) | {"schema": schema}
    return document


def _from_1(document: Document) -> Document:
    """The execution in charge was computed, and how many models are kept belonged to the slot."""
    training = document["training"]
    keep_previous = training.get("keep_previous", 1)
    generations = [{**generation, "keep_previous": keep_previous} for generation in training["generations"]]
    in_charge = f"{document['model']}-{training['current_id'] or 'none'}-{document['driver_attempt']}"
    return document | {"in_charge": in_charge, "training": {**training, "generations": generations}}


def _from_2(document: Document) -> Document:
    """Every model that was there went into service by itself: nobody had to approve one."""
    training = document["training"]
    generations = [
        {**generation, "approved_by": "automatic" if generation.get("status") == "Completed" else ""}
        for generation in training["generations"]
    ]
    return document | {"training": {**training, "generations": generations}}


def _from_3(document: Document) -> Document:
    """Nothing had to be judged. What was approved, by somebody or by nobody, had gone into service or was about to."""
    training = document["training"]
    generations = [
        {**generation, "served": bool(generation.get("approved_by"))} for generation in training["generations"]
    ]
    return document | {"training": {**training, "generations": generations}}


_STEPS: Mapping[int, Callable[[Document], Document]] = {1: _from_1, 2: _from_2, 3: _from_3}
