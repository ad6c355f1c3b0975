"""A training's evaluation: as it was decided, or decided again on the saved answers by the present configuration."""

import json
from dataclasses import dataclass
from typing import Any

from configuration.evaluated import PROPERTY, evaluation_properties
from configuration.models import EnvironmentConfiguration, ModelConfiguration
from finetuning.evaluation import outcome
from finetuning.evaluation import settings as evaluation_settings
from finetuning.evaluation.saved import read_plan, read_saved
from finetuning.lifecycle import ModelRecord, TrainingGeneration
from finetuning.lifecycle.verdict import EvaluationWanted
from lambdas.gateways.answers_store import AnswersStore
from ops.errors import OperatorError
from ops.session import Session


class NotEvaluatedError(OperatorError):
    """There is no evaluation to show, or none to decide again."""


@dataclass(frozen=True)
class Evaluated:
    """One evaluation.

    Attributes:
        passed: what the gate says.
        mode: of the gate.
        reasons: why it did not pass.
        uri: of the document; "" if it was decided here, or did not finish.
        document: the evaluation document; None if the evaluation did not finish.
        redecided: whether the present configuration decided, and not the one that was deployed.
    """

    model: str
    generation: str
    evaluation: str
    passed: bool
    mode: str
    reasons: tuple[str, ...]
    uri: str
    document: dict[str, Any] | None
    redecided: bool = False


def store_of(session: Session) -> AnswersStore:
    """Return the place of the environment's evaluations, to be read."""
    outputs = session.outputs("Foundation")
    account = session.environment.account
    return AnswersStore(outputs["OutputBucketName"], key_arn="", account=account, s3=session.client("s3"))


def decided(record: ModelRecord, store: AnswersStore) -> Evaluated:
    """Return the verdict in the registry with its document.

    Raises:
        NotEvaluatedError: there is no verdict.
    """
    generation, wanted = wanted_of(record)
    verdict = generation.verdict
    if verdict is None:
        state = "is being evaluated" if generation.evaluating == wanted.id else "has not been evaluated yet"
        raise NotEvaluatedError(f"{record.model} {generation.id} {state}; see: python -m ops status --watch")
    content = store.read(store.key_of(verdict.uri)) if verdict.uri else None
    document = None if content is None else json.loads(content)
    facts = (record.model, generation.id, verdict.id, verdict.passed, verdict.mode, verdict.reasons)
    return Evaluated(*facts, verdict.uri, document)


def decided_again(
    record: ModelRecord, store: AnswersStore, configuration: ModelConfiguration, environment: EnvironmentConfiguration
) -> Evaluated:
    """Return what the present configuration says of the saved answers; nobody is asked, and nothing is written.

    Raises:
        NotEvaluatedError: the configuration has no evaluation.
        NoSavedEvaluationError: no answers were saved.
    """
    generation, wanted = wanted_of(record)
    properties = evaluation_properties(configuration, environment, wanted.settings.get("reference"))
    given = json.loads(properties[PROPERTY])["settings"] if properties else {}
    if not given.get("evaluation"):
        raise NotEvaluatedError(f"model {record.model!r} of {environment.name!r} has no evaluation in cdk.json")
    # Another one may be wanted by now: a model that has served is not judged again.
    judged = generation.verdict.id if generation.verdict else wanted.id
    plan = read_plan(store.read, record.model, generation.id, judged)
    settings = evaluation_settings.read({**given, "test_uri": plan.test_uri})
    found = outcome.of(settings, read_saved(store.read, plan))
    facts = (record.model, generation.id, judged, found.passed, settings.gate.mode, found.reasons)
    return Evaluated(*facts, "", found.document, redecided=True)


def wanted_of(record: ModelRecord) -> tuple[TrainingGeneration, EvaluationWanted]:
    """Return the training that is wanted now, and the evaluation that is wanted of it.

    Raises:
        NotEvaluatedError: there is none.
    """
    generation = record.training.current
    if generation is None or generation.evaluation is None or not generation.evaluation.asks_records:
        raise NotEvaluatedError(
            f"model {record.model!r} is not evaluated: add `evaluation` to it in cdk.json and a test dataset, and "
            f"deploy; docs/evaluation.md says how"
        )
    return generation, generation.evaluation
