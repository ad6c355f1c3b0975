"""The files a customization job leaves in its output location.

Layout: Bedrock User Guide, "Analyze the results of a model customization job". Of the two layouts of the validation
file in public sources this is the one with the extra `validation/` folder, so that nobody relies on the other; readers
must match by suffix. Columns: files of a real Claude 3 Haiku job have no perplexity, the User Guide lists one.
"""

import math
from collections.abc import Sequence

from finetuning.base_model import BaseModel
from local.bedrock.learner import Run
from local.bedrock.store import short_id

TRAINING_FILE = "training_artifacts/step_wise_training_metrics.csv"
VALIDATION_FILE = "validation_artifacts/post_fine_tuning_validation/validation/validation_metrics.csv"


def files(run: Run, base_model: BaseModel) -> dict[str, str]:
    """Content of the artifacts by path below the job's folder."""
    with_perplexity = base_model.provider != "Anthropic"
    written = {TRAINING_FILE: _csv("training_loss", run.training, with_perplexity)}
    if run.validation:
        written[VALIDATION_FILE] = _csv("validation_loss", run.validation, with_perplexity)
    return written


def folder(job_arn: str) -> str:
    """Name of a job's folder below the output location."""
    return f"model-customization-job-{short_id(job_arn)}"


def _csv(loss_name: str, rows: Sequence[tuple[int, int, float]], with_perplexity: bool) -> str:
    header = f"step_number,epoch_number,{loss_name}" + (",perplexity" if with_perplexity else "")
    lines = [
        f"{step},{epoch},{loss!r}" + (f",{math.exp(min(loss, 700.0))!r}" if with_perplexity else "")
        for step, epoch, loss in rows
    ]
    return "\n".join([header, *lines, ""])
