"""From a file's bytes to what must be found in it."""

import json
from collections.abc import Sequence
from typing import Any

from tests.reference import conversion, whole_file
from tests.reference.conversation import Part, Reading, data_format, read
from tests.reference.facts import FACTS, Facts
from tests.reference.media import media_faults
from tests.reference.media_description import Fault
from tests.reference.text import BYTE_ORDER_MARK, JSON_WHITESPACE, is_utf8, lines, parse
from tests.reference.verdict import Loose, Verdict

LONGEST_LINE = 16 * 1024**2
#: What a record may get whose format or types are not clear.
UNREADABLE = {"DS105", "DS106", "DS107", "DS201", "DS202", "DS203", "DS205", "DS207", "DS208", "DS209"}
#: What may be said besides of a record that cannot be read to its end.
FURTHER = frozenset(
    {"DS204", "DS206", "DS208", "DS210", "DS211", "DS301", "DS302", "DS303", "DS304", "DS305", "DS401", "DS403"}
)


class _File:
    """The state of one check: the format of the dataset, once it is known."""

    def __init__(self, facts: Facts, source_format: str | None, system_prompt: str | None) -> None:
        self.facts = facts
        self.format = source_format
        self.system_prompt = system_prompt
        self.verdict = Verdict()

    def line(self, number: int, line: bytes) -> None:
        """Check one line."""
        faults, converted = self._record(number, line)
        self.verdict.findings.extend((code, number, path) for code, path in faults)
        if converted is not None:
            self.verdict.converted.append(converted)

    def _record(self, number: int, line: bytes) -> tuple[list[Fault], bytes | None]:
        if len(line) > LONGEST_LINE:
            return [("DS110", "")], None
        if not is_utf8(line):
            return [("DS101", "")], None
        if not line.strip(JSON_WHITESPACE):
            return [("DS102", "")], None
        try:
            value, wrong = parse(line.decode())
        except ValueError:
            return [("DS103", "")], None
        except RecursionError:
            return self._loose(number, {"DS103", *UNREADABLE})
        if not isinstance(value, dict):
            return self._loose(number, {"DS104", *wrong}) if wrong else ([("DS104", "")], None)
        return self._formatted(number, value, wrong)

    def _loose(self, number: int, any_of: set[str], places: Sequence[Fault] = ()) -> tuple[list[Fault], None]:
        # Too many system blocks are found with the texts, but are a matter of structure.
        further = FURTHER | {"DS203"} if self.facts.system_blocks else FURTHER
        self.verdict.loose[number] = Loose(tuple(places), frozenset(any_of), further)
        return [], None

    def _formatted(self, number: int, record: dict[str, Any], wrong: set[str]) -> tuple[list[Fault], bytes | None]:
        source, sure = data_format(record)
        if not sure:
            # What it seems to be is what the records after it are compared with.
            self.format = self.format or source
            return self._loose(number, {*UNREADABLE, *FURTHER, *wrong})
        if source is None:
            return self._loose(number, {"DS105", *wrong}) if wrong else ([("DS105", "")], None)
        self.format = self.format or source
        if source != self.format:
            return self._loose(number, {"DS106", *wrong}) if wrong else ([("DS106", "")], None)
        reading = read(record, source)
        if reading.faults or wrong:
            # NaN is neither of the right type nor of a wrong one.
            if "DS111" in wrong:
                return self._loose(number, {*UNREADABLE, "DS111"})
            return self._loose(number, wrong, reading.faults)
        return self._readable(number, reading)

    def _readable(self, number: int, reading: Reading) -> tuple[list[Fault], bytes | None]:
        reading.system = conversion.with_system_prompt(reading.system, self.system_prompt)
        parts = [*([reading.system] if reading.system else []), *reading.turns]
        faults = [*order_faults(reading.turns), *text_faults(parts, self.facts), *media_faults(parts, self.facts)]
        unconvertible = conversion.conversion_faults(reading, self.facts.data_format)
        if unconvertible and faults:
            # Either says enough: what is wrong with it as it is, or that it cannot become what it should.
            codes = frozenset(code for code, _ in [*faults, *unconvertible])
            self.verdict.loose[number] = Loose((), codes, frozenset())
            return [], None
        if faults or unconvertible:
            return faults or unconvertible, None
        record = conversion.write(reading, self.facts.data_format)
        return [], json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def check(
    data: bytes, base_model: str, split: str, source_format: str | None = None, system_prompt: str | None = None
) -> Verdict:
    """Return what must be found in a file and what must be written.

    Args:
        data: the file's bytes.
        base_model: a key of ``facts.FACTS``.
        split: ``training``, ``validation`` or ``test``.
        source_format: what the dataset is said to be; None: what its first record is.
        system_prompt: for records that have none of their own.
    """
    file = _File(FACTS[base_model], source_format, system_prompt)
    file.verdict.whole_file = whole_file.is_something_else(data)
    if file.verdict.whole_file == "yes":
        file.verdict.findings.append(("DS109", None, ""))
        return file.verdict
    if data.startswith(BYTE_ORDER_MARK):
        file.verdict.findings.append(("DS108", 1, ""))
    records = lines(data.removeprefix(BYTE_ORDER_MARK))
    for number, line in enumerate(records, 1):
        file.line(number, line)
    file.verdict.findings.extend((code, None, "") for code in file_faults(file.facts, split, len(records), len(data)))
    return file.verdict


def order_faults(turns: list[Part]) -> list[Fault]:
    """Return what is wrong with the roles and their order; of a broken alternation, only the first place."""
    faults: list[Fault] = []
    places = [f"{turn.path.removesuffix('.content')}.role" for turn in turns]
    roles = [turn.role for turn in turns]
    for role, place in zip(roles, places, strict=True):
        if role not in ("user", "assistant"):
            faults.append(("DS301", place))
    strangers = bool(faults)
    if len(turns) < 2:
        faults.append(("DS302", "messages"))
    if strangers or not turns:
        return faults
    if roles[0] != "user":
        faults.append(("DS303", places[0]))
    if roles[-1] != "assistant":
        faults.append(("DS304", places[-1]))
    repeated = [index for index in range(1, len(roles)) if roles[index] == roles[index - 1]]
    return [*faults, *[("DS305", places[index]) for index in repeated[:1]]]


def text_faults(parts: list[Part], facts: Facts) -> list[Fault]:
    """Return empty texts, reserved strings (each once per turn), and whether the record is too long for sure."""
    faults: list[Fault] = []
    if facts.system_blocks is not None and any(
        part.role == "system" and part.path == "system" and len(part.texts) > facts.system_blocks for part in parts
    ):
        faults.append(("DS203", "system"))
    for part in parts:
        if all(text.isspace() or not text for text in part.texts) and len(part.texts) == len(part.blocks):
            faults.append(("DS204", part.path))
        if part.role in facts.marked_roles:
            held = [mark for mark in facts.marks if any(mark in text for text in part.texts)]
            faults.extend([("DS401", part.path)] * len(held))
    # No tokenizer joins two words into one token, so more words are more tokens.
    if sum(len(text.split()) for part in parts for text in part.texts) > facts.tokens:
        faults.append(("DS403", ""))
    return faults


def file_faults(facts: Facts, split: str, records: int, size: int) -> list[str]:
    """Return the codes about the number of records and the size of a file."""
    codes = []
    least = facts.least.get(split, 1)
    if records < least:
        codes.append("DS501")
    elif split == "training" and facts.advised is not None and records < facts.advised:
        codes.append("DS504")
    if records > facts.most.get(split, records):
        codes.append("DS502")
    if size > facts.most_bytes.get(split, size):
        codes.append("DS505")
    return codes
