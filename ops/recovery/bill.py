"""What stopping the bill of a model takes away, and what it leaves. Pure."""

from dataclasses import dataclass

from finetuning import names
from finetuning.lifecycle import EndpointGeneration, ModelRecord, Observed
from finetuning.lifecycle.observation import JOB_AT_REST
from ops.status.attention import day


@dataclass(frozen=True)
class Bill:
    """What happens to one model's things, in words.

    Attributes:
        deletes: endpoints that go.
        prevents: the endpoint that is wanted and was not bought yet.
        stays_committed: endpoints that cannot be deleted before their commitment ends, and are billed until then.
        keeps: custom models, which serve again after `resume`.
        goes_on: jobs, which are not stopped: what they cost is billed by the token.
        pointer: the parameter that is withdrawn, or "".
    """

    model: str
    already_stopped: bool
    deletes: tuple[str, ...] = ()
    prevents: tuple[str, ...] = ()
    stays_committed: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    goes_on: tuple[str, ...] = ()
    pointer: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether stopping changes nothing."""
        return not self.deletes and (self.already_stopped or not (self.prevents or self.stays_committed))


def bill(record: ModelRecord, seen: Observed) -> Bill:
    """What stopping means for a record and the look at it."""
    found = [(e, seen.endpoints[e.id]) for e in record.endpoint.generations if seen.endpoints.get(e.id) is not None]
    committed = [(e, o) for e, o in found if o is not None and o.committed_until > seen.now]
    jobs = [(g, job) for g in record.training.generations if (job := seen.jobs.get(g.id)) is not None]
    wanted = record.endpoint.wanted
    pointer = names.pointer_parameter(record.project, record.environment, record.model)
    return Bill(
        model=record.model,
        already_stopped=record.endpoint.stopped,
        deletes=tuple(describe(e) for e, o in found if (e, o) not in committed),
        prevents=(describe(wanted),) if wanted is not None and seen.endpoints.get(wanted.id) is None else (),
        stays_committed=tuple(f"{describe(e)}, until {day(o.committed_until)}" for e, o in committed if o is not None),
        keeps=tuple(f"custom model {g.job_name}" for g, job in jobs if job.model_status is not None),
        goes_on=tuple(f"customization job {g.job_name}" for g, job in jobs if job.status not in JOB_AT_REST),
        pointer=pointer if record.endpoint.published_arn else "",
    )


def describe(endpoint: EndpointGeneration) -> str:
    """An endpoint with how it is billed."""
    if endpoint.serving != "provisioned":
        return f"custom model deployment {endpoint.name} (billed by the token, nothing while idle)"
    units = "1 model unit" if endpoint.model_units == 1 else f"{endpoint.model_units} model units"
    term = "" if endpoint.commitment == "none" else f", commitment of {endpoint.commitment.replace('_', ' ')}"
    return f"provisioned throughput {endpoint.name} ({units}, billed by the hour{term})"


def lines(told: Bill) -> list[str]:
    """The bill as lines for a terminal."""
    head = f"{told.model}:" + (" already stopped" if told.already_stopped else "")
    withdrawn = [f"withdraws     the pointer {told.pointer}: applications find no endpoint"] if told.pointer else []
    return [
        head,
        *(f"  deletes       {text}" for text in told.deletes),
        *(f"  does not buy  {text}" for text in told.prevents),
        *(f"  {text}" for text in withdrawn),
        *(f"  stays         {text}: a commitment cannot be cancelled" for text in told.stays_committed),
        *(f"  keeps         {text} (storage only)" for text in told.keeps),
        *(f"  goes on       {text}; its model is kept and not served" for text in told.goes_on),
    ]
