"""`AwaitJudge`: orders a Bedrock evaluation job for each subject whose answers are not graded, and looks how it is."""

from typing import Any, Protocol

from finetuning import names
from finetuning.evaluation import grading
from finetuning.evaluation.answers import GRADES, SavedAnswer, SavedGrade
from finetuning.evaluation.plan import JudgePlan, Plan, Subject
from finetuning.evaluation.saved import SavedEvaluation, batch_of, read_plan, read_saved
from lambdas import log
from lambdas.evaluation.planning import require_under_way
from lambdas.evaluation.store import Store
from lambdas.evaluation.time_left import TimeLeft
from lambdas.gateways.judge import AT_WORK, METRIC, JudgeJob
from lambdas.registry import Registry

#: A job takes minutes: each prompt is one question to the judge.
POLL_SECONDS = 60


class Jobs(Protocol):
    """Orders evaluation jobs; `lambdas.gateways.judge.JudgeJobsGateway` is the real one."""

    def start(self, job: JudgeJob) -> str:
        """Order the job unless it was ordered before; returns its ARN."""

    def status(self, arn: str) -> tuple[str, str]:
        """The job's status, and why it failed if it did."""


class JudgeJobs:
    """Grades by evaluation jobs, one for each subject: a job takes the answers of one source."""

    def __init__(
        self,
        *,
        registry: Registry,
        store: Store,
        jobs: Jobs,
        time_left: TimeLeft,
        project: str,
        environment: str,
        role_arn: str,
        key_arn: str,
    ) -> None:
        self._registry, self._store, self._jobs, self._time_left = registry, store, jobs, time_left
        self._project, self._environment = project, environment
        self._role_arn, self._key_arn = role_arn, key_arn

    def look(self, model: str, generation: str, evaluation: str) -> dict[str, Any]:
        """Order what is not ordered, save what is graded, and say whether everything is.

        Raises:
            NotWantedError: nobody awaits the verdict any more; a job is billed by the answers that it grades.
            EvaluationOverdueError: the evaluation has taken too long.
        """
        plan = read_plan(self._store.read, model, generation, evaluation)
        require_under_way(self._registry.read(model), generation, evaluation, plan.attempt)
        self._time_left.require(plan.deadline)
        saved = read_saved(self._store.read, plan)
        waiting = [subject.name for subject in plan.subjects if not self._is_graded(saved, subject)]
        log.info("judge", model=model, evaluation=evaluation, waiting=waiting)
        return {"done": not waiting, "wait_seconds": POLL_SECONDS}

    def _is_graded(self, saved: SavedEvaluation, subject: Subject) -> bool:
        answers = saved.answers[subject.name]
        missing = {
            id_: answer
            for id_, answer in answers.items()
            if id_ not in saved.grades[subject.name] and not answer.failure
        }
        if not missing:
            return True
        plan = saved.plan
        status, failure = self._jobs.status(self._ordered(saved, plan.grader(), subject, missing))
        if status in AT_WORK:
            return False
        if status == "Completed":
            grades = self._results(saved, subject, missing)
        else:
            why = f"evaluation job {status}: {failure}"
            grades = {id_: grading.ungraded(id_, why) for id_ in missing}
        self._save(plan, saved, subject, grades)
        return True

    def _ordered(
        self, saved: SavedEvaluation, judge: JudgePlan, subject: Subject, answers: dict[str, SavedAnswer]
    ) -> str:
        """The ARN of the job; it is noted, because a job is found by its ARN and not by its name."""
        plan, folder = saved.plan, self._folder(saved.plan, subject)
        noted = self._store.read(f"{folder}/job.txt")
        if noted:
            return noted.decode()
        dataset = f"{folder}/dataset.jsonl"
        self._store.write(dataset, grading.job_dataset(saved.records, answers, subject.name), "application/jsonl")
        arn = self._jobs.start(
            JudgeJob(
                name=names.judge_job(self._environment, plan.generation, plan.evaluation, subject.name, plan.attempt),
                judge=judge.model,
                source=subject.name,
                dataset_uri=self._store.uri(dataset),
                output_uri=self._store.uri(f"{folder}/results/"),
                role_arn=self._role_arn,
                key_arn=self._key_arn,
                tags=names.owner_tags(self._project, self._environment, plan.model, plan.generation),
            )
        )
        self._store.write(f"{folder}/job.txt", arn.encode(), "text/plain")
        return arn

    def _results(
        self, saved: SavedEvaluation, subject: Subject, answers: dict[str, SavedAnswer]
    ) -> dict[str, SavedGrade]:
        """Source of the files' names: Bedrock User Guide, 'Review metrics for an automated model evaluation job'."""
        keys = self._store.keys(f"{self._folder(saved.plan, subject)}/results/")
        files = [self._store.read(key) or b"" for key in keys if key.endswith("_output.jsonl")]
        lines = [line for content in files for line in content.splitlines() if line.strip()]
        return grading.read_job_results(lines, saved.records, answers, METRIC)

    def _save(self, plan: Plan, saved: SavedEvaluation, subject: Subject, grades: dict[str, SavedGrade]) -> None:
        known = {**grades, **saved.grades[subject.name]}
        for number in range(plan.batches):
            ids = [record.id for record in batch_of(saved.records, number)]
            lines = [known[id_] for id_ in ids if id_ in known]
            self._store.write(plan.grades_key(subject, number), GRADES.encode(lines), "application/jsonl")

    @staticmethod
    def _folder(plan: Plan, subject: Subject) -> str:
        return plan.key(f"judge-{plan.attempt}/{subject.name}")
