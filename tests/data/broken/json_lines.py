"""Lines that are no JSON object, and files whose lines are not where they should be."""

from tests.data.broken.case import QA, Case, line, one, pair, text

GOOD = line(QA)
OTHER = pair("R", "B")


def _line(name: str, bad: bytes, *codes: str, path: str = "") -> Case:
    return one(name, GOOD + bad + b"\n" + OTHER, *((code, 2, path) for code in codes))


_DEEP = b'{"prompt": ' + b"[" * 100_000 + b"]" * 100_000 + b', "completion": "A"}'

JSON_LINES = (
    one("empty last line", GOOD + b"\n", ("DS102", 2, "")),
    _line("empty line in the middle", b"", "DS102"),
    _line("line of white space", b" \t ", "DS102"),
    _line("line of a carriage return", b"\r", "DS102"),
    one("empty first line", b"\n" + GOOD, ("DS102", 1, "")),
    one("nothing but line feeds", b"\n\n", ("DS102", 1, ""), ("DS102", 2, "")),
    one("truncated last line", GOOD + OTHER[:20], ("DS103", 2, "")),
    one("truncated first and only line", OTHER[:20], ("DS103", 1, "")),
    one("line feed within a record", GOOD + OTHER[:20] + b"\n" + OTHER[20:], ("DS103", 2, ""), ("DS103", 3, "")),
    one("records divided by carriage returns", GOOD[:-1] + b"\r" + OTHER, ("DS103", 1, "")),
    _line("comma after the record", GOOD[:-1] + b",", "DS103"),
    _line("two records on a line", GOOD[:-1] + OTHER[:-1], "DS103"),
    _line("comma after the last value", b'{"prompt": "Q", "completion": "A",}', "DS103"),
    _line("single quotation marks", b"{'prompt': 'Q', 'completion': 'A'}", "DS103"),
    _line("typographic quotation marks", "{“prompt”: “Q”, “completion”: “A”}".encode(), "DS103"),
    _line("Python's None", b'{"prompt": "Q", "completion": None}', "DS103"),
    _line("comment", b'{"prompt": "Q", "completion": "A"} // good', "DS103"),
    _line("key without quotation marks", b'{prompt: "Q", "completion": "A"}', "DS103"),
    _line("unknown escape", b'{"prompt": "\\x41", "completion": "A"}', "DS103"),
    _line("short escape", b'{"prompt": "\\u12", "completion": "A"}', "DS103"),
    _line("raw tab", b'{"prompt": "a\tb", "completion": "A"}', "DS103"),
    _line("number with a leading zero", b'{"prompt": 01, "completion": "A"}', "DS103"),
    _line("words", text(0, 3).encode(), "DS103"),
    _line("deep nesting", _DEEP, "DS103"),
    _line("unfinished deep nesting", b"[" * 100_000, "DS103"),
    _line("list", b"[]", "DS104"),
    _line("list of a record", b"[" + GOOD[:-1] + b"]", "DS104"),
    _line("text", b'"Q"', "DS104"),
    _line("null", b"null", "DS104"),
    _line("true", b"true", "DS104"),
    _line("number", b"1", "DS104"),
    _line("number of ten thousand digits", b"1" * 10_000, "DS104"),
    _line("NaN", b"NaN", "DS111"),
    _line("NaN as a value", b'{"prompt": NaN, "completion": "A"}', "DS111", path="prompt"),
    _line("-Infinity as a value", b'{"prompt": "Q", "completion": -Infinity}', "DS111", path="completion"),
    one(
        "NaN under an unknown key",
        GOOD + b'{"prompt": "Q", "completion": "A", "score": NaN}\n',
        ("DS111", 2, "score"),
        ("DS201", 2, ""),
    ),
    one(
        "line of more than 16 MiB",
        GOOD + b'{"prompt": "' + b"x" * 16 * 1024**2 + b'", "completion": "A"}\n' + b"{\n",
        ("DS110", 2, ""),
        ("DS103", 3, ""),
    ),
    one("CRLF", GOOD.replace(b"\n", b"\r\n") + OTHER.replace(b"\n", b"\r\n")),
    one("no line feed at the end", GOOD + OTHER[:-1]),
    one("line of 120 KB", pair("Q", text(1, 15_000))),
    one("nothing", b"", ("DS501", None, "")),
)
