"""Lives in which some flaws show sooner than in the mixed ones: in the same world, with other steps."""

from dataclasses import replace
from random import Random

from tests.simulation.aws.site import EPOCH
from tests.simulation.faults import chance
from tests.simulation.lambda_service import DeliveryRates
from tests.simulation.plans import DAY, FAULT_KINDS, Plan, Step, draw
from tests.simulation.wanted import Wanted

#: Long enough for most jobs, and for the endpoint after them.
_SERVED = 4 * DAY


def harsh(seed: int) -> Plan:
    """The mixed life, with more struck calls than in the worst of them."""
    random = chance(f"{seed} harsh")
    weights = {kind: random.random() for kind in FAULT_KINDS}
    return replace(draw(seed), faults={kind: 0.1 * weight / sum(weights.values()) for kind, weight in weights.items()})


def clumsy(seed: int) -> Plan:
    """The mixed life in a hurry, with events that come late, twice or not at all."""
    plan, random = draw(seed), chance(f"{seed} clumsy")
    steps = tuple(replace(step, pause=random.choice([1.0, 20.0, 120.0])) for step in plan.steps)
    return replace(plan, steps=steps, delivery=DeliveryRates(slow=0.2, twice=0.2, lost=0.05, killed=0.1))


def hasty(seed: int) -> Plan:
    """A stack is created, changed and given up within minutes, and events come late."""
    wanted, random = _first(seed)
    changed = replace(wanted, epochs="4", other="10", other_fails=random.random() < 0.5)
    steps = (
        Step("deploy", random.choice([1.0, 20.0, 600.0]), wanted=wanted),
        Step("deploy", random.choice([1.0, 5.0, 20.0]), wanted=changed),
        Step(random.choice(["cancel", "destroy"]), _SERVED),
    )
    return replace(_life(seed, *steps), delivery=DeliveryRates(slow=0.4, twice=0.2, lost=0.05, killed=0.1))


def late_model(seed: int) -> Plan:
    """The mixed life in a world where events come, and models come after them."""
    plan = draw(seed)
    return replace(plan, bus={}, variants=replace(plan.variants, model_late_seconds=600.0))


def deleted_by_hand(seed: int) -> Plan:
    """A model serves until a person deletes the endpoint, without telling anybody."""
    wanted, _ = _first(seed)
    return _life(seed, Step("deploy", _SERVED, wanted=wanted), Step("endpoint deleted by hand", 3 * DAY))


def slow_rollback(seed: int) -> Plan:
    """An update of a model that serves wants another endpoint or training, takes long, and fails in the end."""
    wanted, random = _first(seed)
    failing = replace(wanted, other=str(random.randint(300, 3000)), other_fails=True)
    changed = random.choice([replace(failing, units="3"), replace(failing, epochs="4")])
    return _life(seed, Step("deploy", _SERVED, wanted=wanted), Step("deploy", DAY, wanted=changed))


def retrained(seed: int) -> Plan:
    """A model is trained anew and serves each time; swaps may fail."""
    wanted, _ = _first(seed)
    steps = (Step("deploy", _SERVED, wanted=replace(wanted, epochs=epochs)) for epochs in "1234")
    return replace(_life(seed, *steps), odds={"update": 0.3})


def mute(seed: int) -> Plan:
    """A model is trained and trained anew, and half of all models do not answer."""
    wanted, _ = _first(seed)
    steps = (Step("deploy", _SERVED, wanted=replace(wanted, epochs=epochs)) for epochs in "12")
    return replace(_life(seed, *steps), odds={"mute": 0.5})


def judged(seed: int) -> Plan:
    """A model is trained and trained anew behind the quality gate, and half of all models do not pass."""
    wanted, _ = _first(seed)
    gated = replace(wanted, gate="enabled")
    steps = (Step("deploy", _SERVED, wanted=replace(gated, epochs=epochs)) for epochs in "12")
    return replace(_life(seed, *steps), odds={"bad": 0.5})


def judged_with_approval(seed: int) -> Plan:
    """A model is approved as soon as it is there, and does not pass the quality gate."""
    wanted, _ = _first(seed)
    gated = replace(wanted, gate="enabled", needs_approval=True)
    return replace(_life(seed, Step("deploy", _SERVED, wanted=gated), Step("approve", _SERVED)), odds={"bad": 1.0})


def approved(seed: int) -> Plan:
    """Each new model needs approval; the first gets it, the second does not."""
    wanted, _ = _first(seed)
    first = replace(wanted, needs_approval=True)
    deploy, approve = Step("deploy", _SERVED, wanted=first), Step("approve", DAY)
    return _life(seed, deploy, approve, Step("deploy", _SERVED, wanted=replace(first, epochs="3")))


def rolled_back(seed: int) -> Plan:
    """A model serves, then another one, which an operator rolls back."""
    wanted, _ = _first(seed)
    first = replace(wanted, keep_previous="1")
    deploys = (Step("deploy", _SERVED, wanted=replace(first, epochs=epochs)) for epochs in "12")
    return _life(seed, *deploys, Step("roll back", DAY))


def committed(seed: int) -> Plan:
    """An endpoint with a commitment is wanted, then none, or not any more; its approval may be missing."""
    wanted, random = _first(seed)
    until = str(int(EPOCH + 30 * DAY))
    unapproved = replace(wanted, serving="provisioned", commitment="one_month")
    bound = random.choice([unapproved, replace(unapproved, approval="approval", approved_until=until)])
    free = Step("deploy", DAY, wanted=replace(bound, commitment="none", approval="", approved_until=""))
    return _life(seed, Step("deploy", _SERVED, wanted=bound), random.choice([free, Step("destroy", DAY)]))


def failing_endpoint(seed: int) -> Plan:
    """Half of all endpoints fail."""
    wanted, _ = _first(seed)
    steps = (Step("deploy", _SERVED, wanted=wanted), Step("destroy", DAY))
    return replace(_life(seed, *steps), odds={"endpoint": 0.5})


def planted(seed: int) -> Plan:
    """Somebody else has things under the names that ours would get."""
    wanted, random = _first(seed)
    what = random.choice(["foreign job", "foreign endpoint"])
    return _life(seed, Step(what, 1.0, wanted=wanted), Step("deploy", _SERVED, wanted=wanted), Step("destroy", DAY))


def edited(seed: int) -> Plan:
    """Tags and the spelling of numbers change."""
    wanted, random = _first(seed)
    changed = random.choice([replace(wanted, epochs=f"0{wanted.epochs}"), replace(wanted, tags=(("team", "sales"),))])
    return _life(seed, *(Step("deploy", _SERVED, wanted=item) for item in (wanted, changed)))


def _first(seed: int) -> tuple[Wanted, Random]:
    random = chance(f"{seed} bench")
    serving = random.choice(["provisioned", "on_demand"])
    return Wanted(serving=serving, keep_previous=random.choice("012")), random


def _life(seed: int, *steps: Step) -> Plan:
    """These steps in the seed's world, in which nothing fails by itself."""
    return replace(draw(seed), steps=steps, odds={}, faults={})
