"""What jobs and endpoints cost by the prices that the configuration gives: upper bounds, in US dollars.

Prices are read by people and written into the configuration; none is known here, and None always means unknown, never
free.
"""

from datetime import UTC, datetime

TOKEN_ERROR_PERCENT = 25
"""How far the estimate of a dataset's tokens is off at most; a test holds it to `finetuning.dataset.tokens`, which the
functions that buy do not import."""

HOURS_PER_MONTH = 730
"""Hours of a month in an estimate. Source: AWS Pricing Calculator, 'Assumptions': 730 hours in a month."""

_DECIMALS = 6
"""To which amounts are compared with caps: millionths of a dollar. Doubles below a billion are finer (`math.ulp`)."""

STORAGE_USD_PER_MONTH = 1.95
"""What a stored custom model costs a month. Source: a public cost record of a fine-tuning project, mid-2026."""


def most_usd_of_job(tokens: int, epochs: int | None, usd_per_1k_tokens: float | None) -> float | None:
    """Return what a customization job costs at most, or None if its price or its epochs are unknown.

    Training is billed by the tokens of the training dataset times the epochs (Bedrock User Guide, 'Customize your
    model'). Early stopping may end it sooner. The tokens are an estimate, so its error is added.
    """
    if epochs is None or usd_per_1k_tokens is None:
        return None
    return tokens * (100 + TOKEN_ERROR_PERCENT) / 100 * epochs / 1000 * usd_per_1k_tokens


def usd_per_month(hourly_usd: float) -> float:
    """Return what something that is billed by the hour costs in a month."""
    return hourly_usd * HOURS_PER_MONTH


def fits_cap(usd: float, cap: float) -> bool:
    """Return whether an amount is within a cap; the cap itself is, though 1.1 * 3 is more than 3.3 in binary fractions.

    What is no number fits no cap.
    """
    return round(usd - cap, _DECIMALS) <= 0


def month_of(at: float) -> tuple[int, int]:
    """Return the calendar month (UTC) of a time in epoch seconds, as year and month."""
    moment = datetime.fromtimestamp(at, UTC)
    return moment.year, moment.month


def dollars(amount: float | None) -> str:
    """Return an amount as people read it; small ones keep two significant digits."""
    if amount is None:
        return "an unknown amount"
    return f"${amount:,.2f}" if amount >= 0.1 or amount == 0 else f"${amount:.2g}"
