"""`ops evaluate`: the verdict as it was given, and as the present cdk.json would give it on the saved answers."""

import json
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from configuration.models import EnvironmentConfiguration, ModelConfiguration
from finetuning.evaluation.saved import NoSavedEvaluationError
from lambdas.gateways.answers_store import AnswersStore
from lambdas.gateways.downloads import ObjectUnreadableError
from ops.evaluating import rendering
from ops.evaluating.finding import Evaluated, NotEvaluatedError, decided, decided_again
from tests.fakes.evaluation import FakeStore
from tests.unit.lambdas.evaluating import GENERATION, MODEL, SETTINGS, Evaluating

ENVIRONMENT = EnvironmentConfiguration.model_validate(
    {"name": "dev", "account": "111122223333", "region": "us-west-2", "removal_policy": "destroy"}
)


def configured(**gate: Any) -> ModelConfiguration:
    """The model in cdk.json, with this gate."""
    return ModelConfiguration.model_validate(
        {
            "training": {
                "base_model": "amazon.nova-lite-v1:0:300k",
                "dataset": {"training": "s3://b/t.jsonl", "test": "s3://b/test.jsonl"},
            },
            "endpoint": {"serving": "on_demand"},
            "evaluation": {"preset": "classification"},
            "gate": {"mode": "enabled", **gate},
        }
    )


class Store(FakeStore, AnswersStore):
    """Files that the evaluation left behind, under the bucket of the URIs."""

    def __init__(self, files: dict[str, bytes]) -> None:
        AnswersStore.__init__(self, "output", key_arn="", account="", s3=object())  # type: ignore[arg-type]
        FakeStore.__init__(self)
        self.files = dict(files)


def screen(found: Evaluated) -> str:
    """What a wide terminal shows."""
    console = Console(width=200)
    with console.capture() as shown:
        console.print(rendering.screen(found))
    return shown.get()


@pytest.fixture(scope="module")
def evaluated() -> Evaluating:
    """The candidate is right each time, its base model half of the time."""
    evaluating = Evaluating()
    evaluating.run()
    return evaluating


def test_verdict_is_shown_with_what_was_measured(evaluated: Evaluating) -> None:
    """From the registry and the document beside it."""
    found = decided(evaluated.record, Store(evaluated.store.files))
    assert (found.passed, found.mode, found.redecided) == (True, "enabled", False)
    lines = screen(found).splitlines()
    assert lines[0] == f"{MODEL} {GENERATION}: quality gate passed"
    assert ["metric", "candidate", "base", "gain"] in [line.split() for line in lines]
    [accuracy] = [line for line in lines if line.startswith("Accuracy ")]
    assert accuracy.split()[:3] == ["Accuracy", "1", "0.5111"]
    assert "over base" in accuracy


def test_texts_of_the_dataset_are_shown_to_nobody(evaluated: Evaluating) -> None:
    """A CI keeps what is printed in a log."""
    found = decided(evaluated.record, Store(evaluated.store.files))
    assert "even or odd" in json.dumps(found.document)
    assert "even or odd" not in screen(found) + json.dumps(rendering.plain(found))


def test_gate_is_decided_again_without_asking_anybody(evaluated: Evaluating) -> None:
    """On the answers that were saved, and nothing is written."""
    store = Store(evaluated.store.files)
    tries, before = evaluated.models.tries, dict(store.files)
    strict = configured(thresholds={"accuracy": {"min_gain_over_base": 0.6}})
    found = decided_again(evaluated.record, store, strict, ENVIRONMENT)
    assert (found.passed, found.redecided, found.uri) == (False, True, "")
    assert "accuracy" in found.reasons[0]
    assert "quality gate failed by the present cdk.json" in rendering.headline(found)
    mild = configured(thresholds={"accuracy": {"min_gain_over_base": 0.1}})
    assert decided_again(evaluated.record, store, mild, ENVIRONMENT).passed
    assert (evaluated.models.tries, store.files) == (tries, before)


def test_same_terms_give_the_same_document(evaluated: Evaluating) -> None:
    """A verdict can be checked by anybody who has the answers."""
    store = Store(evaluated.store.files)
    same = configured(thresholds=SETTINGS["gate"]["thresholds"])
    again = decided_again(evaluated.record, store, same, ENVIRONMENT).document
    first = decided(evaluated.record, store).document
    assert again is not None
    assert first is not None
    assert again["verdict"] == first["verdict"]
    assert again["checks"] == first["checks"]


def test_what_was_judged_is_decided_again_after_another_gate_was_deployed(evaluated: Evaluating) -> None:
    """A model that serves is not judged by it: its answers lie under the evaluation that was."""
    store, gate = Store(evaluated.store.files), {"thresholds": {"accuracy": {"min_gain_over_base": 0.6}}}
    [generation] = evaluated.record.training.generations
    assert generation.evaluation is not None
    asked = replace(generation.evaluation, id="d" * 16, settings={**generation.evaluation.settings, "test_uri": "new"})
    deployed = evaluated.record.with_training(replace(generation, served=True, evaluation=asked))
    found = decided_again(deployed, store, configured(**gate), ENVIRONMENT)
    assert generation.verdict is not None
    assert (found.passed, found.evaluation) == (False, generation.verdict.id)
    assert found.document == decided_again(evaluated.record, store, configured(**gate), ENVIRONMENT).document


def test_evaluation_that_did_not_finish_is_shown_with_its_reason() -> None:
    """There is no document then, and nothing to decide again."""
    evaluating = Evaluating()
    evaluating.datasets.objects = {}
    evaluating.run()
    store = Store(evaluating.store.files)
    found = decided(evaluating.record, store)
    assert (found.passed, found.document, found.uri) == (False, None, "")
    assert "did not finish" in screen(found)
    with pytest.raises(NoSavedEvaluationError):
        decided_again(evaluating.record, store, configured(), ENVIRONMENT)


@pytest.mark.parametrize(
    ("evaluating", "state"), [("", "has not been evaluated yet"), ("b" * 16, "is being evaluated")]
)
def test_candidate_without_a_verdict(evaluating: str, state: str) -> None:
    """The message says what to look at."""
    waiting = Evaluating(evaluating=evaluating)
    with pytest.raises(NotEvaluatedError, match=f"{state}.*ops status"):
        decided(waiting.record, Store({}))


def test_model_that_is_not_evaluated() -> None:
    """Neither as it is deployed nor in cdk.json."""
    evaluating = Evaluating(evaluation=None)
    with pytest.raises(NotEvaluatedError, match=r"add `evaluation` to it in cdk\.json"):
        decided(evaluating.record, Store({}))
    without = configured().model_copy(update={"evaluation": None})
    with pytest.raises(NotEvaluatedError, match=r"has no evaluation in cdk\.json"):
        decided_again(Evaluating().record, Store({}), without, ENVIRONMENT)


def test_document_in_another_bucket_is_not_read(evaluated: Evaluating) -> None:
    """The registry names the place; another place is nobody's evidence."""
    verdict = evaluated.candidate.verdict
    assert verdict is not None
    moved = replace(evaluated.candidate, verdict=replace(verdict, uri="s3://elsewhere/evaluation.json"))
    with pytest.raises(ObjectUnreadableError):
        decided(evaluated.record.with_training(moved), Store(evaluated.store.files))
