"""A model of another environment: held before it serves, let go of and never deleted."""

from dataclasses import replace

from finetuning.lifecycle import Action, Decision, EndpointObservation, Observed, decide
from finetuning.lifecycle.judging import rejected
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.outcome import bought, model_to_serve
from finetuning.lifecycle.training import release_training
from tests.unit.lifecycle.candidates import HELD, ID, NEXT, NOW, PROMOTED, promoted
from tests.unit.lifecycle.records import claim


def test_promoted_model_is_held_before_it_serves() -> None:
    """No job is started for it."""
    record = promoted()
    [generation] = record.training.generations
    assert (generation.job_name, generation.model_arn, generation.manifest) == (
        PROMOTED.job_name,
        "model-p",
        "f" * 64,
    )
    free = Observed({ID: replace(HELD, is_held=False)}, {}, NOW)
    assert decide(learn(record, free), free) == Decision(Action.HOLD_MODEL, ID)
    held = Observed({ID: HELD}, {}, NOW)
    # It may have been taken off a moment ago, by the promotion of the same model before this one.
    assert decide(learn(record, held), held) == Decision(Action.HOLD_MODEL, ID)
    put = record.with_training(replace(generation, intended_at=NOW))
    assert decide(learn(put, held), held) == Decision(Action.CREATE_ENDPOINT, ID)


def test_promoted_model_that_is_gone_is_drift() -> None:
    """It cannot be trained again here."""
    record = promoted()
    gone = Observed({ID: replace(HELD, model_status=None, is_held=False)}, {}, NOW)
    settled = decide(learn(record, gone), gone)
    assert settled.action == Action.SETTLED
    assert settled.reason.endswith("was deleted outside this stack")


def test_promoted_model_is_let_go_of_and_never_deleted() -> None:
    """On removal, and when it is superseded."""
    record = learn(promoted(), Observed({ID: HELD}, {}, NOW))
    assert bought(record) == (f"hold on custom model {PROMOTED.job_name}, which another environment trained",)
    removed = release_training(record, claim(1))
    assert decide(removed, Observed({ID: HELD}, {}, NOW)) == Decision(Action.RELEASE_MODEL, ID)
    served = Observed({ID: HELD}, {ID: EndpointObservation("e", "InService", "model-p")}, NOW)
    assert decide(removed, served).action != Action.RELEASE_MODEL


def test_model_that_was_promoted_twice_is_judged_by_the_wanted_promotion() -> None:
    """Its stack went and came again: the rejection of the same model must not be written on what is gone."""
    record = promoted()
    [first] = record.training.generations
    gone = replace(first, released=True, condemned=True, gone=True, served=True, approved_by="ada")
    again = replace(first, id=NEXT, attempt=2)
    slot = replace(record.training, generations=(gone, again), current_id=NEXT)
    record = rejected(replace(record, training=slot), Observed(), "model-p", "it does not answer")
    assert [g.rejected for g in record.training.generations] == ["", "it does not answer"]
    assert model_to_serve(record, Observed({NEXT: HELD}, {}, NOW)) == ""
