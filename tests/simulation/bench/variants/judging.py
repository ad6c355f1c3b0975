"""Flaws in which model may serve: whether it answers, who approved it, and what an operator rolled back."""

from dataclasses import replace
from typing import Any

from finetuning.lifecycle import ModelRecord, Observed, decision, outcome
from lambdas.driver import endpoint_actions, publishing, steps
from lambdas.gateways.answering import AnsweringGateway
from tests.simulation.bench.plans import approved, mute, rolled_back
from tests.simulation.bench.variant import Replacement, Variant, always


def _as_if_approved(real: Any) -> Any:
    """Everybody who is asked takes the wanted model for approved."""

    def to_serve(record: ModelRecord, seen: Observed) -> str:
        current = record.training.current
        if current is not None and not current.approved_by:
            record = record.with_training(replace(current, approved_by="nobody"))
        served: str = real(record, seen)
        return served

    return to_serve


def _forgets_the_rollback(real: Any) -> Any:
    """As one that only swaps: what is wanted is what was wanted before."""

    def learn(record: ModelRecord, seen: Observed) -> ModelRecord:
        learnt: ModelRecord = real(record, seen)
        current, served = learnt.training.current, learnt.endpoint.published_model_arn
        if current is not None and current.rejected.startswith("rolled back") and current.model_arn != served:
            learnt = learnt.with_training(replace(current, rejected=""))
        return learnt

    return learn


def _endpoint_stays(real: Any) -> Any:
    def rejected(record: ModelRecord, seen: Observed, model_arn: str, reason: str) -> ModelRecord:
        judged: ModelRecord = real(record, seen, model_arn, reason)
        return replace(judged, endpoint=record.endpoint)

    return rejected


#: Every endpoint counts as one that answers.
NOT_ASKED = Replacement(AnsweringGateway, "refusal", always(""))
_SERVED_BY = ((decision, "model_to_serve"), (endpoint_actions, "model_to_serve"), (outcome, "model_to_serve"))

JUDGING = (
    Variant(
        "published-unasked",
        "applications are sent to an endpoint that nobody has asked anything",
        ("H01", "H02"),
        (NOT_ASKED,),
        mute,
    ),
    Variant(
        "mute-endpoint-kept",
        "the throughput of a first model that does not answer is not deleted",
        ("H01",),
        (Replacement(publishing, "rejected", _endpoint_stays),),
        mute,
    ),
    Variant(
        "approval-ignored",
        "a model goes into service whether or not it was approved",
        ("H03",),
        tuple(Replacement(where, name, _as_if_approved) for where, name in _SERVED_BY),
        approved,
    ),
    Variant(
        "rollback-forgotten",
        "a model that was rolled back comes back as soon as the one before serves",
        ("H04",),
        (Replacement(steps, "learn", _forgets_the_rollback),),
        rolled_back,
    ),
)
