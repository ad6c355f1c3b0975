"""The use cases of fine-tuning, each with the metrics that fit it, and what a judge is told a good answer is.

The four are those of the AWS article on fine-tuning Claude 3 Haiku (July 2024): classification, structured outputs,
industry knowledge, and tools and APIs. Light: a synthesis imports it to check names.
"""

from collections.abc import Mapping
from dataclasses import dataclass

#: Of every use case: what answers take.
RUNNING = ("latency_p50", "latency_p95", "output_tokens", "usd_per_1k_requests", "failed_share")


@dataclass(frozen=True)
class Preset:
    """One use case.

    Attributes:
        title: for people.
        metrics: that say how good the answers are, besides those of `RUNNING`.
        primary: the one by which the worst records are found, and the first of a report.
        columns: metrics of a report's main table.
        rubric: what the judge is told, unless ``evaluation.judge.instructions`` says something else.
    """

    title: str
    metrics: tuple[str, ...]
    primary: str
    columns: tuple[str, ...]
    rubric: str

    def all_metrics(self) -> tuple[str, ...]:
        """Return the names of all metrics of this use case."""
        return (*self.metrics, *RUNNING)


_FOLLOWING = "Judge by the reference alone, not by what you know."

PRESETS: Mapping[str, Preset] = {
    "classification": Preset(
        title="Classification",
        metrics=("accuracy", "macro_f1", "exact_match"),
        primary="accuracy",
        columns=("accuracy", "macro_f1", "latency_p95", "usd_per_1k_requests", "failed_share"),
        rubric=(
            "A good answer is the very label of the reference and nothing else. A label with words around it is worth "
            f"half, another label nothing. {_FOLLOWING}"
        ),
    ),
    "structured_output": Preset(
        title="Structured output",
        metrics=("json_fields", "json_match", "json_valid"),
        primary="json_fields",
        columns=("json_fields", "json_match", "json_valid", "latency_p95", "usd_per_1k_requests", "failed_share"),
        rubric=(
            "A good answer is one JSON document with the reference's fields and values, and no text around it. "
            f"Missing, additional and wrong fields cost what they would cost a program that reads it. {_FOLLOWING}"
        ),
    ),
    "knowledge": Preset(
        title="Industry knowledge",
        metrics=("rouge_l", "token_f1", "exact_match", "answer_length"),
        primary="rouge_l",
        columns=("rouge_l", "token_f1", "latency_p95", "usd_per_1k_requests", "failed_share"),
        rubric=(
            "A good answer says what the reference says, whatever its words: all of its facts, none that contradict "
            "them, and none that nobody asked for. A fluent answer with a wrong fact is a bad one; so is a refusal "
            f"where the reference knows. {_FOLLOWING}"
        ),
    ),
    "tools": Preset(
        title="Tools and APIs",
        metrics=("tool_call_match", "tool_name_match", "json_valid"),
        primary="tool_call_match",
        columns=("tool_call_match", "tool_name_match", "latency_p95", "usd_per_1k_requests", "failed_share"),
        rubric=(
            "A good answer calls the reference's tool with the same arguments, and nothing else; where the reference "
            "calls none, it calls none either. The right tool with a wrong argument is worth little: the call would "
            f"do something else. {_FOLLOWING}"
        ),
    ),
}
