"""Waivers: rules that the author of a dataset sets aside, each with a reason that others can judge."""

from collections.abc import Iterator, Mapping

from finetuning.dataset.rules import RULES
from finetuning.errors import FineTuningError
from finetuning.suggestions import did_you_mean

#: Shorter reasons ("ok", "wontfix") give a reader nothing to judge.
SHORTEST_REASON = 10


class WaiverError(FineTuningError, ValueError):
    """Waivers that cannot be granted; the message has one problem per line."""


def check_waivers(waivers: Mapping[str, str]) -> None:
    """Require that every code exists and may be waived, and that every reason says something.

    Args:
        waivers: code → reason.

    Raises:
        WaiverError: any of them cannot be granted; the message names all.
    """
    problems = [problem for code, reason in waivers.items() for problem in waiver_problems(code, reason)]
    if problems:
        raise WaiverError("\n".join(problems))


def waiver_problems(code: str, reason: str) -> Iterator[str]:
    """Yield what is wrong with one waiver."""
    rule = RULES.get(code)
    if rule is None:
        guess = did_you_mean(code, _waivable())
        yield f"waiver {code}: no such rule; {guess or 'waivable are ' + ', '.join(_waivable())}"
    elif not rule.waivable:
        yield f"waiver {code}: {rule.title!r} cannot be waived: {rule.why.rstrip('.')}; {rule.fix}"
    length = len(reason.strip())
    if length < SHORTEST_REASON:
        yield f"waiver {code}: the reason needs at least {SHORTEST_REASON} characters, got {length}; say why"


def _waivable() -> list[str]:
    return [code for code, rule in RULES.items() if rule.waivable]
