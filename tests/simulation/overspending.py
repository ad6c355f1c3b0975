"""Lives in which people spend: deployments, operators and the world try every way to buy more than a cap allows."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

from tests.simulation.aws.site import EPOCH
from tests.simulation.faults import chance
from tests.simulation.money import Money
from tests.simulation.plans import DAY, HOUR, Plan, Step, draw
from tests.simulation.wanted import Wanted

#: With its tokens, an epoch costs about 11 dollars; a model unit 20 dollars an hour, 14,600 a month.
TOKENS, TRAINING, UNIT, COMMITTED = 1_000_000, "0.01", "20", "15"
_CAPS: Mapping[str, tuple[str, ...]] = {
    "max_usd_per_job": ("", "15", "30", "50"),
    "max_hourly_usd": ("", "20", "40", "45", "60"),
    "max_usd_per_month": ("", "60", "14650", "29300", "44000"),
}
#: What may follow, with its weight.
_FOLLOWING = {
    "epochs": 5,
    "units": 5,
    "caps": 6,
    "tokens": 3,
    "prices": 4,
    "commitment": 3,
    "serving": 1,
    "fails": 3,
    "back": 2,
    "same": 1,
    "cancel": 2,
    "destroy": 1,
    "retry": 5,
    "resume": 5,
    "stop billing": 3,
    "roll back": 1,
    "endpoint deleted by hand": 2,
    "model deleted by hand": 2,
    "quota": 1,
    "driver aborted": 1,
}


def overspending(seed: int) -> Plan:
    """The life of a seed, in the world of the mixed one."""
    random, plan = chance(f"{seed} overspending"), replace(draw(seed), control=False)
    theme = random.choice([_mixed, _mixed, _mixed, _retried, _resumed, _replaced])
    odds = {**plan.odds, "job": 0.5} if theme is _retried else plan.odds
    return replace(plan, steps=tuple(theme(random)), odds=odds)


def _retried(random: Random) -> list[Step]:
    """Half of all jobs fail and are tried again, each billed by its tokens; the month has a cap, and ends."""
    money = Money(TOKENS, TRAINING, max_usd_per_job=random.choice(["", "30"]), max_usd_per_month="60")
    wanted = Wanted(serving="on_demand", epochs=random.choice("12"), keep_previous="2", money=money)
    steps = [Step("deploy", DAY, wanted=wanted)]
    for _ in range(random.randint(3, 6)):
        what = random.choice(["retry", "retry", "epochs", "caps", "prices"])
        changed, pause = _change(random, what, wanted, [wanted]), random.choice([DAY / 2, DAY, 9 * DAY])
        steps.append(Step("deploy" if changed else what, pause, wanted=changed))
        wanted = changed or wanted
    return steps


def _resumed(random: Random) -> list[Step]:
    """What was stopped or lost is bought again after its price has risen or its cap has fallen."""
    first = _first(random, "faq")
    money = replace(first.money, max_usd_per_job="", max_hourly_usd="60", max_usd_per_month="44000")
    first = replace(first, serving="provisioned", money=money)
    lower: list[dict[str, Any]] = [{"max_hourly_usd": "10"}, {"unit_hour_usd": ""}, {"max_usd_per_month": "60"}]
    changed = replace(first, money=replace(money, **random.choice(lower)))
    stopped = Step(random.choice(["stop billing", "endpoint deleted by hand"]), DAY)
    deployed, resumed = Step("deploy", DAY, wanted=changed), Step("resume", 2 * DAY)
    steps = [Step("deploy", 4 * DAY, wanted=first), stopped, deployed, resumed, Step("retry", DAY)]
    return [*steps, replace(deployed, wanted=random.choice([first, changed])), resumed]


def _replaced(random: Random) -> list[Step]:
    """Another number of model units is another endpoint, and for a while both are billed; more than some caps allow."""
    first = _first(random, "faq")
    money = replace(first.money, max_usd_per_job="", max_hourly_usd=random.choice(["45", "70"]), max_usd_per_month="")
    wanted = replace(first, serving="provisioned", units="1", money=money)
    steps = [Step("deploy", random.choice([HOUR, 4 * DAY]), wanted=wanted)]
    for _ in range(random.randint(2, 4)):
        wanted = _change(random, random.choice(["units", "units", "commitment", "prices"]), wanted, [wanted]) or wanted
        steps.append(Step("deploy", random.choice([60.0, HOUR, 4 * DAY]), wanted=wanted))
    return steps


def _mixed(random: Random) -> list[Step]:
    """Any of it."""
    models = ["faq", "search"] if random.random() < 0.2 else ["faq"]
    wanted = {model: _first(random, model) for model in models}
    steps = [Step("deploy", _pause(random), model, wanted[model]) for model in models]
    earlier = {model: [wanted[model]] for model in models}
    for _ in range(random.randint(2, 7)):
        model = random.choice(models)
        what = random.choices(list(_FOLLOWING), list(_FOLLOWING.values()))[0]
        changed = _change(random, what, wanted[model], earlier[model])
        steps.append(Step(what if changed is None else "deploy", _pause(random), model, changed))
        if changed is not None:
            wanted[model] = replace(changed, other="", other_fails=False)
            earlier[model].append(wanted[model])
    return steps


def _first(random: Random, model: str) -> Wanted:
    caps = {name: random.choice(choices) for name, choices in _CAPS.items()}
    money = Money(TOKENS, TRAINING, UNIT, COMMITTED, **caps)
    return Wanted(
        model=model,
        serving=random.choice(["provisioned", "provisioned", "on_demand"]),
        epochs=random.choice("1234"),
        units=random.choice("1123"),
        keep_previous=random.choice("012"),
        money=money,
    )


def _change(random: Random, what: str, wanted: Wanted, earlier: list[Wanted]) -> Wanted | None:
    """What is wanted after this change; None if it is no deployment."""
    money = wanted.money
    if what == "caps":
        name = random.choice(list(_CAPS))
        cap: dict[str, Any] = {name: random.choice(_CAPS[name])}
        return replace(wanted, money=replace(money, **cap))
    if what == "tokens":
        return replace(wanted, money=replace(money, tokens=random.choice([TOKENS // 4, TOKENS, TOKENS * 3])))
    if what == "prices":
        return replace(wanted, money=_priced(random, money))
    if what == "epochs":
        return replace(wanted, epochs=random.choice("1234"))
    if what == "units":
        return replace(wanted, units=random.choice("123"))
    if what == "commitment":
        return _committed(random, wanted)
    if what == "serving":
        serving = "on_demand" if wanted.serving == "provisioned" else "provisioned"
        return replace(wanted, serving=serving, commitment="none", approval="", approved_until="")
    if what == "fails":
        seconds = random.choice(["1", "10", "600"])
        other = replace(wanted, other=seconds, other_fails=True)
        return replace(other, epochs=random.choice("1234"), units=random.choice("123"))
    if what == "back":
        return random.choice(earlier)
    return wanted if what == "same" else None


def _priced(random: Random, money: Money) -> Money:
    training = random.choice(["", TRAINING, "0.04"])
    unit = random.choice(["", UNIT, "35"])
    return replace(money, usd_per_1k_tokens=training, unit_hour_usd=unit, committed_unit_hour_usd=unit and COMMITTED)


def _committed(random: Random, wanted: Wanted) -> Wanted:
    """With an approval that is there, missing, used or expired."""
    if wanted.serving != "provisioned":
        return wanted
    until = random.choice([EPOCH + 40 * DAY, EPOCH + HOUR, None])
    return replace(
        wanted,
        commitment=random.choice(["one_month", "six_months"]),
        approval="" if until is None else random.choice(["approval-1", "approval-2"]),
        approved_until="" if until is None else str(int(until)),
    )


def _pause(random: Random) -> float:
    """Short ones meet an operation under way; in long ones jobs end, and now and then a month does."""
    return random.choice(
        [random.uniform(0, 10), random.uniform(0, 600), random.uniform(0, DAY), 2 * DAY, 4 * DAY, 9 * DAY]
    )
