"""Records that show images and videos, and what is found in them."""

import json
from typing import Final

from finetuning import catalog
from finetuning.dataset.conversation import text_flaws
from finetuning.dataset.findings import Flaw
from finetuning.dataset.reading.formats import parse_line, read

CONVERSATION: Final = "bedrock-conversation-2024"
NOVA_LITE = catalog.find("nova-lite")
LLAMA_11B = catalog.find("llama-3.2-11b")
URI = "s3://pets/cats/cat_1-a.png"
FIRST = "messages[0].content[1]"


def media(kind="image", media_format="png", uri=URI, **location):
    """Return a block that shows an image or a video."""
    return {kind: {"format": media_format, "source": {"s3Location": {"uri": uri} | location}}}


def record(*blocks, answer=(), system=None):
    """Return a record whose user shows these blocks after a text."""
    return {
        "schemaVersion": CONVERSATION,
        **({} if system is None else {"system": system}),
        "messages": [
            {"role": "user", "content": [{"text": "What is this?"}, *blocks]},
            {"role": "assistant", "content": [{"text": "A cat."}, *answer]},
        ],
    }


def parsed(each):
    """Return a record as it is read from its line."""
    value = parse_line(json.dumps(each).encode())
    assert not isinstance(value, Flaw)
    return value


def found(each, base_model=NOVA_LITE):
    """Return code, path and message of all flaws of a record."""
    conversation, flaws = read(parsed(each), CONVERSATION, base_model)
    if conversation is not None:
        flaws = list(text_flaws(conversation, base_model))
    return [(flaw.code, flaw.path, flaw.message) for flaw in flaws]


def places(each, base_model=NOVA_LITE):
    """Return code and path of all flaws of a record."""
    return [(code, path) for code, path, _ in found(each, base_model)]


GOOD_URIS = ["s3://abc/a", "s3://a.b-c.1/x/y_z-0.PNG", f"s3://{'a' * 63}/k", f"s3://abc/{'k' * 1024}", "s3://1bc//a"]
