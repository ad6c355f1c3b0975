"""The quality gate in the driver's story: judged before it is bought, asked before it serves, kept out if it fails."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from finetuning import metrics
from finetuning.lifecycle.evaluating import judged
from finetuning.lifecycle.judging import approve
from finetuning.lifecycle.observation import Observed
from finetuning.lifecycle.retrying import resume
from finetuning.lifecycle.verdict import Verdict
from tests.unit.lambdas.story import MODEL, POINTER, Story, endpoint_properties, job_properties


def asked(mode: str = "enabled", *, own_endpoint: bool = True, evaluation: bool = True) -> dict[str, Any]:
    """Properties of a job whose model is judged."""
    settings = {
        "evaluation": {"preset": "knowledge"} if evaluation else None,
        "gate": {"curve": {"max_overfit": 0.5, "require_improvement": True}},
        "base_model": "anthropic.claude-3-haiku-20240307-v1:0:200k",
    }
    text = json.dumps({"mode": mode, "hours": 6, "own_endpoint": own_endpoint, "settings": settings})
    return {"Evaluation": text, "TestUri": f"s3://data/datasets/faq/{'c' * 64}/test.jsonl"}


class Judged(Story):
    """A story in which every evaluation ends at once; `reasons` are what the gate has against the model."""

    def __init__(self, serving: str = "on_demand", **terms: Any) -> None:
        super().__init__()
        self.reasons: tuple[str, ...] = ()
        self.evaluations.judge = self._judge
        self.properties: dict[str, str] = {"Serving": serving}
        self.terms = {"own_endpoint": serving == "on_demand", **terms}

    def want(self, epochs: str = "2") -> None:
        """Deploy, and let the job end."""
        job = job_properties(epochs, **asked(**self.terms))
        self.stack.deploy({"Job": job, "Endpoint": endpoint_properties(**self.properties)})
        self.machine.run()
        self.train_latest()

    def train_latest(self) -> None:
        """Let the running job end."""
        [name] = self.jobs.running
        self.jobs.end(name)
        self.events.handle(name, "Completed")
        self.machine.run()

    @property
    def serves(self) -> str:
        """The model behind the pointer."""
        arn = self.pointer.parameters.get(POINTER)
        alive = (*self.throughput.alive.values(), *self.deployments.alive.values())
        return next((e.model_arn for e in alive if e.arn == arn), "")

    def _judge(self, event: Mapping[str, str]) -> None:
        generation = self.record.training.find(event["generation"])
        assert generation is not None
        assert generation.evaluation is not None
        attempt = int(event["attempt"])
        verdict = Verdict(
            event["evaluation"], not self.reasons, generation.evaluation.mode, self.reasons, attempt=attempt
        )
        record = self.registry.update(MODEL, lambda r: judged(r, generation.id, verdict))
        self.machine.start(record.model, record.in_charge)


@pytest.mark.parametrize("serving", ["on_demand", "provisioned"])
def test_first_model_is_judged_then_serves_then_has_a_manifest(serving: str) -> None:
    """One evaluation, one endpoint in the end."""
    story = Judged(serving)
    story.want()
    [generation] = story.record.training.generations
    assert story.serves == generation.model_arn
    assert len(story.evaluations.started) == 1
    assert len(story.alive[2]) == 1
    assert generation.manifest in story.manifests.kept
    assert story.record.settled


@pytest.mark.parametrize("serving", ["on_demand", "provisioned"])
def test_first_model_that_fails_leaves_nothing_that_is_billed(serving: str) -> None:
    """It is kept, and may be put to the test again."""
    story = Judged(serving)
    story.reasons = ("exact_match is 0.4; at least 0.8 is required",)
    story.want()
    assert (story.serves, story.alive[2]) == ("", [])
    assert story.record.problem.endswith("quality gate: exact_match is 0.4; at least 0.8 is required")
    assert story.record.training.generations[0].manifest == ""


@pytest.mark.parametrize("serving", ["on_demand", "provisioned"])
def test_worse_model_never_takes_the_champions_place(serving: str) -> None:
    """Or gives it back before applications are told of it."""
    story = Judged(serving)
    story.want()
    champion = story.serves
    story.reasons = ("worse than the champion",)
    story.want("3")
    assert story.serves == champion
    assert len(story.alive[2]) == 1
    assert story.record.settled


def test_losses_that_do_not_pass_buy_nothing() -> None:
    """No endpoint, no evaluation."""
    story = Judged("provisioned")
    story.evidence.files[metrics.VALIDATION_FILE] = "step_number,epoch_number,validation_loss\n1,1,1.0\n3,2,9.0\n"
    story.want()
    assert (story.alive[2], story.evaluations.started) == ([], {})
    assert "quality gate: " in story.record.problem


def test_missing_losses_do_not_pass() -> None:
    """The gate fails closed."""
    story = Judged("provisioned")
    story.evidence.files.clear()
    story.want()
    assert story.alive[2] == []
    assert "is missing, so the training cannot be judged" in story.record.problem


def test_unreadable_losses_do_not_pass() -> None:
    """It fails closed: what cannot be read does not speak for the model."""
    story = Judged()
    story.evidence.files[metrics.TRAINING_FILE] = "nothing of the kind\n1\n"
    story.want()
    assert story.serves == ""
    assert (story.alive[2], story.evaluations.started) == ([], {})


def test_dry_run_and_a_gate_without_an_evaluation_let_pass() -> None:
    """What was said is noted."""
    story = Judged(mode="dry_run")
    story.reasons = ("too bad",)
    story.want()
    [generation] = story.record.training.generations
    assert story.serves == generation.model_arn
    assert generation.verdict is not None
    assert generation.verdict.reasons == ("too bad",)
    alone = Judged(evaluation=False)
    alone.want()
    assert alone.serves
    assert alone.evaluations.started == {}


@pytest.mark.parametrize("serving", ["on_demand", "provisioned"])
def test_evaluation_that_never_ends_is_given_up_and_leaves_nothing(serving: str) -> None:
    """Its time to live is over, and the gate fails closed."""
    story = Judged(serving)
    story.evaluations.judge = None
    story.want()
    assert story.alive[2] == []
    assert "the evaluation did not end within 6 h" in story.record.problem


def test_removal_in_the_middle_of_an_evaluation_leaves_nothing() -> None:
    """Whatever is under way."""
    story = Judged()
    story.evaluations.judge = lambda event: story.stack.destroy()
    story.want()
    story.clock.sleep(4000)
    story.sweep.run()
    story.machine.run()
    assert story.alive == ([], [], [])


def test_resume_puts_a_model_to_the_test_again() -> None:
    """Under another name: the execution before is spent."""
    story = Judged()
    story.reasons = ("too bad",)
    story.want()
    story.reasons = ()
    record = story.registry.update(MODEL, resume)
    story.machine.start(record.model, record.in_charge)
    story.machine.run()
    assert story.serves
    assert len(story.evaluations.started) == 2


@pytest.mark.parametrize("serving", ["on_demand", "provisioned"])
def test_approval_does_not_stand_in_for_the_gate(serving: str) -> None:
    """Approved before it is asked where it serves, or asked before it is approved: both are needed."""
    story = Judged(serving)
    story.properties["NeedsApproval"] = "true"
    story.reasons = ("too bad",)
    story.want()
    if serving == "provisioned":
        [generation] = story.record.training.generations
        look = Observed({generation.id: story.jobs.find(generation.job_name)}, {}, story.clock.epoch())
        record = story.registry.update(MODEL, lambda r: approve(r, look, generation.id, "ada"))
        story.machine.start(record.model, record.in_charge)
        story.machine.run()
    assert (story.serves, story.alive[2]) == ("", [])
    assert story.record.problem.endswith("quality gate: too bad")
