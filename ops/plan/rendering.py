"""Plans as text for a terminal. Pure: what is not in a plan is not shown."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from finetuning.cost import dollars, usd_per_month
from finetuning.lifecycle.causes import Causes
from finetuning.lifecycle.forecast import Change, Forecast
from ops.plan import sentences
from ops.plan.planning import ModelPlan

SHOWN_FINDINGS = 5
UNKNOWN_NAME = "(whose name derives from the key that is still to be made)"
#: Symbol, label and text.
Row = tuple[str, str, str]

_STYLES = {
    sentences.ADDED: "green",
    sentences.CHANGED: "yellow",
    sentences.REMOVED: "red",
    sentences.KEPT: "dim",
    sentences.REFUSED: "bold red",
}


def render(plan: ModelPlan) -> RenderableType:
    """A model as a block of labelled lines."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(no_wrap=True, width=1)
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    for symbol, label, value in told(plan):
        rows.add_row(Text(symbol, _STYLES[symbol]), label, Text(value, _STYLES[symbol].replace("dim", "")))
    return Group(Text(plan.model, "bold"), rows, Text())


def told(plan: ModelPlan) -> Iterator[Row]:
    """Yield what is to be said of a model, line by line."""
    for symbol, label, text in _rows(plan):
        yield symbol, label, text.replace(plan.unknown_name, UNKNOWN_NAME) if plan.unknown_name else text


def last_line(plans: Sequence[ModelPlan]) -> str:
    """What all plans amount to."""
    if any(plan.refusals for plan in plans):
        return "Plan: the deployment would be refused."
    steps = [step for plan in plans if plan.is_configured and plan.forecast for step in plan.forecast.steps]
    if not steps:
        return "Plan: nothing to do in Bedrock."
    symbols = Counter(sentences.symbol(step) for step in steps)
    added, changed, removed = (symbols[each] for each in (sentences.ADDED, sentences.CHANGED, sentences.REMOVED))
    return f"Plan: {added} to add, {changed} to change, {removed} to remove."


def _rows(plan: ModelPlan) -> Iterator[Row]:
    for refusal in plan.refusals:
        yield sentences.REFUSED, "refused", refusal
    if plan.problem:
        yield sentences.REFUSED, "needs a human", plan.problem
    if plan.forecast is None:
        yield from ((sentences.REFUSED, "", finding) for finding in _findings(plan))
    elif plan.is_configured:
        yield from _training(plan, plan.forecast)
        yield from _endpoint(plan.forecast)
        yield from _steps(plan.forecast)
        yield from _money(plan.forecast)
    else:
        yield from _left(plan, plan.forecast)


def _training(plan: ModelPlan, made: Forecast) -> Iterator[Row]:
    symbol = sentences.SYMBOLS[made.training]
    yield symbol, "training", sentences.training(made)
    yield from _causes(symbol, made.training_causes)
    if said := sentences.gate(made):
        yield sentences.KEPT, "  gate", said
    if made.training in {Change.STARTED, Change.REFUSED} and plan.dataset is not None:
        tokens, epochs = plan.tokens or 0, "unknown epochs" if plan.epochs is None else f"{plan.epochs} epochs"
        yield symbol, "  tokens", f"{tokens:,} (an estimate) × {epochs}"
        cap = plan.training.max_usd if plan.training else None
        most = "unknown (no price configured)" if made.money.job is None else f"at most {dollars(made.money.job)}"
        yield symbol, "  cost", most + (f", cap {dollars(cap)}" if cap is not None else "")


def _endpoint(made: Forecast) -> Iterator[Row]:
    symbol = sentences.SYMBOLS[made.endpoint]
    yield symbol, "endpoint", sentences.endpoint(made)
    yield from _causes(symbol, made.endpoint_causes)
    if made.after.endpoint.stopped:
        yield sentences.CHANGED, "  stopped", "an operator stopped the bill: nothing serves until python -m ops resume"


def _causes(symbol: str, causes: Causes) -> Iterator[Row]:
    for cause in causes.another:
        yield symbol, "  because", sentences.cause(cause)
    for cause in causes.in_place:
        yield sentences.CHANGED, "  in place", sentences.cause(cause)


def _steps(made: Forecast) -> Iterator[Row]:
    for number, step in enumerate(made.steps, 1):
        yield sentences.symbol(step), f"step {number}", sentences.step(step, made.after)
    for step in made.anyway:
        yield sentences.KEPT, "under way", sentences.step(step, made.after)


def _money(made: Forecast) -> Iterator[Row]:
    money = made.money
    if (money.hourly_before, money.hourly_most, money.hourly_after) == (0, 0, 0):
        yield sentences.KEPT, "by the hour", "nothing is billed"
        return
    yield sentences.KEPT, "by the hour", f"{sentences.hourly(money.hourly_before)} now"
    if money.hourly_most not in {money.hourly_before, money.hourly_after}:
        yield sentences.CHANGED, "", f"{sentences.hourly(money.hourly_most)} while both endpoints are there"
    month = f" ({dollars(usd_per_month(money.hourly_after))} a month)" if money.hourly_after else ""
    yield sentences.KEPT, "", f"{sentences.hourly(money.hourly_after)} after it{month}"


def _left(plan: ModelPlan, made: Forecast) -> Iterator[Row]:
    """A model that was taken out of the configuration: CDK does not know its stack any more."""
    text = "its stack is deployed and not configured any more: a deployment leaves it, and what it is billed for, alone"
    yield sentences.CHANGED, "left", text
    yield sentences.KEPT, "by the hour", f"{sentences.hourly(made.money.hourly_before)} until it is removed"
    stack = f"{made.before.project}-{made.before.environment}-Model-{plan.model}"
    command = f"aws cloudformation delete-stack --stack-name {stack} --region {plan.region}"
    yield sentences.KEPT, "to remove it", f"{command}, which would:"
    yield from _steps(made)


def _findings(plan: ModelPlan) -> list[str]:
    errors = (str(f) for f in plan.dataset.findings if f.severity == "error") if plan.dataset else ()
    return list(islice(errors, SHOWN_FINDINGS))
