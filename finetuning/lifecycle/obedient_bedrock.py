"""A Bedrock that does as it is told, for rehearsals: what each action of the driver leaves behind when it succeeds."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from finetuning.lifecycle.action import Action, Decision
from finetuning.lifecycle.candidate import gate_refusal
from finetuning.lifecycle.evaluating import open_evaluation
from finetuning.lifecycle.judging import approve, in_service, rejected
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.observation import (
    IN_SERVICE,
    MODEL_ACTIVE,
    EndpointObservation,
    JobObservation,
    Observed,
)
from finetuning.lifecycle.outcome import model_behind, model_to_serve
from finetuning.lifecycle.record import UNCERTAIN, ModelRecord, TrainingGeneration
from finetuning.lifecycle.superseding import is_lent
from finetuning.lifecycle.verdict import Verdict

PLANNED = "planned"
"""Begins what stands in the place of an ARN that Bedrock has not given yet."""

#: A status that passes, and what follows it.
_FOLLOWING = {"Creating": IN_SERVICE, "Updating": IN_SERVICE, "Stopping": "Stopped", "InProgress": "Completed"}


class ObedientBedrock:
    """Jobs, custom models and endpoints as they would be, and the record that the driver would write.

    Attributes:
        record: as of now.
    """

    def __init__(self, record: ModelRecord, seen: Observed) -> None:
        self.record, self._now = record, seen.now
        self._jobs, self._endpoints = dict(seen.jobs), dict(seen.endpoints)
        self._acts = {
            Action.START_JOB: self._start_job,
            Action.AWAIT_JOB: self._pass,
            Action.STOP_JOB: self._stop_job,
            Action.DELETE_MODEL: self._delete_model,
            Action.CREATE_ENDPOINT: self._create_endpoint,
            Action.SWAP_MODEL: self._swap_model,
            Action.DELETE_ENDPOINT: self._delete_endpoint,
            Action.AWAIT_CHANGE: self._pass,
            Action.PUBLISH_POINTER: self._publish_pointer,
            Action.RETAG: self._retag,
            Action.SIGNAL_STACK: self._signal_stack,
            Action.JUDGE_TRAINING: self._judge_training,
            Action.OPEN_EVALUATION: self._open_evaluation,
            Action.EVALUATE: self._evaluate,
            Action.GIVE_UP_EVALUATION: self._reject_model,
            Action.REJECT_MODEL: self._reject_model,
            Action.ISSUE_MANIFEST: self._issue_manifest,
            Action.HOLD_MODEL: self._hold_model,
            Action.RELEASE_MODEL: self._release_model,
        }

    def look(self) -> Observed:
        """What the driver sees, and learns: as it does, only what was intended is looked for."""
        jobs = {g.id: self._job_of(g) for g in self.record.training.generations if g.intended and not g.gone}
        endpoints = {
            e.id: self._endpoints.get(e.id) for e in self.record.endpoint.generations if e.intended and not e.gone
        }
        seen = Observed(jobs, endpoints, self._now)
        self.record = learn(self.record, seen)
        return seen

    def _job_of(self, generation: TrainingGeneration) -> JobObservation | None:
        """A model that is promoted is there from the beginning, without our hold."""
        if generation.id not in self._jobs and is_lent(generation):
            self._jobs[generation.id] = JobObservation(
                generation.job_arn, "Completed", "", generation.model_arn, MODEL_ACTIVE, is_held=False
            )
        return self._jobs.get(generation.id)

    def do(self, decision: Decision, seen: Observed) -> None:
        """Let it succeed, in as much time as the driver waits for it; training takes none."""
        if decision.action == Action.AWAIT_CHANGE:
            self._now += decision.wait_seconds
        self._acts[decision.action](decision.generation_id, seen)

    def approve(self, seen: Observed) -> None:
        """Let an operator approve the model that awaits it."""
        self.record = approve(self.record, seen, self.record.training.current_id, PLANNED)

    def _start_job(self, id_: str, seen: Observed) -> None:
        generation = self.record.training.find(id_)
        if generation is not None:
            started = replace(generation, intended=True, intended_at=self._now, gone=False)
            self.record = self.record.with_training(started)
            self._jobs[id_] = JobObservation(f"{PLANNED}:job/{generation.job_name}", "InProgress")

    def _stop_job(self, id_: str, seen: Observed) -> None:
        if (job := self._jobs.get(id_)) is not None:
            self._jobs[id_] = replace(job, status="Stopped")

    def _delete_model(self, id_: str, seen: Observed) -> None:
        generation, job = self.record.training.find(id_), self._jobs.get(id_)
        if generation is not None and job is not None:
            self.record = self.record.with_training(replace(generation, condemned=True))
            self._jobs[id_] = replace(job, model_status=None)

    def _create_endpoint(self, id_: str, seen: Observed) -> None:
        endpoint = self.record.endpoint.find(id_)
        if endpoint is None:
            return
        self.record = self.record.with_endpoint(replace(endpoint, intended=True, intended_at=self._now, gone=False))
        if endpoint.commitment != "none":
            self._note(approvals={**self.record.endpoint.approvals, endpoint.approval: id_})
        arn = f"{PLANNED}:endpoint/{endpoint.name}"
        self._endpoints[id_] = EndpointObservation(arn, IN_SERVICE, model_behind(self.record, endpoint, seen))

    def _swap_model(self, id_: str, seen: Observed) -> None:
        if (found := self._endpoints.get(id_)) is not None:
            model_arn = model_to_serve(self.record, seen)
            self._endpoints[id_] = replace(found, model_arn=model_arn, refused_model_arn="", failure="")

    def _delete_endpoint(self, id_: str, seen: Observed) -> None:
        found = self._endpoints.get(id_)
        if found is not None and self.record.endpoint.published_arn in {found.arn, UNCERTAIN}:
            self._note(published_arn="", published_model_arn="")
        self._endpoints[id_] = None

    def _publish_pointer(self, id_: str, seen: Observed) -> None:
        found = self._endpoints.get(id_)
        if found is None:
            self._note(published_arn="", published_model_arn="")
            return
        self._note(published_arn=found.arn, published_model_arn=found.model_arn, published_at=self._now)
        self.record = in_service(self.record, found.model_arn)

    def _retag(self, id_: str, seen: Observed) -> None:
        training, endpoint = self.record.training.find(id_), self.record.endpoint.find(id_)
        if training is not None:
            self.record = self.record.with_training(replace(training, tagged=None))
        if endpoint is not None:
            self.record = self.record.with_endpoint(replace(endpoint, tagged=None))

    def _signal_stack(self, id_: str, seen: Observed) -> None:
        if (signal := self.record.endpoint.signal) is not None:
            self._note(signal=replace(signal, sent=True))

    def _judge_training(self, id_: str, seen: Observed) -> None:
        """The gate is taken to be passed: nobody knows before the job ends."""
        self._judged(id_, lambda generation, verdict: replace(generation, curve=verdict, manifest=""))

    def _evaluate(self, id_: str, seen: Observed) -> None:
        self._judged(id_, lambda generation, verdict: replace(generation, verdict=verdict, manifest=""))

    def _judged(self, id_: str, note: Callable[[TrainingGeneration, Verdict], TrainingGeneration]) -> None:
        generation = self.record.training.find(id_)
        if generation is not None and generation.evaluation is not None:
            verdict = Verdict(generation.evaluation.id, True, generation.evaluation.mode, at=self._now)
            self.record = self.record.with_training(note(generation, verdict))

    def _open_evaluation(self, id_: str, seen: Observed) -> None:
        self.record = open_evaluation(self.record, id_, self._now)

    def _reject_model(self, id_: str, seen: Observed) -> None:
        generation = self.record.training.find(id_)
        if generation is not None:
            self.record = rejected(self.record, seen, generation.model_arn, gate_refusal(generation) or PLANNED)

    def _issue_manifest(self, id_: str, seen: Observed) -> None:
        generation = self.record.training.find(id_)
        if generation is not None:
            self.record = self.record.with_training(replace(generation, manifest=PLANNED))

    def _hold_model(self, id_: str, seen: Observed) -> None:
        generation, job = self.record.training.find(id_), self._jobs.get(id_)
        if generation is not None and job is not None:
            self.record = self.record.with_training(replace(generation, intended_at=self._now))
            self._jobs[id_] = replace(job, is_held=True)

    def _release_model(self, id_: str, seen: Observed) -> None:
        generation = self.record.training.find(id_)
        if generation is not None:
            self.record = self.record.with_training(replace(generation, condemned=True, gone=True))

    def _pass(self, id_: str, seen: Observed) -> None:
        """Let what is under way end well."""
        job, endpoint, generation = self._jobs.get(id_), self._endpoints.get(id_), self.record.training.find(id_)
        if endpoint is not None:
            following = replace(endpoint, status=_FOLLOWING.get(endpoint.status, endpoint.status))
            self._endpoints[id_] = None if endpoint.status == "Deleting" else following
        if job is not None and generation is not None:
            job = replace(job, status=_FOLLOWING.get(job.status, job.status))
            if job.status == "Completed" and job.model_status != "Failed":
                model_arn = job.model_arn or f"{PLANNED}:model/{generation.job_name}"
                job = replace(job, model_arn=model_arn, model_status=MODEL_ACTIVE)
            self._jobs[id_] = job

    def _note(self, **changes: Any) -> None:
        self.record = replace(self.record, endpoint=replace(self.record.endpoint, **changes))
