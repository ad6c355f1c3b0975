"""I10: no purchase breaks a cap of the deployment that asked for it, by the account's own ledger.

What is counted is what docs/configuration.md says of `max_usd_per_job`, `max_hourly_usd` and `max_usd_per_month`,
computed here from the properties of CloudFormation's requests and from what was really bought and deleted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from finetuning.dataset.tokens import ERROR_PERCENT
from tests.simulation.aws.ledger import Purchase
from tests.simulation.aws.site import EPOCH
from tests.simulation.aws.throughput import TERMS_SECONDS
from tests.simulation.requests import Request
from tests.simulation.template import Properties
from tests.simulation.view import View, Violation, is_of

HOURS_PER_MONTH = 730
#: A function that was invoked with earlier properties is done with them by then; so is an intent with its purchase.
LAG_SECONDS = 300.0
#: Sums of prices in binary.
CENT = 0.01


@dataclass(frozen=True)
class Terms:
    """What a request said of money: one job's or one endpoint's price, and the caps. None is unknown, or no cap.

    A job's says besides what the endpoint of the same deployment costs an hour.
    """

    usd: float | None
    caps: dict[str, float | None]
    endpoint_usd: float | None = None

    @classmethod
    def of(cls, properties: Properties) -> "Terms":
        """Those of a job's or an endpoint's properties."""
        caps = {name: _amount(properties.get(name)) for name in ("MaxUsdPerJob", "MaxHourlyUsd", "MaxUsdPerMonth")}
        if "Serving" in properties:
            usd = _amount(properties.get("HourlyUsd")) if properties["Serving"] == "provisioned" else 0.0
            return cls(usd, caps)
        price, epochs = _amount(properties.get("UsdPer1kTokens")), _amount(properties.get("BilledEpochs"))
        tokens = float(properties.get("EstimatedTokens") or 0) * (100 + ERROR_PERCENT) / 100
        usd = None if price is None or epochs is None else tokens * epochs * price / 1000
        return cls(usd, caps, _amount(properties.get("EndpointHourlyUsd")))

    @property
    def capped(self) -> bool:
        """Whether there is any cap."""
        return any(cap is not None for cap in self.caps.values())


def spending(view: View) -> Iterator[Violation]:
    """What one model bought above a cap."""
    for purchase in view.purchases:
        problems = [_problem(view, purchase, terms) for terms in _in_force(view, purchase)]
        if problems and all(problems):
            yield Violation("I10", f"{purchase.kind} {purchase.name} was bought: {problems[0]}")


def forbidden(view: View, properties: Properties) -> str:
    """Why a thing of these properties could not be bought now, or ""."""
    kind = properties.get("Serving", "job")
    return _problem(view, Purchase(kind, "", "", view.environment.world.now, "", {}), Terms.of(properties))


def alone(terms: Terms) -> str:
    """Why these terms forbid the thing even if nothing else is there, or ""."""
    if not terms.capped:
        return ""
    if terms.usd is None:
        return "its price is unknown and there is a cap"
    hourly, job = terms.caps["MaxHourlyUsd"], terms.caps["MaxUsdPerJob"]
    return _over(terms.usd, hourly, "an hour") or _over(terms.usd, job, "for the job")


def _problem(view: View, purchase: Purchase, terms: Terms) -> str:
    if purchase.kind == "on_demand" or not terms.capped:
        return ""
    return alone(terms) or _together(view, purchase, terms) or _month(view, purchase, terms)


def _together(view: View, purchase: Purchase, terms: Terms) -> str:
    """All provisioned throughput of the model that is there at the moment of the purchase."""
    if terms.caps["MaxHourlyUsd"] is None:
        return ""
    prices = [_least(view, other) for other in _there(view, purchase)]
    if None in prices:
        return "what is there besides has an unknown price"
    known = sum(price for price in prices if price is not None)
    return _over((terms.usd or 0.0) + known, terms.caps["MaxHourlyUsd"], "an hour, with what is there")


def _month(view: View, purchase: Purchase, terms: Terms) -> str:
    """The jobs of the calendar month, and 730 hours of the endpoint that is wanted and of commitments besides."""
    cap = terms.caps["MaxUsdPerMonth"]
    if cap is None:
        return ""
    jobs = [other for other in view.purchases if other.kind == "job" and _same_month(view, other, purchase)]
    prices = [_least(view, job) for job in jobs if job.at < purchase.at and job.arn != purchase.arn]
    if None in prices:
        return "the month has a job of unknown price"
    known = sum(price for price in prices if price is not None)
    own = (terms.usd or 0.0) * (HOURS_PER_MONTH if purchase.kind == "provisioned" else 1)
    hourly = _serving_usd(view, purchase.at, terms) if purchase.kind == "job" else _bound_usd(view, purchase)
    return _over(known + own + hourly * HOURS_PER_MONTH, cap, "in the month")


def _bound_usd(view: View, purchase: Purchase) -> float:
    """What is there besides an endpoint that is bought, and cannot be deleted within the hour, costs an hour."""
    bound = (other for other in _there(view, purchase) if other.commitment)
    return sum(_least(view, other) or 0.0 for other in bound if _committed_until(other) > purchase.at + 3600.0)


def _committed_until(purchase: Purchase) -> float:
    """The end of its first term; whether it is renewed is AWS's secret."""
    return purchase.at + TERMS_SECONDS[purchase.commitment]


def _there(view: View, purchase: Purchase) -> Iterator[Purchase]:
    gone = {change.arn for change in view.changes if change.what == "deleted" and change.at <= purchase.at}
    for other in view.purchases:
        if other.kind == "provisioned" and other.at < purchase.at and other.arn not in gone:
            yield other


def _serving_usd(view: View, at: float, job: Terms) -> float:
    """The endpoint that is deployed with a job, by the hour, or else the least that the wanted one may cost.

    A stopped or removed one costs nothing.
    """
    if any(act.what == "stop billing" and act.at <= at for act in view.acts):
        return 0.0
    if job.endpoint_usd is not None:
        return job.endpoint_usd
    possible = _standing(list(view.requests("endpoint")), at)
    known = [0.0 if r.kind == "Delete" else Terms.of(r.event["ResourceProperties"]).usd or 0.0 for r in possible]
    return min(known) if possible and possible[0].sent_at <= at - LAG_SECONDS else 0.0


def _in_force(view: View, purchase: Purchase) -> list[Terms]:
    """The terms on which such a thing was asked for last."""
    asked = _asked(view, "job" if purchase.kind == "job" else "endpoint")
    those = [request for request in asked if is_of(purchase, request.event["ResourceProperties"])]
    return [Terms.of(request.event["ResourceProperties"]) for request in _standing(those, purchase.at)]


def _standing(requests: list[Request], at: float) -> list[Request]:
    """The last request that certainly counts at a time, and those after it: they may count already, or have failed."""
    sent = [request for request in requests if request.sent_at <= at]
    certain = [
        number
        for number, request in enumerate(sent)
        if request.sent_at <= at - LAG_SECONDS and request.outcome is not None and request.outcome.ok
    ]
    return sent[certain[-1] if certain else 0 :]


def _asked(view: View, kind: str) -> list[Request]:
    return [request for request in view.requests(kind) if request.kind != "Delete"]


def _least(view: View, purchase: Purchase) -> float | None:
    """The least of the prices that were ever told of a thing; None if none was."""
    kind = "job" if purchase.kind == "job" else "endpoint"
    told = (request.event["ResourceProperties"] for request in _asked(view, kind))
    prices = (Terms.of(properties).usd for properties in told if is_of(purchase, properties))
    return min((usd for usd in prices if usd is not None), default=None)


def _same_month(view: View, one: Purchase, other: Purchase) -> bool:
    """By any clock: the intent, which counts, may be a little earlier than the purchase."""
    skew = view.environment.account.variants.skew_seconds
    months = [
        [_month_of(EPOCH + skew + purchase.at - early) for early in (0.0, LAG_SECONDS)] for purchase in (one, other)
    ]
    return len({month for each in months for month in each}) == 1


def _month_of(at: float) -> tuple[int, int]:
    moment = datetime.fromtimestamp(at, UTC)
    return moment.year, moment.month


def _over(usd: float, cap: float | None, what: str) -> str:
    return f"{usd:.2f} USD {what}, over {cap:.2f}" if cap is not None and usd > cap + CENT else ""


def _amount(text: object) -> float | None:
    return float(str(text)) if text else None
