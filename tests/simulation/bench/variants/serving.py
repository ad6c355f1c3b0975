"""Flaws in how the model is served."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from finetuning.lifecycle import Action, Decision, EndpointObservation, ModelRecord, Observed, decision, learning
from finetuning.lifecycle.record import EndpointGeneration
from lambdas.gateways.deployments import DeploymentGateway
from lambdas.gateways.throughput import ProvisionedThroughputGateway
from tests.simulation.bench.plans import deleted_by_hand, failing_endpoint, retrained
from tests.simulation.bench.variant import Replacement, Variant
from tests.simulation.bench.variants.judging import NOT_ASKED
from tests.simulation.bench.variants.removal import Rule, rule_made


def _accepted_is_done(real: Any) -> Any:
    def find(self: Any, name: str) -> EndpointObservation | None:
        found: EndpointObservation | None = real(self, name)
        if found is None or found.status not in {"Updating", "InService"}:
            return found
        model_arn = found.refused_model_arn or found.model_arn
        return replace(found, status="InService", model_arn=model_arn, refused_model_arn="")

    return find


def _published_first(rule: Rule) -> Rule:
    def serve(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
        endpoint = record.endpoint.wanted
        found = seen.endpoints.get(endpoint.id) if endpoint else None
        if endpoint and found and record.endpoint.published_arn != found.arn:
            yield Decision(Action.PUBLISH_POINTER, endpoint.id)
        yield from rule(record, seen)

    return serve


def _never_was(real: Any) -> Any:
    def learn(
        record: ModelRecord, known: EndpointGeneration, seen: EndpointObservation | None, now: float
    ) -> EndpointGeneration:
        learnt: EndpointGeneration = real(record, known, seen, now)
        if seen is None and known.seen_in_service and not learnt.gone:
            return replace(learnt, arn="", seen_in_service=False, intended=False)
        return learnt

    return learn


SERVING = (
    Variant(
        "swap-unverified",
        "a swap that was accepted is taken for done",
        ("C08", "C10"),
        (
            Replacement(ProvisionedThroughputGateway, "find", _accepted_is_done),
            Replacement(DeploymentGateway, "find", _accepted_is_done),
        ),
        retrained,
    ),
    Variant(
        "published-early",
        "applications are sent to an endpoint that does not serve yet, and that nobody has asked anything",
        ("C03",),
        (rule_made("_serve", _published_first), NOT_ASKED),
    ),
    Variant(
        "bought-again",
        "an endpoint that a person deleted is bought again",
        ("C12",),
        (Replacement(learning, "_learn_endpoint", _never_was),),
        deleted_by_hand,
    ),
    Variant(
        "failed-endpoint-kept",
        "an endpoint that failed is not deleted",
        ("C02",),
        (Replacement(decision, "FAILED", lambda real: "no such status"),),
        failing_endpoint,
    ),
)
