"""Lines and whole files for property tests: good, wrong, damaged and odd."""

from hypothesis import strategies as st

from tests.reference.generation import FORMATS, records, wrong_records
from tests.reference.spelling import spellings


@st.composite
def lines(draw: st.DrawFn, data_format: str) -> bytes:
    """Return a line, good or bad, without its line feed."""
    kind = draw(st.sampled_from(["good", "good", "wrong", "wrong", "wrong", "wrong", "broken", "other"]))
    if kind == "good":
        return draw(spellings(draw(records(data_format)))).encode()
    if kind == "other":
        return draw(st.sampled_from(ODD_LINES) | st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")))
    line = draw(spellings(draw(wrong_records(data_format)))).encode("utf-8", "surrogatepass")
    return draw(damaged(line)) if kind == "broken" else line


ODD_LINES = (
    b"",
    b" \t\r",
    b"\x0c",
    b"{}",
    b"[]",
    b'"text"',
    b"null",
    b"1",
    b"NaN",
    b'{"prompt":NaN}',
    b'{"prompt":-Infinity,"completion":"A"}',
    b'{"prompt":"Q","completion":"A"},',
    b'{"prompt":"Q","completion":"A"}{"prompt":"Q","completion":"A"}',
    b"{'prompt':'Q','completion':'A'}",
    b'{"prompt":"\\ud800","completion":"A"}',
    b'{"prompt":"\\udc00\\ud800","completion":"A"}',
    b'{"prompt":"\\ud83d\\ude42","completion":"A"}',
    b'{"prompt":"a\tb","completion":"A"}',
    b'{"prompt":"a\x00b","completion":"A"}',
    b'{"prompt":"\\x41","completion":"A"}',
    b'{"prompt":"\xc0\xaf","completion":"A"}',
    b'{"prompt":"\xed\xa0\x80","completion":"A"}',
    b'{"prompt":"\xf4\x90\x80\x80","completion":"A"}',
    b'{"prompt":"Q","completion":"A","pr\\u006fmpt":"Q"}',
    b'{"pr\\u006fmpt":"Q","completion":"A"}',
    b'{"prompt":1e400,"completion":"A"}',
    b'{"prompt":01,"completion":"A"}',
    b'{"prompt":"Q","completion":"A",}',
    b'{"prompt":"Q","completion":"A"} // note',
    b"\xef\xbb\xbf{}",
)


@st.composite
def damaged(draw: st.DrawFn, line: bytes) -> bytes:
    """Return a line with bytes flipped, cut off, inserted or doubled."""
    at = draw(st.integers(0, max(0, len(line) - 1)))
    kind = draw(st.sampled_from(["flip", "cut", "head", "insert", "escape"]))
    if kind == "flip" and line:
        line = line[:at] + bytes([line[at] ^ (1 << draw(st.integers(0, 7)))]) + line[at + 1 :]
    elif kind == "cut":
        line = line[:at]
    elif kind == "head":
        line = line[at:]
    elif kind == "insert":
        line = (
            line[:at] + draw(st.sampled_from([b"\x00", b"\xff", b'"', b"\\", b",", b" ", b"\x80", b"\r"])) + line[at:]
        )
    else:
        line = line[:at] + draw(st.sampled_from([b"\\ud800", b"\\udc00", b"\\u0000", b"\\u", b"\\q"])) + line[at:]
    return line.replace(b"\n", b"")


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Return a whole file, mostly of one format."""
    data_format = draw(st.sampled_from(FORMATS))
    first = [draw(spellings(draw(records(data_format)))).encode()] if draw(st.booleans()) else []
    rest = [draw(lines(data_format)) for _ in range(draw(st.integers(0, 3)))]
    if draw(st.sampled_from([False] * 7 + [True])):
        rest.append(draw(lines(draw(st.sampled_from(FORMATS)))))
    mark = draw(st.sampled_from([b""] * 9 + [b"\xef\xbb\xbf"]))
    ends = draw(st.sampled_from([b"\n", b"\n", b"\n", b"\r\n"]))
    return mark + ends.join([*first, *rest]) + draw(st.sampled_from([b"", ends]))
