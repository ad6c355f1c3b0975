"""The gate agrees with the independent reference on every file, and no file breaks it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.comparison import differences, gated
from tests.reference.facts import FACTS
from tests.reference.files import files, lines
from tests.reference.generation import FORMATS, records
from tests.reference.spelling import spellings

base_models = st.sampled_from(sorted(FACTS))
splits = st.sampled_from(["training", "validation", "test"])
formats = st.sampled_from([None, None, *FORMATS])
system_prompts = st.sampled_from([None, None, "", "Be brief.", " ", "é User: \nHuman:"])
slowly = settings(suppress_health_check=list(HealthCheck), max_examples=300)


@slowly
@given(files(), base_models, splits, formats, system_prompts)
def test_gate_and_reference_find_and_write_the_same(data, base_model, split, source_format, system_prompt):
    """Findings by code, line and path, and the written bytes, for files of any kind."""
    found = differences(data, base_model, split, source_format, system_prompt)
    assert not found, found


@slowly
@given(st.sampled_from(FORMATS).flatmap(lambda name: st.tuples(lines(name), st.just(name))), base_models)
def test_gate_and_reference_agree_on_a_line_whatever_came_before(line_and_format, base_model):
    """The same line twice, of a stated format: there is no way of reading for the first line only."""
    line, data_format = line_and_format
    found = differences(line + b"\n" + line, base_model, "test", data_format)
    assert not found, found


@slowly
@given(st.binary(max_size=60), base_models)
def test_no_bytes_break_the_gate(data, base_model):
    """Bytes without any structure."""
    assert differences(data, base_model, "test") == []


@slowly
@given(st.sampled_from(FORMATS).flatmap(records), base_models, st.data())
def test_spelling_does_not_change_what_is_written(record, base_model, data):
    """One record, two spellings: the same findings and the same bytes."""
    both = b"\n".join(data.draw(spellings(record)).encode() for _ in range(2))
    assert differences(both, base_model, "test") == []
    written = gated(both, base_model, "test")[1].splitlines()
    assert len(set(written)) == min(len(written), 1)


@pytest.mark.parametrize("base_model", sorted(FACTS))
def test_every_base_model_of_the_reference_is_in_the_catalog(base_model):
    """An empty file is too few records for all of them."""
    assert differences(b"", base_model, "training") == []
