"""CreateModelCustomizationJob and what follows: hours or days later the job ends, and its model comes, perhaps late."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.simulation.aws import listing
from tests.simulation.aws.bus import Bus
from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.aws.errors import not_found, refusal
from tests.simulation.aws.runtime import FLAWS
from tests.simulation.aws.site import Caller, Site, tags_from
from tests.simulation.aws.things import UNFINISHED, Job, Model
from tests.simulation.aws.variants import CONFLICT, VALIDATION

#: Source: bedrock.md §11 of the facts: several hours typically; one job was queued for 74 hours.
SHORTEST_SECONDS, LONGEST_SECONDS = 600.0, 74 * 3600.0
STOPPING_SECONDS = (30.0, 600.0)
#: Source: terraform-provider-aws, custom_model.go.
ROLE_NOT_ASSUMABLE = "Could not assume provided IAM role"
NAME_IN_USE = "The provided {} name is currently in use."


class Jobs:
    """The customization jobs of an account.

    Attributes:
        role_ready_at: until then Bedrock cannot assume any service role.
        untrusting: roles that it never can (fault B02).
        refusals: errors that the next creations answer, in order: access to S3 or KMS, for instance.
        failures: messages with which the next jobs will fail, in order.
        flaws: how the next models will fail to answer (`runtime.FLAWS`), in order.
        bad: whether the next models will not pass an evaluation, in order.
        next_duration: seconds that the next job takes; None to draw it.
    """

    def __init__(self, site: Site, bus: Bus) -> None:
        self._site, self._bus = site, bus
        self.role_ready_at = 0.0
        self.untrusting: set[str] = set()
        self.refusals: list[tuple[str, str]] = []
        self.failures: list[str] = []
        self.flaws: list[str] = []
        self.bad: list[bool] = []
        self.next_duration: float | None = None
        self._names: set[str] = set()
        self._model_names: set[str] = set()

    def operations(self, caller: Caller) -> Mapping[str, Operation]:
        """The operations with the rights of this caller."""
        return {
            "create_model_customization_job": lambda parameters: self._create(caller, parameters),
            "get_model_customization_job": self._get,
            "stop_model_customization_job": lambda parameters: self._stop(caller, parameters),
            "list_model_customization_jobs": self._list,
        }

    def add(self, job: Job) -> None:
        """Let a job begin and, later, end."""
        self._names.add(job.name)
        self._model_names.add(job.model_name)
        self._site.jobs.put(job)
        self._bus.tell(job)
        self._site.world.after(job.ends_at - self._site.world.now, lambda: self._end(job.arn))

    def _create(self, caller: Caller, parameters: Parameters) -> Mapping[str, Any]:
        site, operation = self._site, "CreateModelCustomizationJob"
        tags, model_tags = tags_from(parameters.get("jobTags", ())), tags_from(parameters.get("customModelTags", ()))
        for asked in (tags, model_tags):
            site.require_request_tags(caller, "bedrock:CreateModelCustomizationJob", asked)
        earlier = site.replayed(operation, parameters)
        if earlier is not None:
            return {"jobArn": earlier}
        self._require_free_names(parameters)
        self._require_admitted(parameters["roleArn"])
        job = self._planned(parameters, tags, model_tags)
        self.add(job)
        site.remember(operation, parameters, job.arn)
        site.ledger.bought("job", job.name, job.arn, tags)
        return {"jobArn": job.arn}

    def _require_free_names(self, parameters: Parameters) -> None:
        code, model_name = self._site.variants.name_taken, parameters["customModelName"]
        if parameters["jobName"] in self._names:
            raise refusal(code, NAME_IN_USE.format("job"))
        if model_name in self._model_names and (self._site.variants.model_names_forever or self._is_used(model_name)):
            raise refusal(code, NAME_IN_USE.format("model"))

    def _is_used(self, model_name: str) -> bool:
        unfinished = (job for job in self._site.jobs.truth.values() if job.status in UNFINISHED)
        return self._site.models.find(model_name) is not None or any(job.model_name == model_name for job in unfinished)

    def _require_admitted(self, role_arn: str) -> None:
        site = self._site
        if sum(job.status in UNFINISHED for job in site.jobs.truth.values()) >= site.quotas.jobs:
            raise refusal("ServiceQuotaExceededException", f"At most {site.quotas.jobs} customization jobs may run.")
        if len(site.models.truth) >= site.quotas.models:
            raise refusal("ServiceQuotaExceededException", f"At most {site.quotas.models} custom models may exist.")
        if site.world.now < self.role_ready_at or role_arn in self.untrusting:
            raise refusal(VALIDATION, ROLE_NOT_ASSUMABLE)
        if self.refusals:
            raise refusal(*self.refusals.pop(0))

    def _planned(self, parameters: Parameters, tags: dict[str, str], model_tags: dict[str, str]) -> Job:
        site, random = self._site, self._site.world.random
        duration, self.next_duration = self.next_duration, None
        if duration is None:
            duration = SHORTEST_SECONDS * (LONGEST_SECONDS / SHORTEST_SECONDS) ** random.random()
        will_fail = self.failures.pop(0) if self.failures else None
        if will_fail is None and site.odds.job_fails and random.random() < site.odds.job_fails:
            will_fail = "Encountered an unexpected error when processing the request, please try again"
        return Job(
            arn=site.arn(f"model-customization-job/{parameters['baseModelIdentifier']}"),
            name=parameters["jobName"],
            created=site.world.now,
            tags=tags,
            status="InProgress",
            request=parameters,
            model_tags=model_tags,
            will_fail=will_fail,
            ends_at=site.world.now + duration,
        )

    def _get(self, parameters: Parameters) -> Mapping[str, Any]:
        job = self._site.jobs.read(parameters["jobIdentifier"])
        if job is None:
            raise not_found(f"the model customization job {parameters['jobIdentifier']}")
        return listing.job(job)

    def _list(self, parameters: Parameters) -> Mapping[str, Any]:
        wanted = parameters.get("statusEquals")
        jobs = (job for job in self._site.jobs.all() if wanted in (None, job.visible_status))
        return listing.page("modelCustomizationJobSummaries", jobs, listing.job_summary, parameters)

    def _stop(self, caller: Caller, parameters: Parameters) -> Mapping[str, Any]:
        """Ask a job to stop; by and by it does, unless it completes first (fault B13)."""
        site, identifier = self._site, parameters["jobIdentifier"]
        job = site.jobs.find(identifier)
        site.require_owned(caller, "bedrock:StopModelCustomizationJob", job, identifier)
        assert job is not None
        if job.status != "InProgress":
            raise refusal(CONFLICT, f"The job {job.name} is {job.status} and cannot be stopped.")
        stopping = replace(job, status="Stopping")
        site.jobs.put(stopping)
        self._bus.tell(stopping)
        site.ledger.changed("stopped", "job", job.name, job.arn, job.tags)
        least, most = STOPPING_SECONDS
        seconds = least + (most - least) * site.world.random.random()
        completes = site.variants.completes_while_stopping and site.world.random.random() < 0.5
        site.world.after(seconds, lambda: self._end(job.arn) if completes else self._rest(job.arn, "Stopped"))
        return {}

    def _end(self, arn: str) -> None:
        """A running job ends; one that is being stopped does so only if the service lets it."""
        job = self._site.jobs.truth[arn]
        is_late = job.status == "Stopping" and not self._site.variants.completes_while_stopping
        if job.status not in UNFINISHED or is_late:
            return
        if job.will_fail is not None:
            self._rest(arn, "Failed", job.will_fail)
            return
        self._rest(arn, "Completed")
        delay = self._site.variants.model_late_seconds
        if delay:
            self._site.world.after(delay * self._site.world.random.random(), lambda: self._make_model(arn, "Creating"))
            self._site.world.after(delay, lambda: self._activate(arn))
        else:
            self._make_model(arn, "Active")

    def _rest(self, arn: str, status: str, failure: str = "") -> None:
        if self._site.jobs.truth[arn].status in UNFINISHED:
            self._site.jobs.change(arn, status=status, failure=failure, ended=self._site.world.now)
            self._bus.tell(self._site.jobs.truth[arn])

    def _make_model(self, job_arn: str, status: str) -> None:
        site, job = self._site, self._site.jobs.truth[job_arn]
        model = Model(
            arn=site.arn(f"custom-model/{job.base_model}"),
            name=job.model_name,
            created=site.world.now,
            tags=job.model_tags,
            status=status,
            base_model=job.base_model,
            job_arn=job.arn,
            job_name=job.name,
            flaw=self._flaw(),
            is_bad=self._is_bad(),
        )
        site.models.put(model, at_once=True)
        site.jobs.change(job_arn, model_arn=model.arn)

    def _flaw(self) -> str:
        """How the model that is being made will fail to answer; "" for one that answers."""
        if self.flaws:
            return self.flaws.pop(0)
        odds, random = self._site.odds.model_is_mute, self._site.world.random
        return random.choice(FLAWS) if odds and random.random() < odds else ""

    def _is_bad(self) -> bool:
        """Whether the model that is being made will not pass an evaluation."""
        if self.bad:
            return self.bad.pop(0)
        odds = self._site.odds.model_is_bad
        return odds > 0 and self._site.world.random.random() < odds

    def _activate(self, job_arn: str) -> None:
        self._site.models.change(self._site.jobs.truth[job_arn].model_arn, status="Active")
