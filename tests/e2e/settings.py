"""What whoever starts the script has to say, so that no account and no dollar is met by accident."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from configuration import choice
from configuration.prices import PRICE_PAGE

#: US dollars that a run may cost at most, by the estimate before it and by the caps of what it deploys.
CAP_USD = 5.0
DEFAULT_REGION = "us-east-1"
_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
_PRICES = {
    "E2E_TRAINING_PRICE": "training",
    "E2E_INPUT_PRICE": "questions (input tokens)",
    "E2E_OUTPUT_PRICE": "answers (output tokens)",
}


class RefusedError(Exception):
    """The script does not begin; the message says what to set."""


@dataclass(frozen=True)
class Settings:
    """Where the script runs, and what things cost there, in US dollars for 1,000 tokens of Nova Lite."""

    account: str
    region: str
    training_price: float
    input_price: float
    output_price: float
    report: Path


def read(environment: Mapping[str, str], default_report: Path) -> Settings:
    """Return what the environment variables say.

    Raises:
        RefusedError: with everything that is missing or wrong.
    """
    problems = [*_problems(environment)]
    if problems:
        raise RefusedError(
            "\n".join(["this deploys to a real account and costs money; it begins only with:", *problems])
        )
    return Settings(
        account=environment["E2E_ACCOUNT"],
        region=environment.get("E2E_REGION", DEFAULT_REGION),
        training_price=float(environment["E2E_TRAINING_PRICE"]),
        input_price=float(environment["E2E_INPUT_PRICE"]),
        output_price=float(environment["E2E_OUTPUT_PRICE"]),
        report=Path(environment.get("E2E_REPORT", default_report)).resolve(),
    )


def _problems(environment: Mapping[str, str]) -> Iterator[str]:
    if environment.get("E2E_AWS") != "yes":
        yield f"  E2E_AWS=yes                      that you mean it; at most {CAP_USD:.2f} dollars"
    account = environment.get("E2E_ACCOUNT", "")
    if not _ACCOUNT.fullmatch(account) or account == choice.LOCAL_ACCOUNT:
        got = f", got {account!r}" if account else ""
        yield f"  E2E_ACCOUNT=<12 digits>          the account of your credentials, not one of production{got}"
    for name, what in _PRICES.items():
        text = environment.get(name, "")
        if not _is_price(text):
            got = f", got {text!r}" if text else ""
            yield f"  {name + '=<dollars>':<32} for 1,000 tokens of Nova Lite, {what}, from {PRICE_PAGE}{got}"


def _is_price(text: str) -> bool:
    try:
        return 0 < float(text) < CAP_USD
    except ValueError:
        return False
