"""One candidate of the model `faq` that is to be judged, and everything that its evaluation works with."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from finetuning.evaluation.plan import Plan
from finetuning.evaluation.saved import read_plan
from finetuning.lifecycle import EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.verdict import EvaluationWanted
from lambdas.evaluation.answering import Answering
from lambdas.evaluation.grading import Grading
from lambdas.evaluation.judge_jobs import JudgeJobs
from lambdas.evaluation.pace import Pace
from lambdas.evaluation.preparing import Preparing
from lambdas.evaluation.steps import Steps
from lambdas.evaluation.time_left import TimeLeft
from lambdas.evaluation.verdicts import Verdicts
from lambdas.gateways.asking import Question
from lambdas.registry import Registry
from tests.fakes.clock import EPOCH, FakeClock
from tests.fakes.evaluation import FakeEvidence, FakeJudgeJobs, FakeModels, FakeStore
from tests.fakes.evaluation_machine import FakeEvaluationMachine
from tests.fakes.storage import FakeStorage
from tests.fakes.table import FakeTable

MODEL, GENERATION, EVALUATION = "faq", "aaaaaaaaaa-1", "b" * 16
NOVA_LITE, NOVA_PRO = "amazon.nova-lite-v1:0:300k", "amazon.nova-pro-v1:0"
CANDIDATE = "arn:aws:bedrock:us-west-2:111122223333:custom-model/amazon.nova-lite-v1:0:300k/candidate0000"
CHAMPION = "arn:aws:bedrock:us-west-2:111122223333:custom-model/amazon.nova-lite-v1:0:300k/champion0000"
ASKED_AT, SERVED_AT = "arn:evaluation-endpoint", "arn:serving-endpoint"
TEST_URI = f"s3://data/datasets/faq/{'c' * 64}/test.jsonl"
FOLDER = f"evaluations/faq/{GENERATION}/{EVALUATION}"
SETTINGS: dict[str, Any] = {
    "evaluation": {"preset": "classification", "max_records": 50, "concurrency": 3, "max_answer_tokens": 64},
    "gate": {"mode": "enabled", "thresholds": {"accuracy": {"min": 0.5}}, "min_records": 30},
    "reference": None,
    "prices": {"input_usd_per_1k_tokens": 0.001, "output_usd_per_1k_tokens": 0.002},
    "test_uri": TEST_URI,
    "base_model": NOVA_LITE,
}


def dataset(records: int) -> bytes:
    """A test dataset: the label of question n is `even` or `odd`."""
    lines = (
        {
            "schemaVersion": "bedrock-conversation-2024",
            "messages": [
                {"role": "user", "content": [{"text": f"Is {n} even or odd?"}]},
                {"role": "assistant", "content": [{"text": label(n)}]},
            ],
        }
        for n in range(records)
    )
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def label(number: int) -> str:
    """The right answer."""
    return "odd" if number % 2 else "even"


def says(question: Question) -> str:
    """The candidate is right; everybody else always says `even`; the judge is generous."""
    asked = question.turns[-1][1]
    if question.system and '"grade"' in question.system:
        return '{"grade": 5, "reason": "fine"}'
    if question.model_id == ASKED_AT:
        return label(int(asked.split()[1]))
    return "even"


def endpoint(arn: str, model_arn: str, **changes: Any) -> EndpointGeneration:
    """An endpoint that serves a model."""
    plain: dict[str, Any] = {"id": f"{arn}-1", "fingerprint": "d" * 64, "attempt": 1, "name": arn, "physical_id": "x"}
    plain |= {"serving": "on_demand", "model_units": 0, "commitment": "none", "tags": {}, "intended": True}
    return EndpointGeneration(**{**plain, "arn": arn, "model_arn": model_arn, "status": "InService", **changes})


def with_evaluation(**fields: Any) -> dict[str, Any]:
    """The settings with other fields in the evaluation."""
    return {**SETTINGS, "evaluation": {**SETTINGS["evaluation"], **fields}}


class Evaluating:
    """The functions and the state machine around one candidate."""

    def __init__(self, settings: Mapping[str, Any] = SETTINGS, **changes: Any) -> None:
        self.clock, self.store, self.table = FakeClock(), FakeStore(), FakeTable()
        self.registry = Registry("finetuning", "dev", self.table)
        self.models = FakeModels(says)
        self.jobs = FakeJudgeJobs([("Completed", "")], lambda job: None)
        self.datasets = FakeStorage({TEST_URI: dataset(45)})
        self.evidence = FakeEvidence()
        self.started: list[str] = []
        #: Seconds that the function has at its beginning.
        self.function_seconds = 900.0
        #: When the last one began.
        self.begun = 0.0
        self.machine = FakeEvaluationMachine(self.invoke)
        self._generation = self._candidate(settings, **changes)
        self.update(lambda record: self._record(record))

    def update(self, change: Any) -> ModelRecord:
        """Change the record."""
        return self.registry.update(MODEL, change)

    @property
    def record(self) -> ModelRecord:
        """As it stands."""
        return self.registry.read(MODEL)

    @property
    def candidate(self) -> TrainingGeneration:
        """As it stands."""
        found = self.record.training.find(GENERATION)
        assert found is not None
        return found

    @property
    def plan(self) -> Plan:
        """As it was written."""
        return read_plan(self.store.read, MODEL, GENERATION, EVALUATION)

    def run(self, execution: Mapping[str, Any] | None = None) -> str:
        """Run the state machine, as the driver starts it now or has started it, and return the state it ends in."""
        return self.machine.run(dict(execution or self.execution()))

    def execution(self) -> dict[str, Any]:
        """What the driver starts an execution with."""
        attempt = str(self.candidate.evaluation_attempt)
        return {"model": MODEL, "generation": GENERATION, "evaluation": EVALUATION, "attempt": attempt}

    def invoke(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The function, cold."""
        begun = self.begun = self.clock.now
        return self.steps(lambda: self.function_seconds - (self.clock.now - begun)).run(event)

    def steps(self, remaining: Any = lambda: 900.0) -> Steps:
        """The steps of one invocation."""
        time_left = TimeLeft(remaining, self.clock.epoch)
        shared: dict[str, Any] = {"registry": self.registry, "store": self.store, "time_left": time_left}
        paced: dict[str, Any] = {**shared, "clock": self.clock.epoch}
        return Steps(
            preparing=Preparing(
                registry=self.registry,
                store=self.store,
                datasets=self.datasets,
                models=self.models,
                clock=self.clock.epoch,
            ),
            answering=Answering(pace=Pace(self.models.ask, self.clock.sleep), **paced),
            grading=Grading(pace=Pace(self.models.ask, self.clock.sleep), **paced),
            judge_jobs=JudgeJobs(
                **shared,
                jobs=self.jobs,
                project="finetuning",
                environment="dev",
                role_arn="arn:role",
                key_arn="arn:key",
            ),
            verdicts=Verdicts(
                registry=self.registry,
                store=self.store,
                driver=self,
                evidence=self.evidence,
                code_version="test",
                clock=self.clock.epoch,
            ),
        )

    def start(self, model: str, execution: str) -> None:
        """`DriverGateway.start`."""
        self.started.append(execution)

    def _candidate(self, settings: Mapping[str, Any], **changes: Any) -> TrainingGeneration:
        wanted = EvaluationWanted(EVALUATION, "enabled", settings, 6 * 3600, own_endpoint=True)
        return TrainingGeneration(
            **{
                "id": GENERATION,
                "fingerprint": "a" * 64,
                "attempt": 1,
                "physical_id": "job",
                "job_name": "finetuning-dev-faq-aaaaaaaaaa-1",
                "settings": {"baseModelIdentifier": NOVA_LITE},
                "tags": {},
                "model_arn": CANDIDATE,
                "intended": True,
                "evaluation": wanted,
                "evaluating": EVALUATION,
                "evaluating_since": EPOCH,
                **changes,
            }
        )

    def _record(self, record: ModelRecord) -> ModelRecord:
        own = endpoint(ASKED_AT, CANDIDATE, purpose="evaluation", judges=GENERATION)
        return hand_over(
            replace(
                record,
                training=replace(
                    record.training, removed=False, current_id=GENERATION, generations=(self._generation,)
                ),
                endpoint=replace(record.endpoint, generations=(own,)),
            )
        )


def document(evaluating: Evaluating) -> dict[str, Any]:
    """The evaluation document."""
    found: dict[str, Any] = json.loads(evaluating.store.files[f"{FOLDER}/evaluation.json"])
    return found
