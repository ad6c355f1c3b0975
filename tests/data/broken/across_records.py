"""Records that are broken only beside others, and texts that must not be trained on."""

from tests.data.broken.case import Case, good, one, pair, text

Q, A = f"{text(7, 40)}?", text(8, 40)
NEARLY = Q.replace(Q.split()[3], "another", 1)
AWS_KEY = "AKIA" + "J7QX2MZP4RTVN6WL"


def _leak(name: str, training: bytes, validation: bytes, *codes: str) -> Case:
    found = tuple((code, 33, "") for code in codes)
    return Case(name, {"training": good(49) + training, "validation": good(32, 100) + validation}, found)


ACROSS_RECORDS = (
    one("record twice", pair(Q, A) + good(3) + pair(Q, A), ("DS601", 5, "")),
    one(
        "record twice, once escaped", pair("Qé", A) + pair("Qé", A).replace("é".encode(), b"\\u00e9"), ("DS601", 2, "")
    ),
    one(
        "record in another order of keys",
        pair(Q, A) + b'{"completion": "' + A.encode() + b'", "prompt": "' + Q.encode() + b'"}\n',
        ("DS601", 2, ""),
    ),
    one("record nearly twice", pair(Q, A) + good(3) + pair(NEARLY, A), ("DS602", 5, "")),
    one("one question and two answers", pair(Q, A) + good(3) + pair(Q, text(9, 40)), ("DS603", 5, "")),
    _leak("training record in validation", pair(Q, A), pair(Q, A), "DS604"),
    _leak("training question in validation with another answer", pair(Q, A), pair(Q, text(9, 40)), "DS604"),
    _leak("training record nearly in validation", pair(Q, A), pair(NEARLY, A), "DS605"),
    one("answer far longer than the rest", good(60) + pair(f"{text(-99, 20)}?", text(10, 5_000)), ("DS606", 61, "")),
    one("access key", good(2) + pair(Q, f"Use {AWS_KEY}."), ("DS701", 3, "messages[1].content")),
    one(
        "electronic mail address",
        good(2) + pair(Q, "Write to jane.roe@contoso-shoes.com."),
        ("DS702", 3, "messages[1].content"),
    ),
)
