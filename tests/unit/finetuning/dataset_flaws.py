"""Small records of each format, and the flaws that are found in one."""

import json

from finetuning import catalog
from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.formats import detect_format, parse_line, read

HAIKU = catalog.find("claude-3-haiku")
NOVA_LITE = catalog.find("nova-lite")
USER = {"role": "user", "content": "Q"}
ASSISTANT = {"role": "assistant", "content": "A"}
ASK = {"role": "user", "content": [{"text": "Q"}]}
TELL = {"role": "assistant", "content": [{"text": "A"}]}
CONVERSATION = "bedrock-conversation-2024"


def parsed(line):
    """Return the object on a line."""
    value = parse_line(line.encode())
    assert not isinstance(value, Flaw), value
    return value


def known_format(each):
    """Return the format of a record that has one."""
    data_format = detect_format(each)
    assert data_format is not None
    return data_format


def flaws_of(record, base_model=None, data_format=None):
    """Return the flaws of a record, read from its line."""
    line = record if isinstance(record, str) else json.dumps(record)
    each = parsed(line)
    conversation, flaws = read(each, data_format or known_format(each), base_model)
    assert (conversation is None) == bool(flaws)
    return flaws


def places(flaws):
    """Return code and path of flaws."""
    return [(flaw.code, flaw.path) for flaw in flaws]
