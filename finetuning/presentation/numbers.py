"""Numbers as people read them."""

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def number(value: int) -> str:
    """Return a number with its thousands apart."""
    return f"{value:,}"


def compact(value: int) -> str:
    """Return a number in millions or billions if it has so many, with four digits; it never wraps."""
    for one, unit in ((1_000_000_000, "B"), (1_000_000, "M")):
        if value >= one:
            return f"{value / one:,.4g}\u00a0{unit}"
    return number(value)


def counted(value: int, noun: str, nouns: str | None = None) -> str:
    """Return a number with its noun in singular or plural."""
    return f"{value:,} {noun if value == 1 else nouns or noun + 's'}"


def size(value: int) -> str:
    """Return a number of bytes in a decimal unit, with three digits."""
    amount, unit = float(value), 0
    while amount >= 999.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    digits = 0 if unit == 0 or amount >= 99.95 else 1
    return f"{amount:,.{digits}f} {_UNITS[unit]}"


def share(part: int, whole: int) -> str:
    """Return a share in percent: never 0 % of something, never 100 % of less than all."""
    if not whole or not part:
        return "0 %"
    percent = 100 * part / whole
    if percent < 1:
        return "under 1 %"
    return f"{min(round(percent), 99) if part < whole else round(percent)} %"
