"""The account's Bedrock: its operations, what a human does to it by hand, and what there is and ever was."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from finetuning import names
from tests.simulation.aws import runtime
from tests.simulation.aws.bus import Bus
from tests.simulation.aws.client import Operation
from tests.simulation.aws.copies import Copies
from tests.simulation.aws.deployments import Deployments
from tests.simulation.aws.endpoints import Endpoints
from tests.simulation.aws.jobs import Jobs
from tests.simulation.aws.ledger import Change, Ledger, Purchase
from tests.simulation.aws.models import Models
from tests.simulation.aws.site import ACCOUNT, Caller, Odds, Quotas, Site
from tests.simulation.aws.tagging import Tagging, kind_of
from tests.simulation.aws.things import UNFINISHED, Endpoint, Job, Model, Thing
from tests.simulation.aws.throughput import Throughput
from tests.simulation.aws.variants import Variants
from tests.simulation.kernel import World

HUMAN = "human"
#: Long enough that nobody waits for the job of a stranger.
_FOREIGN_JOB_SECONDS = 365 * 86_400.0
_BASE_MODEL = "anthropic.claude-3-haiku-20240307-v1:0:200k"


class Bedrock:
    """State and rules; `operations` is what a client of it can do.

    Attributes:
        jobs: customization jobs, with hooks for those to come.
        throughput: provisioned throughput, with hooks for what is to come.
        deployments: the same of custom model deployments.
        copies: model copy jobs, with what other accounts share.
        runtime: answers questions; a service of its own.
    """

    def __init__(self, world: World, variants: Variants, bus: Bus) -> None:
        self.ledger = Ledger(world)
        self.site = Site(world, variants, self.ledger)
        self.jobs, self._models = Jobs(self.site, bus), Models(self.site)
        self.throughput, self.deployments = Throughput(self.site), Deployments(self.site)
        self.copies, self._tagging = Copies(self.site), Tagging(self.site)
        self.runtime = runtime.Runtime(self.site)

    def operations(self, caller: Caller) -> Mapping[str, Operation]:
        """Every operation, with the rights of this caller."""
        parts = (self.jobs, self._models, self.throughput, self.deployments, self.copies, self._tagging)
        return {name: operation for part in parts for name, operation in part.operations(caller).items()}

    @property
    def purchases(self) -> list[Purchase]:
        """Every job and endpoint that was ever created by request, in order."""
        return self.ledger.purchases

    @property
    def changes(self) -> list[Change]:
        """Everything that was ever stopped, deleted, swapped or tagged, in order."""
        return self.ledger.changes

    @property
    def quotas(self) -> Quotas:
        """The account's quotas."""
        return self.site.quotas

    @property
    def odds(self) -> Odds:
        """How likely things fail by themselves."""
        return self.site.odds

    def alive(self) -> Iterator[tuple[str, Thing]]:
        """Everything that exists, with its kind; of the jobs those that run."""
        for shelf in self.site.shelves:
            for thing in shelf.truth.values():
                if not isinstance(thing, Job) or thing.status in UNFINISHED:
                    yield kind_of(thing), thing

    def find(self, arn: str) -> Thing | None:
        """What exists under this ARN, jobs at rest included."""
        return self.site.find(arn)

    def set_quota(self, **quotas: int) -> None:
        """Set quotas by the names of `Quotas`."""
        for name, value in quotas.items():
            if not hasattr(self.quotas, name):
                raise AttributeError(f"there is no quota {name}")
            setattr(self.quotas, name, value)

    def fail_next_job(self, message: str) -> None:
        """The next job is accepted and ends as `Failed` (fault B04)."""
        self.jobs.failures.append(message)

    def refuse_next_job(self, message: str, code: str = "ValidationException") -> None:
        """The next creation of a job is refused: S3 or KMS, for instance (faults B03, F01)."""
        self.jobs.refusals.append((code, message))

    def mute_next_model(self, flaw: str = "") -> None:
        """The next custom model does not answer: with this flaw, or with an error of its own."""
        self.jobs.flaws.append(flaw or runtime.MODEL_ERROR)

    def fail_next_endpoint(self, message: str) -> None:
        """The next endpoint, of either kind, ends as `Failed` (fault C02)."""
        self._fail_next("failures", message)

    def fail_next_update(self, message: str) -> None:
        """The next swap, of either kind, fails in the end, and the endpoint goes on with the model that it had."""
        self._fail_next("update_failures", message)

    def delete_by_hand(self, arn: str) -> None:
        """A human deletes a model or an endpoint, or stops a job, whatever the rules (fault C12)."""
        thing = self.find(arn)
        assert thing is not None, f"there is no {arn}"
        if isinstance(thing, Job):
            assert thing.status in UNFINISHED, f"{arn} is at rest, and a job's record cannot be deleted"
            self.site.jobs.change(arn, status="Stopped", ended=self.site.world.now)
            self.ledger.changed("stopped", "job", thing.name, arn, thing.tags, by=HUMAN)
        elif isinstance(thing, Endpoint):
            self._endpoints(thing.kind).remove(thing, by=HUMAN)
        else:
            self.site.models.remove(arn)
            self.ledger.changed("deleted", "model", thing.name, arn, thing.tags, by=HUMAN)

    def foreign(self, kind: str, name: str, *, tags: Mapping[str, str] | None = None, model_arn: str = "") -> str:
        """Plant somebody else's `job`, `model`, `provisioned` or `on_demand`; returns its ARN.

        An endpoint serves the model, which may be ours; without one it gets a model of its own.
        """
        site, tags = self.site, dict(tags or {})
        if kind == "job":
            job = a_strangers_job(site.arn(f"model-customization-job/{_BASE_MODEL}"), name, tags, site.world.now)
            self.jobs.add(job)
            return job.arn
        if kind == "model" or not model_arn:
            arn = site.arn(f"custom-model/{_BASE_MODEL}")
            model = Model(arn, name, site.world.now, tags if kind == "model" else {}, "Active", base_model=_BASE_MODEL)
            site.models.put(model, at_once=True)
            if kind == "model":
                return arn
            model_arn = arn
        served = site.models.truth[model_arn]
        endpoint = self._endpoints(kind).planned(name, served, tags, units=1 if kind == "provisioned" else 0)
        self._endpoints(kind).add(endpoint)
        return endpoint.arn

    def judged_elsewhere(
        self, name: str, owner: tuple[str, str], *, base_model: str = _BASE_MODEL, flaw: str = ""
    ) -> Model:
        """A model that another environment trained and judged, with the job that made it: to be promoted."""
        site, tags = self.site, dict(zip((names.PROJECT_TAG, names.ENVIRONMENT_TAG), owner, strict=True))
        job = a_strangers_job(site.arn(f"model-customization-job/{base_model}"), name, tags, site.world.now)
        model = Model(
            site.arn(f"custom-model/{base_model}"), name, site.world.now, tags, "Active",
            base_model=base_model, job_arn=job.arn, job_name=name, flaw=flaw,
        )  # fmt: skip
        request = {**job.request, "baseModelIdentifier": base_model}
        done = replace(job, status="Completed", request=request, ended=site.world.now, model_arn=model.arn)
        site.jobs.put(done, at_once=True)
        site.models.put(model, at_once=True)
        return model

    def future_status(self, arn: str, status: str) -> None:
        """From now on a thing says a status that nobody knows yet, until it is "" again (fault B15)."""
        for shelf in self.site.shelves:
            shelf.change(arn, shown_status=status)

    def _endpoints(self, kind: str) -> Endpoints:
        return self.throughput if kind == "provisioned" else self.deployments

    def _fail_next(self, hook: str, message: str) -> None:
        """The first that comes takes the message from both kinds."""
        for endpoints in (self.throughput, self.deployments):
            getattr(endpoints, hook).append(message)


def a_strangers_job(arn: str, name: str, tags: Mapping[str, str], now: float) -> Job:
    """A job that runs for a year."""
    request = {
        "baseModelIdentifier": _BASE_MODEL,
        "customModelName": name,
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/somebody-elses",
        "trainingDataConfig": {},
        "outputDataConfig": {"s3Uri": "s3://somebody-else"},
    }
    return Job(arn, name, now, tags, "InProgress", request=request, ends_at=now + _FOREIGN_JOB_SECONDS)
