"""What the registry remembers of a model's training: one generation for each customization job that was wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from finetuning.lifecycle.verdict import EvaluationWanted, Promoted, Verdict


@dataclass(frozen=True)
class TrainingGeneration:
    """One wanted customization job and the custom model that it makes.

    Attributes:
        id: `<first 10 hex digits of the fingerprint>-<attempt>`, unique within the model for ever.
        settings: what the fingerprint stands for, in CreateModelCustomizationJob's terms (see `requests`).
        tags: the user's tags; owner tags are added when something is bought.
        physical_id: the physical resource id under which CloudFormation knows this generation.
        keep_previous: how many completed models before this one are kept for rollback while it is the current one.
        estimated_usd: what a start costs at most at the price last told, in US dollars; None if it is unknown.
        charged_usd: what it was when the job was started; None before, or if it was unknown.
        max_usd: what it may cost; None without a cap.
        max_usd_per_month: what the model may cost in a month (see `caps`); None without a cap.
        endpoint_hourly_usd: what the endpoint costs an hour that was wanted with it; None if that is unknown.
        approved_by: who let its model go into service, "automatic" if nobody had to; "" until then.
        served: its model has gone into service: it was judged, or nobody asked for that.
        rejected: why its model must not serve, or "".
        evaluation: how its model is judged before it serves; None if it is not. Like the caps, it changes no model.
        curve: what the quality gate said of its losses.
        verdict: what the quality gate said of its answers.
        evaluation_attempt: raised when the model is put to the test again.
        evaluating: id of the evaluation that was begun, or "".
        evaluating_since: when that was, in epoch seconds.
        manifest: SHA-256 of the manifest that was issued for its model; "" before.
        promoted: where its model comes from, if it was trained and judged in another environment.
        promotion_over: SHA-256 of the manifest by which it is here, from when that promotion was settled; "" before.
        tagged: the user's tags that the job and its model carry; None: the same.
        intended: true from just before the purchase: a job of this name may exist and is ours.
        intended_at: when the purchase was last tried, in epoch seconds.
        status: the last seen job status, or "" before the first look.
        ended_at: when the job was first seen at rest, in epoch seconds; 0 before.
        model_seen: its custom model has been seen, so that its absence later means that somebody deleted it.
        released: CloudFormation has let go of it (clean-up after a replacement, or removal).
        condemned: its model is about to be deleted; from then on it cannot be wanted again.
        gone: nothing bought remains: the job is at rest and no custom model of it exists.
    """

    id: str
    fingerprint: str
    attempt: int
    job_name: str
    physical_id: str
    settings: Mapping[str, Any]
    tags: Mapping[str, str]
    keep_previous: int = 1
    estimated_usd: float | None = None
    charged_usd: float | None = None
    max_usd: float | None = None
    max_usd_per_month: float | None = None
    endpoint_hourly_usd: float | None = None
    approved_by: str = ""
    served: bool = False
    rejected: str = ""
    evaluation: EvaluationWanted | None = None
    curve: Verdict | None = None
    verdict: Verdict | None = None
    evaluation_attempt: int = 1
    evaluating: str = ""
    evaluating_since: float = 0.0
    manifest: str = ""
    promoted: Promoted | None = None
    promotion_over: str = ""
    tagged: Mapping[str, str] | None = None
    intended: bool = False
    intended_at: float = 0.0
    job_arn: str = ""
    status: str = ""
    ended_at: float = 0.0
    failure: str = ""
    model_arn: str = ""
    model_seen: bool = False
    released: bool = False
    condemned: bool = False
    gone: bool = False

    @property
    def counted_usd(self) -> float | None:
        """What the job costs at most: by the price at which it was started, or today's if that was not noted."""
        return self.estimated_usd if self.charged_usd is None else self.charged_usd


@dataclass(frozen=True)
class TrainingSlot:
    """What the customization job resource owns.

    Attributes:
        owner: stack id (ARN) of the owning stack: the fence against another stack of the same name.
        removed: the tombstone. True when nothing is wanted; written before anything is deleted.
        handled: what CloudFormation asked, latest last: the physical ids allocated to its Creates and Updates, ""
            for a Delete (see `claims.is_stale`).
        generations: oldest first.
    """

    owner: str = ""
    physical_id: str = ""
    removed: bool = True
    handled: tuple[str, ...] = ()
    current_id: str = ""
    generations: tuple[TrainingGeneration, ...] = ()

    @property
    def current(self) -> TrainingGeneration | None:
        """The wanted generation, or None when nothing is wanted."""
        return None if self.removed else self.find(self.current_id)

    @property
    def keep_previous(self) -> int:
        """How many models before the current one are kept: a rollback goes back to what was asked for before, too."""
        latest = self.find(self.current_id)
        return latest.keep_previous if latest else 0

    def find(self, generation_id: str) -> TrainingGeneration | None:
        """The generation with this id, or None."""
        return next((g for g in self.generations if g.id == generation_id), None)

    def maker(self, model_arn: str) -> TrainingGeneration | None:
        """The generation whose custom model this is, or None.

        A model of another environment may have been promoted several times: then the wanted one, else the latest.
        """
        if not model_arn:
            return None
        makers = [g for g in self.generations if g.model_arn == model_arn]
        wanted = next((g for g in makers if g.id == self.current_id), None)
        return wanted or next(reversed(makers), None)

    def unwanted(self, generation: TrainingGeneration) -> bool:
        """Whether nothing needs this generation any more: CloudFormation let go of it and it is not the current one."""
        return generation.released and (self.removed or generation.id != self.current_id)
