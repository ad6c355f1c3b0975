"""What options say, parsed: waivers, formats, base models. What is misspelt is guessed."""

from collections.abc import Sequence
from typing import get_args

from finetuning import catalog
from finetuning.base_model import BaseModel, CustomizationType
from finetuning.dataset.reading.formats import FORMATS
from finetuning.suggestions import did_you_mean
from ops.errors import UsageError


def parse_waivers(given: Sequence[str]) -> dict[str, str]:
    """Return code → reason of `DS606=the long ones are meant`; the gate judges codes and reasons.

    Raises:
        UsageError: with all that are not of this form, or given twice.
    """
    waivers: dict[str, str] = {}
    problems = []
    for each in given:
        code, separator, reason = each.partition("=")
        code = code.strip().upper()
        if not separator:
            problems.append(f'--waive: must be CODE="reason", such as DS606="long answers are meant", got {each!r}')
        elif code in waivers:
            problems.append(f"--waive: {code} is waived twice; give it one reason")
        waivers[code] = reason.strip()
    if problems:
        raise UsageError("\n".join(problems))
    return waivers


def known_format(name: str | None, option: str = "--format") -> None:
    """Refuse a format that does not exist.

    Raises:
        UsageError: the known ones are listed.
    """
    if name is not None and name not in FORMATS:
        guess = did_you_mean(name, FORMATS) or "choose one of them"
        raise UsageError(f"{option}: unknown format {name!r}; known: {', '.join(FORMATS)}; {guess}")


def known_customization_type(name: str | None) -> None:
    """Refuse a customization type that does not exist.

    Raises:
        UsageError: the known ones are listed.
    """
    known = get_args(CustomizationType)
    if name is not None and name not in known:
        guess = did_you_mean(name, known) or "choose one of them"
        raise UsageError(f"--customization-type: unknown type {name!r}; known: {', '.join(known)}; {guess}")


def find_base_model(identifier: str) -> BaseModel:
    """Return a base model of the catalog.

    Raises:
        UsageError: the catalog does not have it; the known ones are listed.
    """
    try:
        return catalog.find(identifier)
    except catalog.UnknownBaseModelError as error:
        raise UsageError(f"--base-model: {error}") from error
