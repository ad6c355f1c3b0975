"""Too few and too many records."""

from tests.data.broken.case import Case, good, good_blocks, pair


def _haiku(name: str, training: bytes, validation: bytes | None, *codes: str, **options: int) -> Case:
    files = {"training": training} | ({"validation": validation} if validation is not None else {})
    return Case(name, files, tuple((code, None, "") for code in codes), **options)  # type: ignore[arg-type]


#: Too small to be taken for near-duplicates of each other.
def _small(records: int, start: int = 0) -> bytes:
    return b"".join(pair(f"Q{number}", f"A{number}") for number in range(start, start + records))


NUMBERS = (
    _haiku("31 training records", good(31), good(32, 100), "DS501"),
    _haiku("49 training records", good(49), good(32, 100), "DS504"),
    _haiku("no record at all", b"", None, "DS501", "DS506"),
    _haiku("10,000 training records, which is as many as may be", _small(10_000), None, "DS506"),
    _haiku("31 validation records", good(50), good(31, 100), "DS501"),
    _haiku("50 and 32 records, which is enough", good(50), good(32, 100)),
    _haiku("no validation dataset", good(50), None, "DS506"),
    _haiku("batch of half the records and more", good(50), good(32, 100), "DS507", batch_size=26),
    _haiku("batch of half the records, which is small enough", good(50), good(32, 100), batch_size=25),
    _haiku("10,001 training records", _small(10_001), None, "DS502", "DS503", "DS506"),
    _haiku("1,001 validation records", good(50), _small(1_001), "DS502"),
    _haiku("10,000 records together, which is as many as may be", _small(9_900), _small(100, 10_000)),
    _haiku("10,001 records together", _small(9_900), _small(101, 10_000), "DS503"),
    _haiku("training file too large", good(50), good(32, 100), "DS505", most_bytes=15_000),
    Case(
        "7 training records",
        {"training": good_blocks(7), "validation": good_blocks(1, 10)},
        (("DS501", None, ""),),
        base_model="nova-micro",
    ),
    Case(
        "99 training records",
        {"training": good_blocks(99), "validation": good_blocks(1, 100)},
        (("DS504", None, ""),),
        base_model="nova-micro",
    ),
    Case(
        "99 records together",
        {"training": good(50), "validation": good(49, 50)},
        (("DS501", None, ""),),
        base_model="llama-3.1-8b",
    ),
    Case(
        "training file is no JSON Lines, so that its number of records is unknown",
        {"training": b"PAR1" + bytes(30), "validation": good(49, 50)},
        (("DS109", None, ""),),
        base_model="llama-3.1-8b",
        batch_size=1,
    ),
    Case(
        "empty test dataset",
        {"training": good(50), "validation": good(32, 100), "test": b""},
        (("DS501", None, ""),),
    ),
)
