"""Training, validation and test datasets: what a record may look like, how it is converted, what is wrong with one."""

from finetuning.dataset.check import DatasetCheck, conclude
from finetuning.dataset.conversion import (
    convert,
    messages_to_conversation,
    prompt_completion_to_messages,
)
from finetuning.dataset.findings import Finding
from finetuning.dataset.formats import FORMATS, detect_format
from finetuning.dataset.gate import Gate, Source
from finetuning.dataset.report import DatasetReport, SplitReport, document
from finetuning.dataset.rules import RULES, Rule

__all__ = [
    "FORMATS",
    "RULES",
    "DatasetCheck",
    "DatasetReport",
    "Finding",
    "Gate",
    "Rule",
    "Source",
    "SplitReport",
    "conclude",
    "convert",
    "detect_format",
    "document",
    "messages_to_conversation",
    "prompt_completion_to_messages",
]
