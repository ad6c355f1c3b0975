"""Flaws in how CloudFormation is answered: ids, duplicates, stale requests, and two styles that are in wide use."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from itertools import count
from typing import Any

from finetuning.lifecycle import endpoint, training
from finetuning.lifecycle.claims import Claim, Slot
from lambdas.gateways.answers_table import AnswersTable
from lambdas.registry import claiming
from lambdas.responder import CustomResource, CustomResourceRequest
from lambdas.responder.answer import Answer
from lambdas.sweep.models import Models
from lambdas.undelivered.answering import UndeliveredEvents
from tests.simulation.bench.plans import clumsy, hasty, slow_rollback
from tests.simulation.bench.variant import Replacement, Variant, always

#: The module; the package's name `respond` is its function.
RESPOND = import_module("lambdas.responder.respond")
MARKER = "AWSCDK::CustomResourceProviderFramework::CREATE_FAILED"

#: The sweep lets go of what a stack that is gone held: a second protection behind ids, answers and the tombstone.
NO_ABANDONMENT = Replacement(Models, "_without_abandoned", lambda real: lambda self, record: record)
_NO_KEPT_ANSWERS = (
    Replacement(AnswersTable, "find", always(None)),
    Replacement(AnswersTable, "keep", lambda real: lambda self, request_id, body: body),
)
_NO_SECOND_CHECK = Replacement(claiming.Asked, "given_up", always(None))


def _random_id(real: Any) -> property:
    """Another id each time, as from a log stream or uuid4."""
    numbers = count(1)
    return property(lambda request: f"{request.logical_id}-{next(numbers) * 0x9E3779B97F4A7C15 % 2**64:016x}")


def _failed_create_with(made_up: Callable[[], Callable[[], str]]) -> Callable[[Any], Any]:
    """A failed Create is answered with an id of no meaning."""

    def make(real: Any) -> Any:
        physical_id = made_up()

        def failed(request: CustomResourceRequest, known: str, reason: str) -> bytes:
            body: bytes = real(request, physical_id() if request.kind == "Create" else known, reason)
            return body

        return failed

    return make


def _random_ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"made-up-{next(numbers):08x}"


def _ignores_marker(real: Any) -> Any:
    def run(request: CustomResourceRequest, resource: CustomResource) -> Answer:
        is_marker = request.kind == "Delete" and request.physical_id == MARKER
        answer: Answer = Answer(MARKER) if is_marker else real(request, resource)
        return answer

    return run


def _lets_go_at_once(real: Any) -> Any:
    def let_go(slot: Slot, claim: Claim) -> Slot:
        generations = tuple(g if g.id == slot.current_id else replace(g, released=True) for g in slot.generations)
        return replace(slot, generations=generations)

    return let_go


PROTOCOL = (
    Variant(
        "random-physical-id",
        "each delivery of a request makes up its own physical id; slots of gone stacks are not looked for",
        ("A02", "A15"),
        (Replacement(CustomResourceRequest, "allocated_id", _random_id), NO_ABANDONMENT),
    ),
    Variant(
        "cdk-provider-style",
        "a failed Create is answered with a marker, whose Delete does nothing; slots of gone stacks are not looked for",
        ("A02", "A20"),
        (
            Replacement(RESPOND.answer_bodies, "failed", _failed_create_with(lambda: lambda: MARKER)),
            Replacement(RESPOND, "_run", _ignores_marker),
            NO_ABANDONMENT,
        ),
    ),
    Variant(
        "crhelper-style",
        "a failed Create is answered with a random id, each delivery anew; slots of gone stacks are not looked for",
        ("A05", "A06", "A20"),
        (
            Replacement(RESPOND.answer_bodies, "failed", _failed_create_with(_random_ids)),
            *_NO_KEPT_ANSWERS,
            NO_ABANDONMENT,
        ),
        clumsy,
    ),
    Variant(
        "no-kept-answers",
        "each delivery of a request is answered anew",
        ("A05", "A06", "A10"),
        _NO_KEPT_ANSWERS,
        clumsy,
    ),
    Variant(
        "no-dead-letters",
        "a request that was given up is not answered",
        ("A01", "A07"),
        (Replacement(UndeliveredEvents, "handle", always([])),),
    ),
    Variant(
        "no-stale-check",
        "a request runs although CloudFormation has given it up; slots of gone stacks are not looked for",
        ("A22",),
        (
            Replacement(claiming, "still_asks", always(True)),
            _NO_SECOND_CHECK,
            NO_ABANDONMENT,
        ),
        clumsy,
    ),
    Variant(
        "stale-check-only-before",
        "what CloudFormation asks for is read before the want is written and not after; slots of gone stacks are not "
        "looked for",
        ("A21", "A22"),
        (
            _NO_SECOND_CHECK,
            NO_ABANDONMENT,
        ),
        hasty,
    ),
    Variant(
        "replaces-during-update",
        "an Update lets go of what it replaces, before CloudFormation says so",
        ("A17", "A18"),
        (
            Replacement(training, "let_go_of_unanswered", _lets_go_at_once),
            Replacement(endpoint, "let_go_of_unanswered", _lets_go_at_once),
        ),
        slow_rollback,
    ),
)
