"""I11: while the quality gate is enabled, no model that does not pass is shown to applications or billed for."""

from collections.abc import Iterator, Mapping

from finetuning.names import GENERATION_TAG, pointer_parameter
from tests.simulation.aws.things import Job, Model
from tests.simulation.view import View, Violation, is_of
from tests.simulation.wanted import ENVIRONMENT, PROJECT


def gating(view: View) -> Iterator[Violation]:
    """What is wrong with what became of one model's candidates."""
    parameter = pointer_parameter(PROJECT, ENVIRONMENT, view.model)
    jobs = {job.model_arn: job for job in view.jobs}
    for pointed in view.environment.pointed:
        job = jobs.get(pointed.model_arn)
        if pointed.name == parameter and pointed.is_bad and job is not None and _always_gated(view, job):
            yield Violation("I11", f"the pointer was set to {pointed.model_arn}, which does not pass the quality gate")
    record = next((r for r in view.environment.records if r.model == view.model), None)
    if record is None or not record.settled:
        return
    yield from _billed_for_nothing(view, jobs)
    alive = {endpoint.name for endpoint in view.endpoints}
    for endpoint in record.endpoint.generations:
        if endpoint.purpose == "evaluation" and endpoint.name in alive:
            yield Violation("I11", f"evaluation endpoint {endpoint.name} is left behind")


def _billed_for_nothing(view: View, jobs: Mapping[str, Job]) -> Iterator[Violation]:
    """Throughput is not left standing with a model that the gate refused, if it can be swapped or deleted."""
    bedrock = view.environment.account.bedrock
    for endpoint in view.endpoints:
        model, job = bedrock.find(endpoint.model_arn), jobs.get(endpoint.model_arn)
        is_poor = isinstance(model, Model) and model.is_bad and job is not None and _always_gated(view, job)
        free = endpoint.kind == "provisioned" and not endpoint.commitment and not endpoint.is_busy
        if is_poor and free and not bedrock.odds.update_fails and not view.acts:
            yield Violation("I11", f"{endpoint.name} is billed although the quality gate refused its model")


def refused_models(view: View) -> list[Job]:
    """Jobs whose models may have been refused by the gate: bad, mute or never judged in time."""
    return [job for job in view.jobs if view.is_gated(job) and _may_be_refused(view, job)]


def _may_be_refused(view: View, job: Job) -> bool:
    model = view.environment.account.bedrock.find(job.model_arn)
    is_poor = isinstance(model, Model) and (model.is_bad or bool(model.flaw))
    odds, evaluations = view.environment.account.bedrock.odds, view.environment.account.evaluations
    never_ended = job.tags.get(GENERATION_TAG) not in evaluations.ended
    return is_poor or never_ended or odds.endpoint_fails > 0 or bool(view.environment.acts) or model is None


def _always_gated(view: View, job: Job) -> bool:
    """Whether every request for this training asked for the gate."""
    asked = [r for r in view.requests("job") if r.kind != "Delete" and is_of(job, r.event["ResourceProperties"])]
    return all('"mode": "enabled"' in r.event["ResourceProperties"].get("Evaluation", "") for r in asked)
