"""What goes wrong with the quality gate: a model that is shown too early, a verdict that is not heeded, a leftover."""

from typing import Any

from finetuning.lifecycle import candidate, evaluating, gating, learning, outcome
from finetuning.lifecycle import judging as judgements
from tests.simulation.bench.plans import judged, judged_with_approval
from tests.simulation.bench.variant import Replacement, Variant, always


def _same(record: Any, *arguments: Any) -> Any:
    return record


def _served_when_approved(real: Any) -> Any:
    """What was approved is taken for served."""
    return lambda generation: not (generation.rejected or generation.approved_by or generation.promoted)


GATING = (
    Variant(
        "serves-unjudged",
        "a candidate goes to the endpoint and into the pointer without waiting for the verdict",
        (),
        (
            Replacement(outcome, "must_not_serve_yet", always(False)),
            Replacement(gating, "is_judged_apart", always(False)),
            Replacement(gating, "is_verdict_awaited", always(False)),
        ),
        judged,
    ),
    Variant(
        "verdict-not-heeded",
        "the verdict is written down, and a model that failed serves all the same",
        (),
        (Replacement(gating, "gate_refusal", always("")), Replacement(candidate, "gate_refusal", always(""))),
        judged,
    ),
    Variant(
        "approval-is-verdict",
        "a model that was approved counts as one that has served, and is not judged any more",
        (),
        (Replacement(candidate, "_is_candidate", _served_when_approved),),
        judged_with_approval,
    ),
    Variant(
        "evaluation-endpoint-kept",
        "the endpoint at which a candidate was judged is not let go of",
        ("C02",),
        (
            Replacement(evaluating, "let_go_of_evaluations", lambda real: _same),
            Replacement(learning, "let_go_of_evaluations", lambda real: _same),
        ),
        judged,
    ),
    Variant(
        "rejected-endpoint-kept",
        "provisioned throughput stays with a model that the gate refused and nothing to serve in its place",
        ("C02",),
        (Replacement(judgements, "_is_billed_for_now", always(False)),),
        judged,
    ),
)
