"""What to do next, by how it stands with the model."""

from collections.abc import Iterator

from finetuning.lifecycle.record import ModelRecord, TrainingGeneration
from finetuning.run_report.headline import current
from finetuning.run_report.model import Headline, Step


def advice(record: ModelRecord, generation: TrainingGeneration, headline: Headline) -> tuple[Step, ...]:
    """Return what to do next, with the commands."""
    return tuple(_steps(f"--env {record.environment} --model {record.model}", record, generation, headline))


def _steps(where: str, record: ModelRecord, generation: TrainingGeneration, headline: Headline) -> Iterator[Step]:
    if headline.tone == "good":
        yield Step("Ask it yourself, beside the base model.", f'python -m ops ask "…" {where}')
        if generation.manifest or generation.promoted:
            command = f"python -m ops promote --from {record.environment} --model {record.model}"
            yield Step("Propose it to the next environment: a pull request pins its manifest.", command)
    elif headline.tone == "neutral":
        yield Step("See what it waits for.", f"python -m ops status {where}")
    elif generation.status in ("Failed", "Stopped"):
        yield Step("Read what happened.", f"python -m ops logs --env {record.environment}")
        yield Step("When the cause is mended, try the same training again.", f"python -m ops retry {where}")
    else:
        yield from _worse(where, generation)


def _worse(where: str, generation: TrainingGeneration) -> Iterator[Step]:
    curve = current(generation, generation.curve)
    if curve is not None and not curve.passed:
        yield Step(
            "Losses that rise or do not fall: try a lower learning rate, fewer epochs, or more and cleaner data; "
            "then deploy again."
        )
    else:
        yield Step("Look at the worst records: correct what is wrong in the data, add what is missing, deploy again.")
    yield Step("Check the data before a job is paid for.", f"python -m ops data validate {where}")
    yield Step("If the gate asks for the wrong thing, change it: saved answers are judged again, without an endpoint.")
