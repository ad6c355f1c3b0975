"""Lifecycles: what users, operators and strangers do to one environment, drawn from a seed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random

from tests.simulation.aws.site import EPOCH
from tests.simulation.aws.variants import Variants
from tests.simulation.cloudformation import StackVariants
from tests.simulation.faults import chance
from tests.simulation.lambda_service import DeliveryRates
from tests.simulation.wanted import Wanted

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


@dataclass(frozen=True)
class Step:
    """One thing that somebody does.

    Attributes:
        what: `deploy`, `cancel`, `destroy`, an operator's command, or a mishap: see `running`.
        wanted: for a deployment, the whole configuration: steps can be left out without changing the others; for
            something that is planted, the configuration whose names it takes.
        model: whom it concerns.
        pause: seconds until the next step.
    """

    what: str
    pause: float
    model: str = "faq"
    wanted: Wanted | None = None


@dataclass(frozen=True)
class Plan:
    """A lifecycle, and how bad the world is.

    Attributes:
        seed: of everything that is left to chance.
        faults: probability of each kind of fault of an API call.
        struck: instead, the exact calls that are struck; None to draw them.
        bus: probability of `drop`, `duplicate`, `late`, `foreign` of job events.
        control: whether the Control stack, with the guard, goes when everything is at rest.
        odds: probability that a `job`, an `endpoint` or an `update` of one fails by itself, that a model is `mute` or
            `bad`, and that an evaluation `hang`s.
    """

    seed: int
    steps: tuple[Step, ...]
    faults: Mapping[str, float] = field(default_factory=dict)
    struck: Mapping[int, str] | None = None
    delivery: DeliveryRates = field(default_factory=DeliveryRates)
    bus: Mapping[str, float] = field(default_factory=dict)
    odds: Mapping[str, float] = field(default_factory=dict)
    variants: Variants = field(default_factory=Variants)
    stack_variants: StackVariants = field(default_factory=StackVariants)
    control: bool = False


def draw(seed: int) -> Plan:
    """The mixed lifecycle of a seed."""
    random = chance(seed)
    badness = random.choice([0.0, 0.005, 0.02, 0.06])
    clumsiness = random.choice([0.0, 0.02, 0.1])
    return Plan(
        seed=seed,
        steps=tuple(_steps(random)),
        faults=_shares(random, badness),
        delivery=DeliveryRates(
            slow=clumsiness * random.random(),
            twice=clumsiness * random.random() * 2,
            lost=clumsiness * random.random() / 4,
            killed=clumsiness * random.random() / 2,
            import_fails=clumsiness * random.random() / 4,
        ),
        bus={
            "drop": random.choice([0.0, 0.2, 1.0]),
            "duplicate": random.choice([0.0, 0.3]),
            "late": random.choice([0.0, 0.3]),
            "foreign": random.choice([0.0, 0.1]),
        },
        odds={what: random.choice([0.0, 0.0, 0.15]) for what in ("job", "endpoint", "update", "mute", "bad", "hang")},
        variants=Variants.draw(random),
        stack_variants=StackVariants.draw(random),
        control=random.random() < 0.1,
    )


FAULT_KINDS = ("refused", "lost", "reply lost", "crash before", "crash after", "late", "late after crash", "slow")

#: What may follow a first deployment, with its weight.
_FOLLOWING = {
    "epochs": 6,
    "back": 3,
    "same": 1,
    "tags": 2,
    "spelling": 2,
    "units": 3,
    "serving": 1,
    "fails": 2,
    "commitment": 1,
    "cancel": 3,
    "destroy": 3,
    "retry": 2,
    "resume": 1,
    "stop billing": 1,
    "approve": 1,
    "roll back": 1,
    "serves": 1,
    "needs approval": 1,
    "gate": 1,
    "endpoint deleted by hand": 1,
    "model deleted by hand": 1,
    "quota": 1,
    "role not ready": 1,
    "unknown status": 1,
    "driver aborted": 1,
    "somebody serves our model": 0.5,
    "hold": 0.5,
}
#: What may be there before the first deployment: somebody else's things under the names that ours would get.
_PLANTED = ("foreign job", "foreign endpoint")


def _steps(random: Random) -> list[Step]:
    models = ["faq", "search"] if random.random() < 0.1 else ["faq"]
    wanted = {model: _first(random, model) for model in models}
    steps = [Step(what, 1.0, "faq", wanted["faq"]) for what in _PLANTED if random.random() < 0.04]
    steps += [Step("deploy", _pause(random), model, wanted[model]) for model in models]
    earlier: dict[str, list[Wanted]] = {model: [wanted[model]] for model in models}
    for _ in range(random.choice([0, 1, 1, 2, 2, 3, 4, 6])):
        model = random.choice(models)
        what = random.choices(list(_FOLLOWING), list(_FOLLOWING.values()))[0]
        changed = _change(random, what, wanted[model], earlier[model])
        if changed is None:
            steps.append(Step(what, _pause(random), model))
            continue
        steps.append(Step("deploy", _pause(random), model, changed))
        # What fails on purpose must not fail for ever.
        wanted[model] = replace(changed, other="", other_fails=False)
        earlier[model].append(wanted[model])
        if changed.needs_approval and random.random() < 0.7:
            steps.append(Step("approve", _pause(random), model))
    if random.random() < 0.7:
        steps += [Step("destroy", _pause(random), model) for model in models]
    return steps


def _shares(random: Random, badness: float) -> dict[str, float]:
    """The probability that a call is struck, shared among the kinds."""
    weights = {kind: random.random() for kind in FAULT_KINDS}
    return {kind: badness * weight / sum(weights.values()) for kind, weight in weights.items()}


def _first(random: Random, model: str) -> Wanted:
    return Wanted(
        model=model,
        serving=random.choice(["provisioned", "provisioned", "on_demand"]),
        keep_previous=random.choice(["0", "1", "1", "2"]),
        needs_approval=random.random() < 0.1,
        waits=random.random() < 0.1,
        dataset=random.random() < 0.03,
        gate=random.choice(["", "", "", "enabled", "dry_run"]),
    )


def _change(random: Random, what: str, wanted: Wanted, earlier: list[Wanted]) -> Wanted | None:
    """What is wanted after this change; None if it is no deployment."""
    if what == "epochs":
        return replace(wanted, epochs=random.choice(["1", "2", "3", "4"]))
    if what == "back":
        return random.choice(earlier)
    if what == "same":
        return wanted
    if what == "tags":
        return replace(
            wanted, tags=(("team", random.choice(["support", "sales"])), ("stage", "x"))[: random.randint(0, 2)]
        )
    if what == "spelling":
        return replace(wanted, epochs=random.choice([f"0{int(float(wanted.epochs))}", f"{int(float(wanted.epochs))}"]))
    if what == "units":
        return replace(wanted, units=random.choice(["1", "2", "3"])) if wanted.serving == "provisioned" else wanted
    if what == "serving":
        serving = "on_demand" if wanted.serving == "provisioned" else "provisioned"
        return replace(wanted, serving=serving, units="1", commitment="none", approval="", approved_until="")
    if what == "serves":
        return replace(wanted, serves=not wanted.serves)
    if what == "gate":
        return replace(wanted, gate=random.choice(["", "enabled", "dry_run"]))
    if what == "needs approval":
        return replace(wanted, needs_approval=not wanted.needs_approval)
    if what == "fails":
        seconds = str(random.choice([1, 3, 10, 60]))
        return replace(wanted, epochs=random.choice(["1", "2", "3", "4"]), other=seconds, other_fails=True)
    if what == "commitment":
        return _committed(random, wanted)
    return None


def _committed(random: Random, wanted: Wanted) -> Wanted:
    """With an approval that is there, missing or expired."""
    if wanted.serving != "provisioned":
        return wanted
    approval, until = random.choice([("approval-1", EPOCH + 30 * DAY), ("approval-2", EPOCH + HOUR), ("", None)])
    return replace(
        wanted,
        commitment=random.choice(["one_month", "six_months"]),
        approval=approval,
        approved_until="" if until is None else str(int(until)),
    )


def _pause(random: Random) -> float:
    """Short ones meet an operation under way; in long ones jobs end."""
    return random.choice(
        [random.uniform(0, 10), random.uniform(0, 120), random.uniform(0, HOUR), random.uniform(0, DAY), 4 * DAY]
    )
