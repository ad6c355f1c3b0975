"""What the page of a training says: values only, as the page shows them. None always means unknown, never nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from finetuning.early_stopping import StopPoint
from finetuning.metrics import MetricRow

Tone = Literal["good", "warning", "error", "neutral"]

#: Who answered, in the order of the page.
SUBJECTS = ("candidate", "champion", "base", "larger")


@dataclass(frozen=True)
class Headline:
    """How it stands with the model: in a few words, in a sentence, and why."""

    tone: Tone
    sentence: str
    meaning: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Estimate:
    """A number with its confidence interval, and of how many records it is."""

    value: float | None
    low: float | None = None
    high: float | None = None
    records: int | None = None


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes:
        name: as the configuration has it.
        title: for people.
        unit: of its values: ``share``, ``score``, ``seconds``, ``tokens``, ``characters`` or ``usd``.
        more_is_better: which way is up.
        is_primary: whether it is the one by which records are ranked.
        is_main: whether it is among the first to look at.
        values: by subject.
        differences: of the candidate to other subjects, with their confidence intervals.
    """

    name: str
    title: str
    unit: str
    more_is_better: bool
    is_primary: bool
    is_main: bool
    values: Mapping[str, Estimate]
    differences: Mapping[str, Estimate]


@dataclass(frozen=True)
class Check:
    """One condition of the gate: what it asks for, what was found, whether it holds, and why.

    Attributes:
        metric: that it is about; "" if it is about none, such as the number of records.
        against: the subject that the candidate is compared with; "" if it is held to a number.
        required: the bound that has to be kept.
        observed: the value, gain or distance that is held to it.
    """

    metric: str
    rule: str
    against: str
    required: float | None
    observed: float | None
    passed: bool
    reason: str


@dataclass(frozen=True)
class Subject:
    """Who answered, and how many records."""

    name: str
    identity: str
    answered: int | None
    failed: int | None


@dataclass(frozen=True)
class Sample:
    """One record of the test dataset and what was answered; an answer that failed is None.

    Attributes:
        scores: of the primary metric, by subject.
        failures: why there is no answer, by subject.
    """

    id: str
    prompt: str
    reference: str
    answers: Mapping[str, str | None]
    scores: Mapping[str, float | None] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Label:
    """How well one label of a classification was told from the others, by subject; F1 is the harmonic mean."""

    name: str
    records: int | None
    f1: Mapping[str, float | None]


@dataclass(frozen=True)
class Evaluation:
    """What came of asking the records of the test dataset."""

    id: str
    preset: str
    mode: str
    confidence: float | None
    asked: int | None
    subjects: tuple[Subject, ...]
    metrics: tuple[Metric, ...]
    labels: tuple[Label, ...]
    checks: tuple[Check, ...]
    samples: tuple[Sample, ...]
    worst: tuple[Sample, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Losses:
    """The losses of the job, step by step and epoch by epoch, and where early stopping fired."""

    training: tuple[MetricRow, ...] = ()
    validation: tuple[MetricRow, ...] = ()
    best_epoch: int | None = None
    stopping: StopPoint | None = None
    sentence: str = ""


@dataclass(frozen=True)
class DataFile:
    """One file of the dataset, as it was staged."""

    split: str
    uri: str
    digest: str
    records: int | None = None
    tokens: int | None = None


@dataclass(frozen=True)
class Cost:
    """What something costs, in words, and what the amount rests on."""

    what: str
    amount: str
    note: str


@dataclass(frozen=True)
class Step:
    """What to do next: why, and the command; "" where there is none."""

    why: str
    command: str = ""


@dataclass(frozen=True)
class RunReport:
    """Everything that the page says about one training of one model.

    Attributes:
        dataset_report: URI of the page about the dataset; "" if it is not known.
        lineage: what the model was made of: names and values, in order.
    """

    project: str
    environment: str
    model: str
    generation: str
    base_model: str
    base_model_name: str
    headline: Headline
    losses: Losses
    files: tuple[DataFile, ...]
    dataset_report: str
    evaluation: Evaluation | None
    lineage: tuple[tuple[str, str], ...]
    costs: tuple[Cost, ...]
    next_steps: tuple[Step, ...]
