"""One fresh look at a model: the registry's record, and what Bedrock says of everything in it at this moment."""

import contextlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from finetuning import names
from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.orphans import Orphan, orphans
from lambdas.gateways.clients import code_of
from lambdas.registry.looking import Looking
from ops.recovery import stack
from ops.session import NotDeployedError, Session
from ops.status import metrics
from ops.status.metrics import Losses

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient

#: Phases of a customization job by their key in `statusDetails`, in order.
#: Source: Bedrock User Guide, 'Monitor your model customization job'.
PHASES = {
    "validationDetails": "validation",
    "dataProcessingDetails": "data processing",
    "trainingDetails": "training",
}


@dataclass(frozen=True)
class JobDetails:
    """What Bedrock alone knows of the current job; phases by name, in order."""

    phases: Mapping[str, str] = field(default_factory=dict)
    created: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True)
class Look:
    """Everything that was looked up for one model.

    Attributes:
        pointer: the endpoint ARN in the pointer parameter, or None when nothing is published.
        driver_status: status of the execution in charge; None when it was never started or is not needed.
        now: the moment of the look.
        orphans: what carries the model's tags and no record claims.
        unrecorded: status of the model's stack, if it stands and nothing is recorded of the model; else "".
    """

    record: ModelRecord
    seen: Observed
    job: JobDetails
    losses: Losses
    pointer: str | None
    driver_status: str | None
    now: datetime
    orphans: tuple[Orphan, ...] = ()
    unrecorded: str = ""


class Lookout:
    """Takes looks in one environment; the losses of a completed job never change, so they are read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._registry = session.registry()
        self._looking = Looking(
            session.jobs(), session.endpoints(), holds=session.holds(), alarms=session.alarms(), clock=_now
        )
        self._losses: dict[str, Losses] = {}
        self._orphans: tuple[Orphan, ...] | None = None

    def models(self) -> frozenset[str]:
        """The models that the registry knows."""
        return frozenset(record.model for record in self._registry.all())

    def orphaned(self) -> frozenset[str]:
        """The models that orphans say they belong to."""
        return frozenset(orphan.thing.tags.get(names.MODEL_TAG, "") for orphan in self.orphans())

    def look(self, model: str) -> Look:
        """Look at one model now."""
        record = self._registry.read(model)
        seen = self.observe(record)
        parameter = names.pointer_parameter(record.project, record.environment, model)
        return Look(
            record=record,
            seen=seen,
            job=self._job_details(record),
            losses=self._read_losses(record, seen),
            pointer=self._session.pointer().read(parameter),
            driver_status=self._driver_status(record),
            now=datetime.now(UTC),
            orphans=tuple(o for o in self.orphans() if o.thing.tags.get(names.MODEL_TAG) == model),
            unrecorded=""
            if record.training.generations or record.endpoint.generations
            else stack.standing(self._session, model),
        )

    def observe(self, record: ModelRecord) -> Observed:
        """What the record's generations have bought, seen as the driver sees it; what it logs goes to stderr."""
        with contextlib.redirect_stdout(sys.stderr):
            return self._looking.look(record)

    def orphans(self) -> tuple[Orphan, ...]:
        """What nobody claims, looked up once."""
        if self._orphans is None:
            self._orphans = tuple(orphans(self._registry.all(), self._session.owned(), _now()))
        return self._orphans

    def _job_details(self, record: ModelRecord) -> JobDetails:
        generation = record.training.current
        if generation is None or not generation.intended:
            return JobDetails()
        bedrock: BedrockClient = self._session.client("bedrock")
        try:
            job = bedrock.get_model_customization_job(jobIdentifier=generation.job_name)
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return JobDetails()
            raise
        details: Mapping[str, Any] = {**job.get("statusDetails", {})}
        phases = {name: details[key].get("status", "") for key, name in PHASES.items() if key in details}
        return JobDetails(phases, job["creationTime"], job.get("endTime"))

    def _read_losses(self, record: ModelRecord, seen: Observed) -> Losses:
        generation = record.training.current
        job = seen.jobs.get(generation.id) if generation else None
        if generation is None or job is None or job.status != "Completed":
            return Losses()
        if generation.id not in self._losses:
            bucket = self._session.outputs("Foundation")["OutputBucketName"]
            losses = metrics.read(self._session.client("s3"), bucket, record.model, generation.id)
            if losses.summary is None:
                return losses
            self._losses[generation.id] = losses
        return self._losses[generation.id]

    def _driver_status(self, record: ModelRecord) -> str | None:
        """Asked only while there is something left to do: a settled model needs no driver."""
        if record.settled:
            return None
        try:
            return self._session.driver().status(record.in_charge)
        except NotDeployedError:
            return None


def _now() -> float:
    return datetime.now(UTC).timestamp()
