"""What the quality gate says of a training, in a line, and where the report of it lies. Pure."""

from finetuning.evaluation.saved import DOCUMENT, REPORT
from finetuning.lifecycle import TrainingGeneration
from finetuning.lifecycle.verdict import in_one_line
from finetuning.run_report.headline import current, headline


def line(generation: TrainingGeneration) -> str:
    """Return the verdict in a few words with its reasons; "" if nobody judges this training."""
    if generation.evaluation is None and generation.verdict is None:
        return ""
    found = headline(generation, current(generation, generation.verdict))
    return ": ".join(part for part in (found.sentence, in_one_line(found.reasons)) if part)


def page_uri(generation: TrainingGeneration) -> str:
    """Return where the evaluation writes its page, beside its document; "" without a verdict on a document."""
    verdict = current(generation, generation.verdict)
    if verdict is None or not verdict.uri.endswith(DOCUMENT):
        return ""
    return f"{verdict.uri.removesuffix(DOCUMENT)}{REPORT}"
