"""Asks before something costs money or goes away."""

import sys

import typer

from ops.errors import OperatorError, UsageError


class DeclinedError(OperatorError):
    """The operator said no."""


def confirm(question: str, *, yes: bool) -> None:
    """Ask on stderr, unless the answer was given with --yes.

    Raises:
        DeclinedError: the answer is no.
        UsageError: nobody is there to answer.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nobody is at the terminal to answer; pass --yes to say yes")
    if not typer.confirm(question, default=False, err=True):
        raise DeclinedError("nothing was changed")
