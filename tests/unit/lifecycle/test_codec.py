"""Records survive being stored, and a reader refuses what it does not know."""

import json
from dataclasses import replace

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
from finetuning.lifecycle.codec import UnknownSchemaError, decode, encode
from tests.unit.lifecycle.records import wanted

TEXT = st.text(max_size=5)
TAGS = st.dictionaries(TEXT, TEXT, max_size=2)
TRAININGS = st.builds(TrainingGeneration, settings=TAGS, tags=TAGS)
ENDPOINTS = st.builds(EndpointGeneration, tags=TAGS)
RECORDS = st.builds(
    ModelRecord,
    version=st.integers(0, 9),
    training=st.builds(TrainingSlot, generations=st.lists(TRAININGS, max_size=2).map(tuple)),
    endpoint=st.builds(
        EndpointSlot, generations=st.lists(ENDPOINTS, max_size=2).map(tuple), signal=st.none() | st.builds(Signal)
    ),
)


@given(RECORDS)
def test_decoded_record_equals_the_encoded_one(record: ModelRecord) -> None:
    """Whatever the values, and with the version that the store keeps beside it."""
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
    document = {**json.loads(encode(wanted())), "schema": 2}
    with pytest.raises(UnknownSchemaError, match="registry record has schema 2, this code reads 1"):
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
