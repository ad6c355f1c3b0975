"""Where a model that comes from another environment is configured and pinned, and what is wrong with it."""

from pathlib import Path

import configuration
from tests.unit.configuration.conftest import Context

PATH = "environments.prod.models.faq"
PIN = "environments/prod.faq.json"
COMMAND = (
    "python -m ops promote --from dev --to prod --model faq --approved-by <who approved> "
    "--reference <URL of the pull request or ticket>"
)


def problems(context: Context, folder: Path) -> list[str]:
    """The lines of the message with which a context is refused; none if it is accepted."""
    try:
        configuration.load(context, None, pins_folder=folder)
    except configuration.ConfigurationError as error:
        return [str(problem) for problem in error.problems]
    return []
