"""What one evaluation asks whom: written once when it begins, and read by every step and by who decides again."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from finetuning import object_keys
from finetuning.errors import FineTuningError
from finetuning.evaluation.records import TestRecord
from finetuning.fingerprint import canonical_json, digest
from finetuning.invocation import Sampling

#: Records that one Lambda invocation answers: few enough to end within its 15 minutes as a rule, many enough that the
#: 1,000 records and four subjects of the largest evaluation stay far below the 25,000 events of an execution's history.
#: Source: Step Functions Developer Guide, 'Service quotas', maximum execution history size.
BATCH_RECORDS = 20
SUBJECTS = ("candidate", "base", "champion", "larger")


class DamagedPlanError(FineTuningError, ValueError):
    """A plan that cannot be read."""


@dataclass(frozen=True)
class Subject:
    """A model whose answers are compared.

    Attributes:
        name: "candidate", "base", "champion" or "larger".
        identity: of the model: an ARN or an identifier. Endpoints come and go, the model's answers stay.
        key: under which its answers are saved.
        model_id: whom to ask; "" if only its saved answers count.
        invocation_format: of the request's body; "" to ask by Converse.
    """

    name: str
    identity: str
    key: str
    model_id: str = ""
    invocation_format: str = ""


@dataclass(frozen=True)
class JudgePlan:
    """Who grades the answers.

    Attributes:
        model: identifier, or inference profile, of the model that grades.
        runs_as: "converse" or "evaluation_job".
        rubric: what a good answer is.
    """

    model: str
    runs_as: str
    rubric: str


@dataclass(frozen=True)
class Plan:
    """One evaluation.

    Attributes:
        test_uri: of the test dataset.
        test_digest: of what it asks and its reference answers.
        records: how many it has.
        asked: how many of them are asked.
        max_tokens: of an answer.
        concurrency: requests at a time.
        deadline: after which it is given up, in epoch seconds.
        subjects: whose answers are compared; the candidate first.
        notes: what a reader of the verdict should know.
        judge: who grades the answers; None if nobody does.
        attempt: how often this was begun on purpose.
    """

    model: str
    generation: str
    evaluation: str
    test_uri: str
    test_digest: str
    records: int
    asked: int
    max_tokens: int
    concurrency: int
    deadline: float
    subjects: tuple[Subject, ...]
    notes: tuple[str, ...] = ()
    judge: JudgePlan | None = None
    attempt: int = 1
    version: int = field(default=1, init=False)

    @property
    def batches(self) -> int:
        """How many batches the records make."""
        return -(-self.asked // BATCH_RECORDS)

    def subject(self, name: str) -> Subject:
        """The subject of a name."""
        return next(subject for subject in self.subjects if subject.name == name)

    def grader(self) -> JudgePlan:
        """Who grades the answers.

        Raises:
            DamagedPlanError: nobody does.
        """
        if self.judge is None:
            raise DamagedPlanError("the evaluation's plan names no judge, and is asked for one")
        return self.judge

    def key(self, file: str) -> str:
        """The key of a file of this evaluation."""
        return object_keys.evaluation(self.model, self.generation, self.evaluation, file)

    def answers_key(self, subject: Subject, batch: int) -> str:
        """The key of a batch of a subject's answers."""
        return object_keys.answers(self.model, self.test_digest, subject.key, batch)

    def grades_key(self, subject: Subject, batch: int) -> str:
        """The key of a batch of grades of a subject's answers: those of another judge, or by other words, differ."""
        graded = digest({"answers": subject.key, "judge": asdict(self.judge) if self.judge else None})
        return object_keys.answers(self.model, self.test_digest, graded, batch)


def subject_key(identity: str, sampling: Sampling) -> str:
    """Return the key of a model's answers: another model, or another way to draw an answer, has another key."""
    return digest({"identity": identity, "sampling": asdict(sampling)})[:16]


def encode_plan(plan: Plan) -> bytes:
    """Return the plan as a file."""
    return canonical_json(asdict(plan)).encode("ascii")


def decode_plan(content: bytes) -> Plan:
    """Return the plan in a file.

    Raises:
        DamagedPlanError: it is none of this release's.
    """
    try:
        document: dict[str, Any] = json.loads(content)
        if document.pop("version") != 1:
            raise ValueError("another version")
        judge = document.pop("judge")
        subjects = tuple(Subject(**subject) for subject in document.pop("subjects"))
        notes = tuple(document.pop("notes"))
        return Plan(**document, subjects=subjects, notes=notes, judge=JudgePlan(**judge) if judge else None)
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedPlanError(
            f"the evaluation's plan cannot be read ({type(error).__name__}); evaluate again with: python -m ops "
            f"evaluate --start"
        ) from error


def encode_records(records: Iterable[TestRecord]) -> bytes:
    """Return the records that are asked as JSON lines, in their order."""
    return "".join(canonical_json(asdict(record)) + "\n" for record in records).encode("ascii")


def decode_records(content: bytes) -> tuple[TestRecord, ...]:
    """Return the records in a file of `encode_records`."""
    return tuple(_record(json.loads(line)) for line in content.splitlines())


def _record(document: Mapping[str, Any]) -> TestRecord:
    turns = tuple((role, text) for role, text in document["turns"])
    return TestRecord(document["id"], document["system"], turns, document["reference"])
