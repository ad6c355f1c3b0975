"""What goes wrong with models of other environments: not held, held for ever, deleted, not verified, not taken back."""

from typing import Any

from finetuning.lifecycle import decision, gating, superseding
from finetuning.lifecycle.training_slot import TrainingSlot
from finetuning.manifest import read
from lambdas.driver import holding_actions
from lambdas.gateways.holds import HoldsGateway
from lambdas.promoted_model.verification import Verification
from lambdas.registry.promotion_lock import PromotionLock
from tests.simulation.bench.variant import Replacement, Variant, always
from tests.simulation.scenarios.promotion_lives import NAME


def _without(rule: Any) -> Replacement:
    """The decision without one rule."""
    return Replacement(decision, "_RULES", lambda real: tuple(r for r in real if r is not rule))


def _held_last(real: Any) -> Any:
    """The hold is put when all else is done: what is served is not held for a while."""
    return (*(rule for rule in real if rule is not gating.hold), gating.hold)


def _released_while_served(real: Any) -> Any:
    """Superseded models are let go of before their successor is in place, whatever serves them."""
    return (decision._reap, *(rule for rule in real if rule is not decision._reap))


def _first_of_its_name(real: Any) -> Any:
    """A model that was promoted twice is taken for what it was the first time."""
    return lambda self, model_arn: next((g for g in self.generations if model_arn and g.model_arn == model_arn), None)


PROMOTION = (
    Variant(
        "promoted-not-held",
        "a promoted model serves without a hold: the environment that trained it may delete it",
        ("C11",),
        (_without(gating.hold),),
        scenario=NAME,
    ),
    Variant(
        "held-too-late",
        "the hold is put on a promoted model after it went into service",
        ("C11",),
        (Replacement(decision, "_RULES", _held_last),),
        scenario=NAME,
    ),
    Variant(
        "hold-kept",
        "the hold on a model that nobody needs any more is said to be taken off, and is not",
        ("E07",),
        (Replacement(HoldsGateway, "release", always(True)),),
        scenario=NAME,
    ),
    Variant(
        "hold-released-early",
        "the hold on the model before is taken off while the endpoint still serves it",
        ("C11",),
        (
            Replacement(decision, "_RULES", _released_while_served),
            Replacement(decision, "is_free", always(True)),
        ),
        scenario=NAME,
    ),
    Variant(
        "hold-not-seen-forgotten",
        "a hold that was just put and does not show yet is taken for one that is not there",
        ("A21",),
        (Replacement(holding_actions, "may_still_show", always(False)),),
        scenario="E07",
    ),
    Variant(
        "promotions-at-once",
        "the promotion lock is not looked at",
        ("E05",),
        (Replacement(PromotionLock, "take", always(None)),),
        scenario="E05",
    ),
    Variant(
        "manifest-believed",
        "what a pinned manifest says is not checked against its digest, its signature and the account",
        ("E06",),
        (Replacement(Verification, "verified", lambda real: lambda self, pinned, place: read(pinned.manifest)),),
        scenario="E06",
    ),
    Variant(
        "any-signature",
        "the manifest's signature is not checked",
        ("E06",),
        (Replacement(Verification, "_is_signed", always(True)),),
        scenario="E06",
    ),
    Variant(
        "alarms-ignored",
        "an alarm that goes off after another model went into service changes nothing",
        ("H02",),
        (_without(gating.reject_alarming),),
        scenario=NAME,
    ),
    Variant(
        "promoted-deleted",
        "a promoted model that is not needed any more is deleted like one that was trained here",
        ("C11",),
        (Replacement(decision, "is_lent", always(False)), Replacement(superseding, "is_lent", always(False))),
        scenario=NAME,
    ),
    Variant(
        "promoted-twice",
        "a model that was promoted twice is taken for what it was the first time",
        ("E07",),
        (Replacement(TrainingSlot, "maker", _first_of_its_name),),
        scenario=NAME,
    ),
)
