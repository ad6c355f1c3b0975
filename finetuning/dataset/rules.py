"""Every rule a dataset is held to, in one table.

Codes are stable: they appear in reports, logs and pull requests.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Severity = Literal["error", "warning"]

_PREPARE = "Bedrock User Guide, 'Prepare your training datasets for fine-tuning and continued pre-training'"
_VALIDATOR = "aws-samples/amazon-bedrock-samples, the data validators of custom-models/bedrock-fine-tuning"
_ARTICLE = "AWS Machine Learning Blog, 'Fine-tune Anthropic's Claude 3 Haiku in Amazon Bedrock' (July 2024)"
_PROJECT = "a rule of this project"


@dataclass(frozen=True)
class Rule:
    """One rule: why it exists, what to do about a finding, and who says so."""

    code: str
    title: str
    severity: Severity
    why: str
    fix: str
    source: str


_TABLE = (
    Rule(
        "DS101",
        "line is not UTF-8",
        "error",
        "Bedrock reads dataset files as UTF-8.",
        "save the file as UTF-8",
        _PREPARE,
    ),
    Rule(
        "DS102",
        "line is empty",
        "error",
        "Every line of a JSON Lines file is a record.",
        "remove the empty line",
        _VALIDATOR,
    ),
    Rule(
        "DS103",
        "line is not JSON",
        "error",
        "Bedrock fails the job with 'Data files must conform to JSONL format'.",
        "write each record as one JSON object on one line, not as an array and not pretty-printed",
        _PREPARE,
    ),
    Rule(
        "DS104",
        "line is not a JSON object",
        "error",
        "A record is an object; lists and bare values have no meaning.",
        "write each record as one JSON object on one line",
        _PREPARE,
    ),
    Rule(
        "DS105",
        "record has no known format",
        "error",
        "The keys of a record tell its format.",
        "use prompt and completion, or messages",
        _PREPARE,
    ),
    Rule(
        "DS106",
        "record's format differs from the dataset's",
        "error",
        "A dataset has one format: that of dataset.format, else that of its first record.",
        "convert the record or correct dataset.format",
        _PROJECT,
    ),
    Rule(
        "DS107",
        "format cannot be converted to the base model's",
        "error",
        "Each base model is trained in one format.",
        "choose another base model or another dataset",
        _PROJECT,
    ),
    Rule(
        "DS201",
        "unknown key",
        "error",
        "A misspelt key would be dropped silently.",
        "remove or rename the key",
        _VALIDATOR,
    ),
    Rule("DS202", "missing key", "error", "Without it the record cannot be read.", "add the key", _PREPARE),
    Rule(
        "DS203",
        "wrong type",
        "error",
        "Bedrock accepts one JSON type per key; Claude 3 Haiku takes plain strings, no content blocks.",
        "write the documented type",
        _VALIDATOR,
    ),
    Rule(
        "DS204",
        "empty text",
        "error",
        "A turn without text teaches nothing and may fail the job.",
        "write a text or remove the record",
        _VALIDATOR,
    ),
    Rule(
        "DS205",
        "text holds half a character",
        "error",
        "An unpaired surrogate escape cannot be written as UTF-8.",
        "remove the broken escape sequence",
        "RFC 8259, section 8.2",
    ),
    Rule(
        "DS206",
        "image or video block",
        "error",
        "Media have rules of their own that are not checked here, and an unchecked record can fail a paid job.",
        "use text blocks only",
        _PROJECT,
    ),
    Rule(
        "DS301",
        "unknown role",
        "error",
        "A conversation has two sides; the system prompt stands in a key of its own.",
        "use the roles user and assistant",
        _PREPARE,
    ),
    Rule(
        "DS302",
        "fewer than two messages",
        "error",
        "A record is a question and the answer to learn.",
        "add the missing message",
        _VALIDATOR,
    ),
    Rule(
        "DS303",
        "conversation does not begin with the user",
        "error",
        "The base model was trained on conversations that the user begins.",
        "begin with a user message",
        _VALIDATOR,
    ),
    Rule(
        "DS304",
        "conversation does not end with the assistant",
        "error",
        "The last assistant message is what the model learns to say.",
        "end with an assistant message",
        _ARTICLE,
    ),
    Rule(
        "DS305",
        "roles do not alternate",
        "error",
        "Two messages of one role in a row are refused.",
        "join the two messages or insert the one between them",
        _VALIDATOR,
    ),
    Rule(
        "DS401",
        "reserved string",
        "error",
        "The base model's own conversation marks in a text fail the job.",
        "rephrase the text",
        _VALIDATOR,
    ),
    Rule(
        "DS402",
        "record is probably too long",
        "warning",
        "Bedrock refuses longer records; the tokenizer is not published, so the length is an estimate.",
        "shorten the record",
        _PREPARE,
    ),
    Rule("DS501", "too few records", "error", "Bedrock refuses the job.", "add records", _PREPARE),
    Rule(
        "DS502",
        "too many records",
        "error",
        "Bedrock refuses the job.",
        "remove records, or split them between training and validation",
        _PREPARE,
    ),
    Rule(
        "DS503",
        "too many records in training and validation together",
        "error",
        "Bedrock refuses the job; the sum is a quota of the account.",
        "remove records, or ask Service Quotas for more",
        "AWS General Reference, 'Amazon Bedrock endpoints and quotas'",
    ),
    Rule(
        "DS504",
        "fewer records than advised",
        "warning",
        "The model's provider advises more for a useful result.",
        "add records of the same quality",
        _PREPARE,
    ),
    Rule("DS505", "file too large", "error", "Bedrock refuses the job.", "remove records", _PREPARE),
)

#: All rules by code, in the order of the codes.
RULES = MappingProxyType({rule.code: rule for rule in _TABLE})
