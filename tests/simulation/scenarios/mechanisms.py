"""Ways in which a life can go wrong that can be put together: each changes the world, or does something at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from finetuning.lifecycle.retrying import resume, retry, stop_billing
from tests.simulation.faults import PUT_ANSWER
from tests.simulation.judgements import approving, rolling_back
from tests.simulation.scenarios.acting import (
    cancel,
    delete_by_hand,
    destroy_early,
    fail_beside,
    judge,
    operate,
    retrain,
    served_elsewhere,
    spell_anew,
    there_and_back,
    unknown_status,
    update,
)
from tests.simulation.scenarios.breaking import (
    abort,
    bad_model,
    delivers,
    events,
    fail_endpoint,
    fail_job,
    fail_swap,
    hanging_evaluations,
    kills,
    later,
    mute_model,
    no_quota,
    no_room,
    refuse_job,
    role_is_new,
    role_is_wrong,
    stray_events,
    strikes,
    sweep_often,
)
from tests.simulation.scenarios.life import DAY, HOUR, Act
from tests.simulation.scenarios.strikes import late, refusing


@dataclass(frozen=True)
class Mechanism:
    """One way.

    Attributes:
        faults: ids of the catalogue that it brings about.
        install: prepares it, before the first deployment.
        variants: choices of the simulated AWS that it needs.
        changes: what is wanted besides.
        step: what is done between two deployments: see `pairs`.
    """

    name: str
    faults: tuple[str, ...]
    install: Act | None = None
    variants: Mapping[str, Any] = field(default_factory=dict)
    stack_variants: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    step: Act | None = None


_JOB = "bedrock.create_model_customization_job"

_NEEDS_APPROVAL, _GATED = {"needs_approval": True}, {"gate": "enabled"}
_DENIED = refusing("ThrottlingException", "Slow down.")

MECHANISMS: Mapping[str, Mechanism] = {
    mechanism.name: mechanism
    for mechanism in (
        Mechanism("code cannot be imported", ("A01",), delivers(import_fails=0.3)),
        Mechanism("table write unheard", ("A02",), strikes("dynamodb.put_item", "reply lost", most=12)),
        Mechanism("call hangs", ("A03",), strikes("", "slow", most=60)),
        Mechanism("death after purchase", ("A04", "C01"), strikes("bedrock.create_", "crash after")),
        Mechanism("function dies", ("A05",), kills("customization_job#")),
        Mechanism("endpoint function dies", ("A05",), kills("model_endpoint#")),
        Mechanism("delivered twice", ("A06", "D02"), delivers(twice=1.0)),
        Mechanism("never delivered", ("A07",), delivers(lost=0.3)),
        Mechanism("delivered late", ("A21", "A22"), delivers(slow=0.5)),
        Mechanism("answer meets errors", ("A08",), strikes(PUT_ANSWER, "refused", most=4)),
        Mechanism(
            "answer taken twice",
            ("A09", "A10"),
            strikes(PUT_ANSWER, "reply lost"),
            stack_variants={"takes_again": True},
        ),
        Mechanism(
            "answer refused", ("A09", "A10"), strikes(PUT_ANSWER, "crash after"), stack_variants={"takes_again": False}
        ),
        Mechanism("answer too long", ("A11", "A12", "B03", "F01"), refuse_job),
        Mechanism("update fails beside", ("A16", "A17", "A18", "C10"), step=fail_beside),
        Mechanism("rolled back by delete", ("A18",), stack_variants={"rolls_back_by": "delete"}, step=fail_beside),
        Mechanism("update cancelled", ("A19",), step=cancel),
        Mechanism("destroyed early", ("A20", "A21", "B12", "G03"), step=destroy_early),
        Mechanism("retagged", ("A27", "B07"), step=update(tags=(("team", "sales"),))),
        Mechanism("spelled anew", ("A25", "A26", "A28"), step=spell_anew),
        Mechanism("role is new", ("B01",), role_is_new),
        Mechanism("role is wrong", ("B02",), role_is_wrong),
        Mechanism("job fails", ("B04",), fail_job),
        Mechanism("calls throttled", ("B05",), strikes("bedrock.", "refused", most=30)),
        Mechanism("table throttled", ("B05",), strikes("dynamodb.", "refused", most=30)),
        Mechanism("job's reply lost", ("B06", "B07"), strikes(_JOB, "reply lost", most=2)),
        Mechanism(
            "job's request late", ("B06", "A21"), strikes(_JOB, late(70.0), most=2), variants={"token_reuse": "same"}
        ),
        Mechanism("job's request late, sender dead", ("A04", "B07"), strikes(_JOB, late(70.0, dies=True), most=2)),
        Mechanism(
            "token forgotten", ("B08",), strikes(_JOB, "crash after", most=2), variants={"token_seconds": 3600.0}
        ),
        Mechanism("no room for jobs", ("B11",), no_room),
        Mechanism("completes while stopping", ("B13",), variants={"completes_while_stopping": True}),
        Mechanism("reads lag", ("B14",), variants={"lag_seconds": 20.0, "fickle": True}),
        Mechanism("status unknown", ("B15",), step=unknown_status),
        Mechanism("model late", ("B15",), variants={"model_late_seconds": 600.0}),
        Mechanism("endpoint's reply lost", ("C01",), strikes("bedrock.create_p", "reply lost", most=1)),
        Mechanism("endpoint fails", ("C02",), fail_endpoint),
        Mechanism("swap fails", ("C08",), fail_swap),
        Mechanism("model does not answer", ("H01", "H02"), mute_model),
        Mechanism(
            "approval needed", ("H03",), later(HOUR, 5 * DAY, judge("approve", approving)), changes=_NEEDS_APPROVAL
        ),
        Mechanism("rolled back by an operator", ("H04",), step=judge("roll back", rolling_back)),
        Mechanism("endpoint cannot be asked", ("H06",), strikes("bedrock-runtime.", "refused", most=6)),
        Mechanism("judged", (), changes=_GATED),
        Mechanism("candidate is worse", (), bad_model, changes=_GATED),
        Mechanism("evaluation hangs", (), hanging_evaluations, changes=_GATED),
        Mechanism("nothing to serve", ("H07",), step=update(serves=False)),
        Mechanism("driver aborted", ("C03", "D07"), later(10, 8 * HOUR, abort)),
        Mechanism("driver dies", ("D07",), kills("faq-")),
        Mechanism("no quota", ("C07",), no_quota),
        Mechanism("units change", ("C09",), step=update(units="2")),
        Mechanism("served elsewhere", ("C11",), variants={"delete_served_model": True}, step=served_elsewhere),
        Mechanism("endpoint deleted by hand", ("C12", "G04"), step=delete_by_hand("endpoint")),
        Mechanism("model deleted by hand", ("G04",), step=delete_by_hand("model")),
        Mechanism("commitment unapproved", ("C13", "H05"), step=update(commitment="one_month")),
        Mechanism("no events", ("D01", "D05"), events(drop=1.0)),
        Mechanism("events doubled and late", ("D02", "D03"), events(duplicate=1.0, late=1.0)),
        Mechanism("stray events", ("D04",), later(1, HOUR, stray_events)),
        Mechanism("sweeps in between", ("D08",), later(0, HOUR, sweep_often)),
        Mechanism("sweep dies", ("D08",), kills("sweep#")),
        Mechanism("retrained", ("G01", "C08"), step=retrain),
        Mechanism("there and back", ("G02",), step=there_and_back),
        Mechanism("billing stopped", (), step=operate("stop billing", lambda record, seen: stop_billing(record))),
        Mechanism("resumed", ("G04",), later(HOUR, 2 * DAY, operate("resume", resume))),
        Mechanism("retried", (), later(HOUR, 2 * DAY, operate("retry", retry))),
        Mechanism(
            "writes denied",
            ("B05",),
            strikes("dynamodb.put_item", _DENIED, most=12),
        ),
        Mechanism("start of driver lost", ("D07",), strikes("states.start_execution", "lost", most=3)),
        Mechanism("pointer written unheard", ("D06",), strikes("ssm.", "crash after", most=2)),
        Mechanism("waits for the model", (), changes={"waits": True}),
    )
}
"""Every mechanism, by name."""
