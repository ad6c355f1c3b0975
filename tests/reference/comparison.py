"""The gate against the reference, on one file."""

import io
from collections import Counter

from finetuning import catalog
from finetuning.dataset.gate import Gate
from finetuning.dataset.rules import RULES
from tests.reference.checker import check
from tests.reference.verdict import Loose, Place

#: What the reference does not judge: estimates.
ESTIMATES = {"DS402"}


def gated(
    data: bytes, base_model: str, split: str, source_format: str | None = None, system_prompt: str | None = None
) -> tuple[list[Place], bytes]:
    """Return the gate's findings by the rules of single records, and what it wrote."""
    gate = Gate(catalog.find(base_model), source_format=source_format, system_prompt=system_prompt, inspections=())
    written = b"".join(gate.check(split, io.BytesIO(data)))
    findings = gate.report().splits[0].findings
    return [(each.code, each.line, each.path) for each in findings if each.code not in ESTIMATES], written


def differences(
    data: bytes, base_model: str, split: str, source_format: str | None = None, system_prompt: str | None = None
) -> list[str]:
    """Return where gate and reference differ on a file; empty if they agree."""
    verdict = check(data, base_model, split, source_format, system_prompt)
    found, written = gated(data, base_model, split, source_format, system_prompt)
    named_whole = [place for place in found if place[0] == "DS109"]
    if named_whole or verdict.whole_file == "yes":
        wrong = [] if verdict.whole_file != "no" and len(named_whole) == 1 else [f"DS109: {verdict.whole_file} {found}"]
        return wrong + ([f"written although DS109: {written!r}"] if written and verdict.whole_file == "yes" else [])
    wrong = [message for line, loose in verdict.loose.items() for message in _loose_differences(line, loose, found)]
    expected = Counter(place for place in verdict.findings if place[1] not in verdict.loose)
    got_places = Counter(place for place in found if place[1] not in verdict.loose)
    wrong += [f"missing {place}" for place in (expected - got_places).elements()]
    wrong += [f"unexpected {place}" for place in (got_places - expected).elements()]
    if written != b"".join(verdict.converted):
        wrong.append(f"written {written!r} instead of {b''.join(verdict.converted)!r}")
    return wrong


def _loose_differences(line: int, loose: Loose, found: list[Place]) -> list[str]:
    got = Counter((code, path) for code, at, path in found if at == line and RULES[code].severity == "error")
    missing = Counter(loose.places) - got
    codes = {code for code, _ in got}
    unexpected = codes - loose.any_of - loose.further - {code for code, _ in loose.places}
    wrong = [f"line {line}: missing {place}" for place in missing.elements()]
    if not got or (loose.any_of and not loose.places and not codes & loose.any_of) or unexpected:
        wrong.append(f"line {line}: some of {sorted(loose.any_of)} expected, got {sorted(codes)}")
    return wrong
