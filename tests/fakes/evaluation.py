"""What an evaluation works with: a place for files, models that answer, jobs that grade."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from finetuning.invocation import Answer
from lambdas.gateways.asking import Question
from lambdas.gateways.judge import JudgeJob

OUTPUT = "output"


class FakeStore:
    """Has the methods of `AnswersStore`; `files` by key, `written` every key in order."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.written: list[str] = []

    def uri(self, key: str) -> str:
        """The URI of a file."""
        return f"s3://{OUTPUT}/{key}"

    def read(self, key: str) -> bytes | None:
        """The content, or None."""
        return self.files.get(key)

    def write(self, key: str, content: bytes, content_type: str) -> None:
        """Write a file."""
        self.files[key] = content
        self.written.append(key)

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys that begin so."""
        return iter(sorted(key for key in self.files if key.startswith(prefix)))


@dataclass
class FakeModels:
    """Has the methods of `AskingGateway` and `FoundationModelsGateway`.

    Attributes:
        says: what is answered, by the question.
        trouble: errors that are raised one by one before anything is answered; None for none.
        asked: every question that was answered.
        tries: how often anybody was asked.
        seconds: that each answer takes.
        on_demand: whether base models are served on demand.
        tick: what happens with each try.
    """

    says: Callable[[Question], str]
    trouble: list[Exception | None] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    tries: int = 0
    seconds: float = 0.5
    on_demand: bool = True
    tick: Callable[[], object] = lambda: None

    def ask(self, question: Question) -> tuple[Answer, float]:
        """Answer a question."""
        self.tries += 1
        self.tick()
        error = self.trouble.pop(0) if self.trouble else None
        if error is not None:
            raise error
        self.asked.append(question)
        return Answer(self.says(question), 10, 5, "end_turn"), 1000 * self.seconds

    def is_on_demand(self, model_id: str) -> bool:
        """Whether base models are served on demand."""
        return self.on_demand


@dataclass
class FakeJudgeJobs:
    """Has the methods of `JudgeJobsGateway`; `done` tells what a job wrote when it completed."""

    statuses: list[tuple[str, str]]
    done: Callable[[JudgeJob], None]
    ordered: list[JudgeJob] = field(default_factory=list)

    def start(self, job: JudgeJob) -> str:
        """Order it."""
        self.ordered.append(job)
        return f"arn:{job.name}"

    def status(self, arn: str) -> tuple[str, str]:
        """The next status; the last one for ever."""
        [job] = [job for job in self.ordered if f"arn:{job.name}" == arn]
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status[0] == "Completed":
            self.done(job)
        return status


class FakeEvidence:
    """Has the methods of `EvidenceGateway`; `files` are what the job left behind, by name."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def metrics_files(self, model: str, generation: str) -> Mapping[str, tuple[str, bytes]]:
        """Every file with its URI."""
        return {name: (f"s3://{OUTPUT}/{generation}/{name}", content) for name, content in self.files.items()}
