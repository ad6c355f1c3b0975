"""A step of the evaluation's state machine by its name."""

from collections.abc import Mapping
from typing import Any

from lambdas.evaluation.answering import Answering
from lambdas.evaluation.grading import Grading
from lambdas.evaluation.judge_jobs import JudgeJobs
from lambdas.evaluation.preparing import Preparing
from lambdas.evaluation.verdicts import Verdicts


class Steps:
    """Runs the steps; each may run twice."""

    def __init__(
        self,
        *,
        preparing: Preparing,
        answering: Answering,
        grading: Grading,
        judge_jobs: JudgeJobs,
        verdicts: Verdicts,
    ) -> None:
        self._preparing, self._answering, self._grading = preparing, answering, grading
        self._judge_jobs, self._verdicts = judge_jobs, verdicts

    def run(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Run the step that the event names and return what the state machine goes on with.

        Raises:
            ValueError: no step is called that.
        """
        what = event["model"], event["generation"], event["evaluation"]
        attempt = int(event["attempt"])
        match event["step"]:
            case "Prepare":
                return self._preparing.prepare(*what, attempt)
            case "Answer":
                return self._answering.answer(*what, event["subject"], event["batch"])
            case "Grade":
                return self._grading.grade(*what, event["subject"], event["batch"])
            case "AwaitJudge":
                return self._judge_jobs.look(*what)
            case "Score":
                return self._verdicts.score(*what, attempt)
            case "GiveUp":
                return self._verdicts.give_up(*what, attempt, event.get("error", {}))
        raise ValueError(f"the evaluation has no step {event['step']!r}")
