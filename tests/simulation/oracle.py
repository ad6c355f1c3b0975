"""Judges a world at rest by the invariants I1 to I11, from the account's ledger and CloudFormation's view."""

import json
from collections.abc import Iterable, Iterator

from tests.simulation.environment import Environment
from tests.simulation.gating import gating
from tests.simulation.outcome import outcome
from tests.simulation.ownership import ownership
from tests.simulation.publication import publication
from tests.simulation.requests import CANARY, MAX_ANSWER_BYTES, Request
from tests.simulation.spending import spending
from tests.simulation.stack import Stack
from tests.simulation.view import IS_GONE, STANDS, View, Violation

__all__ = ["Violation", "check"]


def check(environment: Environment) -> list[Violation]:
    """Every invariant that does not hold; `environment.run_until_quiet` comes before."""
    models = {record.model for record in environment.records}
    models |= {thing.tags["finetuning:model"] for thing in environment.things}
    models |= {model for stack in _stacks(environment) if (model := stack.name.partition("-Model-")[2])}
    views = [View(environment, model) for model in sorted(models)]
    return [
        *one_answer(environment),
        *secrecy(environment),
        *liveness(environment),
        *guard(environment),
        *(violation for view in views for violation in ownership(view)),
        *(violation for view in views for violation in outcome(view)),
        *(violation for view in views for violation in publication(view)),
        *(violation for view in views for violation in spending(view)),
        *(violation for view in views for violation in gating(view)),
    ]


def one_answer(environment: Environment) -> Iterator[Violation]:
    """I4: each request gets an answer in time, and all its answers are the same.

    Where the table that keeps answers could not be asked, only the physical id of a success is the same: an answer is
    worth more than its likeness to one that CloudFormation has taken already.
    """
    not_kept = "".join(line for line in environment.output.lines if "kept" in line)
    for request in environment.cloudformation.requests:
        what = _name(request)
        if request.outcome is not None and request.outcome.how == "timed out":
            yield Violation("I4", f"{what} got no answer in {request.service_timeout:.0f} s")
        if request.outcome is not None and request.outcome.how == "invalid":
            yield Violation("I4", f"{what} got an answer that is not acceptable: {request.outcome.reason}")
        answers = [json.loads(body) for body in set(request.answers)]
        ids = {answer["PhysicalResourceId"] for answer in answers if answer["Status"] == "SUCCESS"}
        if len(ids) > 1:
            yield Violation("I4", f"{what} was given different physical ids: {sorted(ids)}")
        if len(set(request.answers)) > 1 and request.event["RequestId"] not in not_kept:
            yield Violation("I4", f"{what} got different answers: {sorted(set(request.answers))}")
        for body in set(request.answers):
            if len(body) > MAX_ANSWER_BYTES or not isinstance(json.loads(body), dict):
                yield Violation("I4", f"{what} was sent {len(body)} bytes: {body[:80]!r}")


def secrecy(environment: Environment) -> Iterator[Violation]:
    """I7: no secret in a log, in Step Functions, in an answer or in a notice."""
    executions = environment.account.states.executions
    places = {
        "log": "".join(environment.output.lines),
        "Step Functions": "".join(f"{name} {e.input} {e.results} {e.error}" for name, e in executions.items()),
        "notice": "".join(f"{notice.subject} {notice.text}" for notice in environment.account.topic.notices),
        "answer": b"".join(body for r in environment.cloudformation.requests for body in r.answers).decode(),
    }
    for place, text in places.items():
        if CANARY in text:
            at = text.index(CANARY)
            yield Violation("I7", f"a secret is in a {place}: …{text[max(0, at - 80) : at + 20]}…")


def liveness(environment: Environment) -> Iterator[Violation]:
    """I8: every stack comes to rest, and so does the driver, unless it says what it waits for."""
    for request in environment.cloudformation.requests:
        if request.outcome is None:
            yield Violation("I8", f"{_name(request)} is still waited for")
    for stack in _stacks(environment):
        if "-Model-" in stack.name and stack.status not in STANDS | IS_GONE:
            yield Violation("I8", f"stack {stack.name} is stuck in {stack.status}")
    for record in environment.records:
        if not record.settled and not record.problem and not record.notified:
            yield Violation("I8", f"model {record.model} is not settled and does not say why: {record.doing}")
    if environment.lambdas.under_way:
        yield Violation("I8", f"{environment.lambdas.under_way} invocations are under way")


def guard(environment: Environment) -> Iterator[Violation]:
    """The Control stack, which finishes every removal, goes when nothing that was bought is left, and not before."""
    for stack in _stacks(environment):
        if "-Model-" in stack.name:
            continue
        if stack.status == "DELETE_COMPLETE" and environment.things:
            yield Violation("I1", f"{stack.name} went while {environment.things[0].name} is alive")
        is_wanted = any("-Model-" in other.name and other.status in STANDS for other in _stacks(environment))
        if stack.status != "DELETE_COMPLETE" and not environment.things and not is_wanted:
            yield Violation("I6", f"nothing is alive and {stack.name} is {stack.status}")


def _stacks(environment: Environment) -> Iterable[Stack]:
    return environment.cloudformation.stacks.values()


def _name(request: Request) -> str:
    event = request.event
    return f"{event['RequestType']} of {event['LogicalResourceId']} ({event['RequestId'][:8]})"
