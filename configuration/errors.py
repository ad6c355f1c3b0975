"""The one error that a configuration can cause."""

from collections.abc import Sequence

from finetuning.errors import FineTuningError
from finetuning.problems import Problem


class ConfigurationError(FineTuningError):
    """A configuration that cannot be deployed; the message has one problem per line, and all of them.

    Attributes:
        problems: what is wrong, in the order of the configuration.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Say how many problems there are and list them."""
        self.problems = tuple(problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__("\n".join([f"the configuration has {count}:", *(f"  {problem}" for problem in self.problems)]))
