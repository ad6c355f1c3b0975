"""One fresh look at a model: the registry's record, and what Bedrock says of everything in it at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from finetuning import names
from finetuning.lifecycle import ModelRecord, Observed
from lambdas.gateways.clients import code_of
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
    """

    record: ModelRecord
    seen: Observed
    job: JobDetails
    losses: Losses
    pointer: str | None
    driver_status: str | None
    now: datetime


class Lookout:
    """Takes looks in one environment; the losses of a completed job never change, so they are read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._registry = session.registry()
        self._jobs, self._endpoints = session.jobs(), session.endpoints()
        self._losses: dict[str, Losses] = {}

    def models(self) -> frozenset[str]:
        """The models that the registry knows."""
        return frozenset(record.model for record in self._registry.all())

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
        )

    def observe(self, record: ModelRecord) -> Observed:
        """What the record's generations may have bought, by name; what is gone is not looked for."""
        return Observed(
            jobs={g.id: self._jobs.find(g.job_name) for g in record.training.generations if g.intended and not g.gone},
            endpoints={
                e.id: self._endpoints[e.serving].find(e.name)
                for e in record.endpoint.generations
                if e.intended and not e.gone
            },
        )

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
        details: Mapping[str, Mapping[str, str]] = job.get("statusDetails", {})  # type: ignore[assignment]  # read by key
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
            return self._session.driver().status(record.execution)
        except NotDeployedError:
            return None
