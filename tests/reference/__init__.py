"""A second, independent checker of dataset files: slow, small, and written from the documents only.

It shares no code with `finetuning.dataset`, not even its numbers, so that a mistake in one is a difference between the
two. It says nothing about messages, only codes and places. Where the documents leave open which of several findings a
line gets, it says so (`Verdict.open_lines`) and only acceptance is compared.
"""

from tests.reference.checker import check
from tests.reference.verdict import Verdict

__all__ = ["Verdict", "check"]
