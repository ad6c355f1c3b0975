"""Limits that AWS does not document are not made up: a dataset is held to what is known."""

import json

import pytest

from finetuning import catalog
from finetuning.dataset.check import DatasetCheck

NOVA_LITE, NOVA_2_LITE = catalog.find("nova-lite"), catalog.find("nova-2-lite")


def counts(record, base_model, separators, system_prompt):
    """Return how often each rule found something in a file of one record."""
    check = DatasetCheck(base_model, "test", system_prompt=system_prompt)
    check.feed(json.dumps(record, separators=separators).encode() + b"\n")
    return dict(check.finish().counts)


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (",  ", ":  ")], ids=["compact", "usual", "wide"])
@pytest.mark.parametrize("system_prompt", [None, "Be brief."], ids=["without", "with"])
@pytest.mark.parametrize(("text", "code"), [("a " * 40_000, "DS403"), ("abcdefghijklmno " * 11_000, "DS402")])
def test_record_of_any_length_is_taken_where_no_limit_is_documented(text, code, separators, system_prompt):
    """The same record is too long for Nova Lite, whichever lane reads it."""
    messages = [{"role": "user", "content": [{"text": text}]}, {"role": "assistant", "content": [{"text": "b"}]}]
    record = {"schemaVersion": "bedrock-conversation-2024", "messages": messages}
    assert counts(record, NOVA_LITE, separators, system_prompt) == {code: 1}
    assert counts(record, NOVA_2_LITE, separators, system_prompt) == {}
