"""``endpoint``: how the custom model is served; ``budget``: what it may cost."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from configuration.sections.values import Dollars, Number, Section, Text

#: Prices that nobody has looked up, and that a model may be deployed without.
UnknownPrice = Literal["training", "provisioned"]


class CommitmentApproval(Section):
    """An acknowledgement that a commitment cannot be cancelled before its term ends; good for one purchase."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    """Your reference, such as a ticket; an id that was used buys nothing again."""
    approved_by: Text
    """Who approved it: evidence for whoever reviews the configuration."""
    until: date
    """Last day (UTC) on which it may be used."""


class EndpointConfiguration(Section):
    """How the custom model is served."""

    serving: Literal["provisioned", "on_demand", "none"]
    """``provisioned`` throughput (billed by the hour), ``on_demand`` (billed by the token), or ``none``: train only."""
    model_units: Annotated[Number, Field(ge=1)] = 1
    """Model units of the provisioned throughput."""
    commitment: Literal["none", "one_month", "six_months"] = "none"
    """Term of the provisioned throughput. A term cannot be cancelled: it needs ``commitment_approval``."""
    commitment_approval: CommitmentApproval | None = None
    """Acknowledgement of the commitment; never in the environments local, dev and staging."""
    approval: Literal["automatic", "manual"] = "automatic"
    """``manual``: a new model goes into service only after ``python -m ops approve``."""
    alarms: Annotated[tuple[Text, ...], Field(max_length=10)] = ()
    """CloudWatch alarms that are watched after another model went into service; one that goes off puts the model
    before back. Each must exist: without it no other model would go into service."""
    watch_minutes: Annotated[Number, Field(ge=1, le=1440)] = 30
    """How long ``alarms`` are watched."""
    max_hourly_usd: Dollars | None = None
    """Most that the model's provisioned throughput may cost, in US dollars an hour: all of it that exists at a time,
    so while one replaces another, both. Required with ``provisioned``, except on the embedded AWS and where
    ``budget.unknown_prices`` names ``provisioned``."""
    idle_days: Annotated[Number, Field(ge=1, le=90)] | None = None
    """Days without an invocation after which somebody is told that provisioned throughput is billed for nothing."""
    remove_idle: bool = False
    """Whether idle provisioned throughput is then removed, unless it is committed; ``python -m ops resume`` brings it
    back."""


class BudgetConfiguration(Section):
    """What one model may cost. What would cost more is refused before it is started."""

    max_usd_per_job: Dollars | None = None
    """Most that one customization job may cost by the estimate, in US dollars."""
    max_usd_per_month: Dollars | None = None
    """Most that a calendar month (UTC) may cost by the estimate, in US dollars: the jobs started in it, and 730 hours
    of the provisioned throughput."""
    unknown_prices: tuple[UnknownPrice, ...] = ()
    """Prices that you do not give and deploy without: ``training``, ``provisioned``. A cap cannot hold without them."""
