"""Prices and caps of one model, as its custom resources are told them; "" is unknown, or no cap."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Money:
    """What things cost by the configuration, and what they may cost.

    Attributes:
        tokens: estimate for the training dataset; 0 tells nothing.
        usd_per_1k_tokens: price of training.
        unit_hour_usd: price of a model unit without commitment.
        committed_unit_hour_usd: with one.
    """

    tokens: int = 0
    usd_per_1k_tokens: str = ""
    unit_hour_usd: str = ""
    committed_unit_hour_usd: str = ""
    max_usd_per_job: str = ""
    max_hourly_usd: str = ""
    max_usd_per_month: str = ""

    def of_job(self, epochs: str, endpoint_hourly_usd: str) -> dict[str, Any]:
        """Properties of the job; none if nothing is said of money."""
        if not self.tokens:
            return {}
        return {
            "EstimatedTokens": str(self.tokens),
            "BilledEpochs": str(int(float(epochs))),
            "UsdPer1kTokens": self.usd_per_1k_tokens,
            "MaxUsdPerJob": self.max_usd_per_job,
            "MaxUsdPerMonth": self.max_usd_per_month,
            "EndpointHourlyUsd": endpoint_hourly_usd,
        }

    def of_endpoint(self, units: str, commitment: str = "none") -> dict[str, Any]:
        """Properties of the endpoint; none if nothing is said of money."""
        if not self.tokens:
            return {}
        return {
            "HourlyUsd": self.hourly_usd(units, commitment),
            "MaxHourlyUsd": self.max_hourly_usd,
            "MaxUsdPerMonth": self.max_usd_per_month,
        }

    def hourly_usd(self, units: str, commitment: str) -> str:
        """What so many model units cost an hour."""
        price = self.unit_hour_usd if commitment == "none" else self.committed_unit_hour_usd
        return str(float(price) * int(units)) if price else ""


NO_MONEY = Money()
