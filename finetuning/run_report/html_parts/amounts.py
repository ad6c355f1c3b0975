"""Values of metrics as people read them."""

from finetuning.cost import dollars

UNKNOWN = "unknown"
_MINUS = "\u2212"
_SPACE = "\u00a0"


def amount(value: float | None, unit: str) -> str:
    """Return a value with its unit; a word if there is none."""
    if value is None:
        return UNKNOWN
    if unit == "usd":
        return dollars(value) if value >= 0 else f"{_MINUS}{dollars(-value)}"
    return f"{_MINUS if value < 0 else ''}{_digits(abs(value), unit)}"


def difference(value: float | None, unit: str) -> str:
    """Return a difference, which has its sign in any case but nought."""
    text = amount(value, unit)
    return f"+{text}" if value is not None and value > 0 else text


def _digits(value: float, unit: str) -> str:
    if unit == "seconds":
        return f"{value:.2f}{_SPACE}s"
    if unit in ("tokens", "characters"):
        return f"{value:,.1f}"
    return f"{value:.3f}"
