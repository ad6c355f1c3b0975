"""I9: applications are sent to a model that answers, that was approved if need be, and that was not rolled back."""

from collections.abc import Iterator

from finetuning.names import pointer_parameter
from tests.simulation.aws.things import Endpoint, Job
from tests.simulation.view import View, Violation, is_of
from tests.simulation.wanted import ENVIRONMENT, PROJECT
from tests.simulation.witness import Pointed

#: What was decided before a command was heard of may still arrive: longer than any call is late.
UNDER_WAY_SECONDS = 300.0


def publication(view: View) -> Iterator[Violation]:
    """What is wrong with what one model's pointer was set to, and with what is billed for a model that is of no use."""
    parameter = pointer_parameter(PROJECT, ENVIRONMENT, view.model)
    pointed = [each for each in view.environment.pointed if each.name == parameter]
    yield from answering(pointed)
    yield from approved(view, pointed)
    yield from not_rolled_back(view, pointed)
    yield from billed_for_nothing(view)


def answering(pointed: list[Pointed]) -> Iterator[Violation]:
    """The pointer is never set to an endpoint whose model does not answer."""
    for each in pointed:
        if each.flaw:
            yield Violation("I9", f"the pointer was set to {each.arn} while its model did not answer: {each.flaw}")


def approved(view: View, pointed: list[Pointed]) -> Iterator[Violation]:
    """While approval is demanded, a model that is new goes into service only after somebody has approved it."""
    served: set[str] = set()
    for each in pointed:
        job = next((job for job in view.jobs if each.model_arn and job.model_arn == each.model_arn), None)
        if job is None or each.model_arn in served:
            continue
        if _is_demanded(view, job, each.at) and not _is_approved(view, job, each.at):
            yield Violation("I9", f"model {job.model_name} was published and nobody had approved it")
        served.add(each.model_arn)


def not_rolled_back(view: View, pointed: list[Pointed]) -> Iterator[Violation]:
    """What an operator rolled back is not published again, unless an operator asks for it."""
    for judged in view.environment.judged:
        if (judged.what, judged.model) != ("roll back", view.model) or not judged.model_arn:
            continue
        again = [act.at for act in view.acts if act.what == "resume" and act.at > judged.at - UNDER_WAY_SECONDS]
        for each in pointed:
            is_late = each.at > judged.at + UNDER_WAY_SECONDS
            if is_late and each.model_arn == judged.model_arn and not any(at <= each.at for at in again):
                yield Violation("I9", f"{each.model_arn} was rolled back at {judged.at:.0f} s and published afterwards")


def billed_for_nothing(view: View) -> Iterator[Violation]:
    """Throughput is not left standing with a model that does not answer, unless it is committed."""
    bedrock = view.environment.account.bedrock
    for endpoint in view.endpoints:
        asked = [each for each in bedrock.runtime.asked if each.endpoint_arn == endpoint.arn]
        is_mute = bool(asked) and bool(asked[-1].flaw) and asked[-1].model_arn == endpoint.model_arn
        if is_mute and _is_free_to_go(endpoint) and not bedrock.odds.update_fails:
            yield Violation("I9", f"{endpoint.name} is billed although its model does not answer: {asked[-1].flaw}")


def _is_demanded(view: View, job: Job, at: float) -> bool:
    """Whether approval was demanded all the time since this training was first wanted."""
    asked = [r for r in view.requests("job") if r.kind != "Delete" and is_of(job, r.event["ResourceProperties"])]
    since = min((request.sent_at for request in asked), default=0.0)
    demands = sorted(
        (request.sent_at, request.event["ResourceProperties"].get("NeedsApproval") == "true")
        for request in view.requests("endpoint")
        if request.kind != "Delete" and request.sent_at <= at
    )
    before = [demand for sent_at, demand in demands if sent_at <= since][-1:]
    meanwhile = [demand for sent_at, demand in demands if sent_at > since]
    return bool(demands) and all((*before, *meanwhile))


def _is_approved(view: View, job: Job, at: float) -> bool:
    """Whether somebody approved something since its model was there."""
    ready_at = (job.ended or 0.0) - UNDER_WAY_SECONDS
    return any(act.what == "approve" and ready_at <= act.at <= at for act in view.acts)


def _is_free_to_go(endpoint: Endpoint) -> bool:
    return endpoint.kind == "provisioned" and not endpoint.commitment and not endpoint.is_busy
