"""What GitHub Actions shows of a check: annotations beside the lines, and a summary of the run."""

import os
import sys
from pathlib import Path

from finetuning.dataset.presentation.annotations import github, markdown_summary
from finetuning.dataset.report import DatasetReport, document
from ops.errors import UnwritableError


def is_actions() -> bool:
    """Whether this runs in a workflow. Source: GitHub Docs, 'Variables reference', GITHUB_ACTIONS."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def announce(report: DatasetReport, epochs: int, *, keep_stdout: bool) -> None:
    """Print annotations, and add the summary to the run's page if there is one.

    Args:
        report: of the dataset.
        epochs: to estimate the billed tokens.
        keep_stdout: whether stdout belongs to a JSON document; the runner reads stderr too.
    """
    out = sys.stderr if keep_stdout else sys.stdout
    for line in github(report):
        out.write(f"{line}\n")
    page = os.environ.get("GITHUB_STEP_SUMMARY")
    if page:
        try:
            with Path(page).open("a", encoding="utf-8") as file:
                file.write(markdown_summary(document(report, epochs=epochs)))
        except OSError as error:
            raise UnwritableError(f"cannot write GITHUB_STEP_SUMMARY, {page}: {error.strerror}") from error
