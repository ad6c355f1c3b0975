"""What Hypothesis may choose: worlds, configurations, pauses and mishaps, the plainest first, which it shrinks to."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.simulation.aws.site import EPOCH
from tests.simulation.aws.variants import Variants
from tests.simulation.cloudformation import StackVariants
from tests.simulation.faults import KINDS, chance
from tests.simulation.lambda_service import DeliveryRates
from tests.simulation.wanted import Wanted

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
STEP_KINDS = (
    "endpoint deleted by hand",
    "model deleted by hand",
    "quota",
    "role not ready",
    "unknown status",
    "driver aborted",
    "somebody serves our model",
    "hold",
    "model is mute",
)
OPERATIONS = ("retry", "resume", "stop billing", "approve", "roll back")
_DELIVERIES = (
    DeliveryRates(),
    DeliveryRates(twice=1.0),
    DeliveryRates(slow=1.0),
    DeliveryRates(killed=0.5),
    DeliveryRates(lost=0.5),
    DeliveryRates(import_fails=0.5),
)


@dataclass(frozen=True)
class Choice:
    """One of all possible AWSs."""

    seed: int
    variants: Variants
    stack_variants: StackVariants


def worlds() -> st.SearchStrategy[Choice]:
    """Drawn as a single number, of which 0 is the plain world: so shrinking is quick."""
    return st.integers(0, 10_000).map(_world)


def _world(number: int) -> Choice:
    if number == 0:
        return Choice(number, Variants(), StackVariants())
    random = chance(f"world {number}")
    return Choice(number, Variants.draw(random), StackVariants.draw(random))


def configurations() -> st.SearchStrategy[Wanted]:
    """What may be wanted of the one model."""
    return st.builds(
        _wanted,
        serving=st.sampled_from(["provisioned", "on_demand"]),
        epochs=st.sampled_from(["2", "02", "3"]),
        units=st.sampled_from(["1", "2"]),
        keep_previous=st.sampled_from(["1", "0", "2"]),
        team=st.sampled_from(["support", "sales"]),
        serves=st.sampled_from([True, True, True, False]),
        needs_approval=st.sampled_from([False, False, False, True]),
        waits=st.sampled_from([False, False, True]),
        fails=st.sampled_from([False, False, False, True]),
        approval=st.sampled_from([None, None, None, "", "approval"]),
    )


def _wanted(
    *,
    serving: str,
    epochs: str,
    units: str,
    keep_previous: str,
    team: str,
    serves: bool,
    needs_approval: bool,
    waits: bool,
    fails: bool,
    approval: str | None,
) -> Wanted:
    """An approval of None is no commitment, "" a commitment that nobody approved."""
    is_provisioned = serving == "provisioned"
    bound = is_provisioned and approval is not None
    return Wanted(
        serving=serving,
        epochs=epochs,
        units=units if is_provisioned else "1",
        commitment="one_month" if bound else "none",
        approval=(approval or "") if bound else "",
        approved_until=str(int(EPOCH + 60 * DAY)) if bound and approval else "",
        keep_previous=keep_previous,
        tags=(("team", team),),
        serves=serves,
        needs_approval=needs_approval,
        waits=waits,
        other="20" if fails else "",
        other_fails=fails,
    )


def pauses() -> st.SearchStrategy[float]:
    """Seconds: from the middle of a call to the end of a long job."""
    return st.sampled_from([5 * DAY, DAY, HOUR, 20 * MINUTE, 5 * MINUTE, MINUTE, 5.0, 1.0])


def fault_kinds() -> st.SearchStrategy[str]:
    """How a call can be struck."""
    return st.sampled_from(list(KINDS))


def deliveries() -> st.SearchStrategy[DeliveryRates]:
    """How well events reach functions from now on."""
    return st.sampled_from(_DELIVERIES)
