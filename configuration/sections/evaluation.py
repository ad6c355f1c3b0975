"""``evaluation``: how a candidate is judged; ``gate``: what it takes to pass; ``promotion``: judged elsewhere."""

from typing import Annotated, Literal

from pydantic import Field

from configuration.sections.values import KeyArn, Number, Section, Text

#: The article's four use cases, each with metrics that fit it (`finetuning.evaluation.presets`).
Preset = Literal["classification", "structured_output", "knowledge", "tools"]
#: A share, from nothing to all.
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class JudgeConfiguration(Section):
    """A larger model that grades the answers (LLM as judge)."""

    model: Text
    """Identifier, or inference profile, of the model that grades; it must differ from the base model."""
    instructions: Text | None = None
    """What a good answer is, in your words; a general rubric if absent."""
    runs_as: Literal["converse", "evaluation_job"] = "converse"
    """``converse``: asked record by record; ``evaluation_job``: a Bedrock evaluation job grades the saved answers."""


class EvaluationConfiguration(Section):
    """How a candidate is evaluated on the test dataset (``training.dataset.test``) before it serves."""

    preset: Preset
    """The use case: it chooses metrics."""
    metrics: tuple[Text, ...] = ()
    """Metrics besides the preset's: names of built-in ones, or ``custom.<name>`` for a function of ``metrics/``."""
    baselines: tuple[Literal["base", "champion"], ...] = ("base", "champion")
    """What the candidate is compared with: its base model, and the model that serves now, or did last."""
    larger_model: Text | None = None
    """Identifier, or inference profile, of a larger model to compare with as well."""
    max_records: Annotated[Number, Field(ge=1, le=1000)] = 200
    """Most records of the test dataset that are asked; the choice depends on the records alone."""
    concurrency: Annotated[Number, Field(ge=1, le=40)] = 4
    """Requests at a time: what the endpoint takes."""
    max_answer_tokens: Annotated[Number, Field(ge=1, le=8192)] = 512
    """Longest answer, in tokens."""
    json_schema: Text | None = None
    """Path of a JSON Schema in the repository that answers must fit."""
    labels: tuple[Text, ...] = ()
    """Labels of a classification; those of the test dataset if absent."""
    judge: JudgeConfiguration | None = None
    """A larger model that grades the answers."""
    hours: Annotated[Number, Field(ge=1, le=24)] = 6
    """Hours after which an evaluation that has not ended is given up and its endpoint removed."""


class ThresholdConfiguration(Section):
    """What one metric has to reach. Differences are judged by the bound of their confidence interval.

    Most metrics are shares, from 0 to 1: 0.4 and not 40.
    """

    min: Finite | None = None
    """Lowest value of the candidate."""
    max: Finite | None = None
    """Highest value of the candidate, for metrics of which less is better."""
    min_gain_over_base: Finite | None = None
    """Least improvement over the base model."""
    max_loss_to_champion: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """How much worse than the champion it may be at most."""


class CurveConfiguration(Section):
    """What the losses of the training must show before anything is bought by the hour."""

    max_overfit: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 0.5
    """Most by which the last validation loss may exceed the lowest one, as a share of the lowest."""
    require_improvement: bool = True
    """Whether the lowest validation loss (training loss without one) must be below that of the first epoch, and the
    last training loss below the first."""


class GateConfiguration(Section):
    """The quality gate. It fails closed: what is missing, not a number or too little does not pass."""

    mode: Literal["disabled", "dry_run", "enabled"] = "disabled"
    """``enabled`` keeps a model that fails out of service; ``dry_run`` only says so."""
    curve: CurveConfiguration = CurveConfiguration()
    """What the losses of the training must show."""
    thresholds: dict[Text, ThresholdConfiguration] = Field(default_factory=dict)
    """What metrics have to reach, by name."""
    no_regression: tuple[Text, ...] = ()
    """Metrics that must not be worse than the champion's."""
    min_records: Annotated[Number, Field(ge=2)] = 30
    """Least number of records that candidate and baseline both answered."""
    confidence: Annotated[float, Field(gt=0.5, lt=1, allow_inf_nan=False)] = 0.95
    """Level of the paired bootstrap confidence intervals, one-sided."""


class PromotionConfiguration(Section):
    """The model comes from another environment, by the manifest that ``environments/<env>.<model>.json`` pins."""

    source: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,9}$")]
    """Name of the environment in which the model was judged."""
    method: Literal["swap", "retrain", "copy"] = "swap"
    """``swap``: the very model, in the same account and Region; ``retrain``: another model of the same data and
    hyperparameters, judged anew; ``copy``: a copy in another account or Region, where AWS can."""
    approval: Literal["required", "none"] = "required"
    """Whether the pin must say who approved it."""
    manifest_key_arn: KeyArn | None = None
    """Key that signs the source's manifests; that of the source environment in this account and Region if absent."""
    band: Share = 0.05
    """With ``retrain``: how far each metric of the manifest may be off, but for time and dollars."""
