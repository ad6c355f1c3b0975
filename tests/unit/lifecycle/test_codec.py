"""Records survive being stored, and a reader refuses what it does not know."""

import json
from dataclasses import fields, replace
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetuning.lifecycle import (
    EndpointGeneration,
    EndpointSlot,
    ModelRecord,
    Signal,
    TrainingGeneration,
    TrainingSlot,
)
from finetuning.lifecycle.codec import decode, encode
from finetuning.lifecycle.migrations import UnknownSchemaError
from finetuning.lifecycle.record import SCHEMA_VERSION
from finetuning.lifecycle.verdict import EvaluationWanted, Promoted, Verdict
from tests.unit.lifecycle.records import wanted

TEXT = st.text(max_size=5)
TAGS = st.dictionaries(TEXT, TEXT, max_size=2)
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
#: Epoch seconds, of which JSON keeps every digit.
TIMES = st.floats(0, 2e9)


def any_of(cls: type[Any], **special: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Instances in which every field varies, those with a default included, so that none is forgotten."""
    kinds = {str: TEXT, bool: st.booleans(), int: st.integers(0, 9), float: TIMES, float | None: st.none() | TIMES}
    hints = get_type_hints(cls)
    return st.builds(
        cls, **{f.name: special[f.name] if f.name in special else kinds[hints[f.name]] for f in fields(cls)}
    )


VERDICTS = st.none() | any_of(Verdict, reasons=TEXTS)
TRAININGS = any_of(
    TrainingGeneration,
    settings=TAGS,
    tags=TAGS,
    tagged=st.none() | TAGS,
    evaluation=st.none() | any_of(EvaluationWanted, settings=TAGS),
    curve=VERDICTS,
    verdict=VERDICTS,
    promoted=st.none() | any_of(Promoted),
)
ENDPOINTS = any_of(EndpointGeneration, tags=TAGS, tagged=st.none() | TAGS, alarms=TEXTS)
RECORDS = any_of(
    ModelRecord,
    notified=TEXTS,
    training=any_of(TrainingSlot, handled=TEXTS, generations=st.lists(TRAININGS, max_size=2).map(tuple)),
    endpoint=any_of(
        EndpointSlot,
        handled=TEXTS,
        approvals=TAGS,
        generations=st.lists(ENDPOINTS, max_size=2).map(tuple),
        signal=st.none() | any_of(Signal),
    ),
)


@given(RECORDS)
def test_decoded_record_equals_the_encoded_one(record: ModelRecord) -> None:
    """Whatever the values of every field, and with the version that the store keeps beside it."""
    assert decode(encode(record), version=record.version) == record


def test_equal_records_are_equal_texts() -> None:
    """The order in which tags were given does not show."""
    generation = wanted().training.generations[0]
    forwards = wanted().with_training(replace(generation, tags={"a": "1", "b": "2"}))
    backwards = wanted().with_training(replace(generation, tags={"b": "2", "a": "1"}))
    assert encode(forwards) == encode(backwards)


def test_version_is_not_in_the_document() -> None:
    """The store compares it, so there is one truth about it."""
    assert "version" not in json.loads(encode(wanted()))


def test_newer_schema_is_refused() -> None:
    """A rolled back deployment must not drop what it does not understand."""
    document = {**json.loads(encode(wanted())), "schema": SCHEMA_VERSION + 1}
    with pytest.raises(UnknownSchemaError, match="registry record has schema 5, this code reads up to 4"):
        decode(json.dumps(document), version=1)


def test_fields_of_another_version_of_the_code_are_passed_over() -> None:
    """Within one schema fields may come and go, at every level."""
    record = wanted(signal=Signal("stack", "Wait1"))
    document = json.loads(encode(record))
    training, endpoint = document["training"], document["endpoint"]
    places = [document, training, endpoint, training["generations"][0], endpoint["generations"][0], endpoint["signal"]]
    for place in places:
        place["added_later"] = 1
    assert decode(json.dumps(document), version=0) == record


def test_field_that_the_writer_did_not_have_takes_its_default() -> None:
    """Records that were written before a field existed can be read."""
    document = json.loads(encode(wanted()))
    del document["training"]["generations"][0]["condemned"]
    assert decode(json.dumps(document), version=0) == wanted()


def test_number_that_json_does_not_have_is_refused() -> None:
    """Another reader would not understand it."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode(replace(wanted(), looked_at=float("nan")))
