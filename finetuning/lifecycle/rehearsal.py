"""What the driver would do from here, found out by letting it decide on a Bedrock that does as it is told.

The decisions are the real ones, so a rehearsal cannot tell another story than the lifecycle does.
"""

from dataclasses import dataclass

from finetuning.lifecycle.caps import billed
from finetuning.lifecycle.decision import Action, Decision, decide
from finetuning.lifecycle.obedient_bedrock import ObedientBedrock
from finetuning.lifecycle.observation import Observed
from finetuning.lifecycle.outcome import awaits_approval, failure, model_behind
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord

MOST_LOOKS = 400
"""A lifecycle takes some ten; what is not at rest then waits for somebody."""

_NO_STEPS = frozenset({Action.AWAIT_JOB, Action.AWAIT_CHANGE, Action.SIGNAL_STACK})
_SERVING = frozenset({Action.CREATE_ENDPOINT, Action.SWAP_MODEL, Action.PUBLISH_POINTER})


@dataclass(frozen=True)
class Step:
    """One thing that the driver does.

    Attributes:
        generation_id: the training or endpoint generation that it concerns; "" for a pointer that is withdrawn.
        name: of the job (and so of its custom model) or the endpoint.
        model: of an endpoint that is created, swapped or published: the custom model behind it; "" if nobody knows.
        after_approval: it waits for an operator's approval.
    """

    action: Action
    generation_id: str = ""
    name: str = ""
    model: str = ""
    after_approval: bool = False


@dataclass(frozen=True)
class Rehearsed:
    """How it goes.

    Attributes:
        record: as it would be in the end.
        steps: what would be done, in order; waiting, and telling CloudFormation, are left out.
        most_billed: the provisioned throughput when the most of it is billed at the same time.
        problem: why what is wanted is not reached without a human, or "".
    """

    record: ModelRecord
    steps: tuple[Step, ...]
    most_billed: tuple[EndpointGeneration, ...]
    problem: str


def rehearse(record: ModelRecord, seen: Observed) -> Rehearsed:
    """Let the driver work on a copy until nothing is left to do.

    Args:
        record: with what was just seen in it.
        seen: the look from which it starts.
    """
    bedrock, steps, approved = ObedientBedrock(record, seen), list[Step](), False
    most = billed(record)
    for _ in range(MOST_LOOKS):
        look = bedrock.look()
        most = max(most, billed(bedrock.record), key=_weight)
        decision = decide(bedrock.record, look)
        if decision.action != Action.SETTLED:
            if decision.action not in _NO_STEPS:
                steps.append(_step(bedrock.record, decision, look, approved))
            bedrock.do(decision, look)
        elif awaits_approval(bedrock.record, look):
            bedrock.approve(look)
            approved = True
        else:
            return Rehearsed(bedrock.record, tuple(steps), most, failure(bedrock.record, look))
    look = bedrock.look()
    waits = f"{decide(bedrock.record, look).generation_id} has a status that is not known; look again later"
    return Rehearsed(bedrock.record, tuple(steps), most, failure(bedrock.record, look) or waits)


def _step(record: ModelRecord, decision: Decision, look: Observed, approved: bool) -> Step:
    training, endpoint = record.training.find(decision.generation_id), record.endpoint.find(decision.generation_id)
    name = training.job_name if training else endpoint.name if endpoint else ""
    serves = endpoint if decision.action in _SERVING else None
    model = _model(record, serves, look) if serves is not None else ""
    return Step(decision.action, decision.generation_id, name, model, approved)


def _model(record: ModelRecord, endpoint: EndpointGeneration, look: Observed) -> str:
    """The name of the custom model that an endpoint is to serve; one for an evaluation serves what it judges."""
    judged = record.training.find(endpoint.judges)
    maker = judged or record.training.maker(model_behind(record, endpoint, look))
    return maker.job_name if maker else ""


def _weight(endpoints: tuple[EndpointGeneration, ...]) -> tuple[int, float]:
    """Model units first, because a price may be unknown."""
    return sum(e.model_units for e in endpoints), sum(e.hourly_usd or 0.0 for e in endpoints)
