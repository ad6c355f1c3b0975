"""Model copy jobs: what another account or Region shares comes here after a while, or does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.aws import listing
from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.aws.errors import not_found, refusal
from tests.simulation.aws.shelf import Shelf
from tests.simulation.aws.site import Caller, Site, moment, tags_from
from tests.simulation.aws.things import Model, Thing
from tests.simulation.aws.variants import VALIDATION

#: Undocumented; a customization takes hours, a copy no longer than the shorter of them: ours.
SHORTEST_SECONDS, LONGEST_SECONDS = 300.0, 7200.0


@dataclass(frozen=True)
class Copy(Thing):
    """A model copy job; its name is that of the copy.

    Attributes:
        source: what is copied.
        target_arn: what comes of it.
        model_tags: of the copy.
        key: of the copy; "" for one of AWS's own.
    """

    source: Model | None = None
    target_arn: str = ""
    model_tags: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


class Copies:
    """The copy jobs of an account.

    Attributes:
        shared: models of other places, by ARN, and since when they show here (fault E01).
        refusals: errors that the next creations answer, in order, also such as no model of the service declares (E03).
        failures: messages with which the next jobs fail, in order: over a key, for instance (E02).
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self.shelf: Shelf[Copy] = Shelf(site.world, site.variants)
        self.shared: dict[str, tuple[float, Model]] = {}
        self.refusals: list[tuple[str, str]] = []
        self.failures: list[str] = []

    def operations(self, caller: Caller) -> Mapping[str, Operation]:
        """The operations with the rights of this caller."""
        return {
            "create_model_copy_job": lambda parameters: self._create(caller, parameters),
            "get_model_copy_job": self._get,
            "list_model_copy_jobs": self._list,
        }

    def share(self, model: Model, *, after: float = 0.0) -> None:
        """Let another account share a model with this one, which shows after so many seconds."""
        self.shared[model.arn] = (self._site.world.now + after, model)

    def _create(self, caller: Caller, parameters: Parameters) -> Mapping[str, Any]:
        site, operation = self._site, "CreateModelCopyJob"
        tags = tags_from(parameters.get("targetModelTags", ()))
        site.require_request_tags(caller, f"bedrock:{operation}", tags)
        earlier = site.replayed(operation, parameters)
        if earlier is not None:
            return {"jobArn": earlier}
        if self.refusals:
            raise refusal(*self.refusals.pop(0))
        shown_from, source = self.shared.get(parameters["sourceModelArn"], (0.0, None))
        if source is None or shown_from > site.world.now:
            raise not_found(f"the custom model {parameters['sourceModelArn']}")
        name = parameters["targetModelName"]
        if self.shelf.find(name) is not None or site.models.find(name) is not None:
            raise refusal(VALIDATION, "The provided model name is currently in use.")
        job = Copy(
            arn=site.arn("model-copy-job"),
            name=name,
            created=site.world.now,
            tags=tags,
            status="InProgress",
            source=source,
            target_arn=site.arn(f"custom-model/{source.base_model}"),
            model_tags=tags,
            key=parameters.get("modelKmsKeyId", ""),
        )
        self.shelf.put(job)
        site.remember(operation, parameters, job.arn)
        site.ledger.bought("copy", name, job.arn, tags, model_arn=source.arn)
        failure = self.failures.pop(0) if self.failures else ""
        site.world.after(
            site.world.random.uniform(SHORTEST_SECONDS, LONGEST_SECONDS), lambda: self._end(job, source, failure)
        )
        return {"jobArn": job.arn}

    def _end(self, job: Copy, source: Model, failure: str) -> None:
        if failure:
            self.shelf.change(job.arn, status="Failed", failure=failure)
            return
        copy = Model(
            job.target_arn, job.name, self._site.world.now, job.model_tags, "Active",
            base_model=source.base_model, flaw=source.flaw, is_bad=source.is_bad,
        )  # fmt: skip
        self._site.models.put(copy, at_once=True)
        self.shelf.change(job.arn, status="Completed")

    def _get(self, parameters: Parameters) -> Mapping[str, Any]:
        job = self.shelf.read(parameters["jobArn"])
        if job is None:
            raise not_found(f"the model copy job {parameters['jobArn']}")
        return _shown(job)

    def _list(self, parameters: Parameters) -> Mapping[str, Any]:
        part, status = parameters.get("targetModelNameContains", ""), parameters.get("statusEquals")
        source = parameters.get("sourceModelArnEquals")
        found = (
            job
            for job in self.shelf.all()
            if part in job.name
            and status in (None, job.visible_status)
            and source in (None, job.source.arn if job.source else None)
        )
        unnamed = {name: value for name, value in parameters.items() if name != "nameContains"}
        return listing.page("modelCopyJobSummaries", found, _shown, unnamed)


def _shown(job: Copy) -> dict[str, Any]:
    source = job.source
    shown: dict[str, Any] = {
        "jobArn": job.arn,
        "status": job.visible_status,
        "creationTime": moment(job.created),
        "targetModelArn": job.target_arn,
        "targetModelName": job.name,
        "targetModelTags": [{"key": key, "value": value} for key, value in job.model_tags.items()],
    }
    if source is not None:
        shown |= {
            "sourceAccountId": source.arn.split(":")[4],
            "sourceModelArn": source.arn,
            "sourceModelName": source.name,
        }
    if job.key:
        shown["targetModelKmsKeyArn"] = job.key
    return shown | listing.failure(job)
