"""Flaws in how things are let go of, stopped and deleted."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from finetuning.lifecycle import Decision, ModelRecord, Observed, decision, learning, outcome
from finetuning.lifecycle.claims import Claim
from lambdas.customization_job import resource as job_resource
from lambdas.driver import endpoint_actions
from lambdas.model_endpoint import resource as endpoint_resource
from lambdas.purchases import training as purchases
from lambdas.registry.looking import Looking
from tests.simulation.bench.plans import retrained
from tests.simulation.bench.variant import Replacement, Variant, always
from tests.simulation.bench.variants.protocol import NO_ABANDONMENT
from tests.simulation.bench.variants.purchases import NO_STRAYS

Rule = Callable[[ModelRecord, Observed], Iterator[Decision]]


def rule_made(name: str, make: Callable[[Rule], Rule]) -> Replacement:
    """One rule of the decision in another form."""
    rule: Rule = vars(decision)[name]
    return Replacement(decision, "_RULES", lambda real: tuple(make(rule) if r is rule else r for r in real))


def _only_what_is_bought(slot_name: str) -> Callable[[Any], Any]:
    def make(real: Any) -> Any:
        def release(record: ModelRecord, claim: Claim, **keywords: Any) -> ModelRecord:
            generations = getattr(record, slot_name).generations
            found = [g for g in generations if g.intended and not g.gone and g.physical_id == claim.physical_id]
            released: ModelRecord = real(record, claim, **keywords) if found else record
            return released

        return release

    return make


def _stored(real: Any) -> Any:
    """As Terraform's Delete, which reads the job's status from its own state."""

    def look(self: Looking, record: ModelRecord) -> Observed:
        seen: Observed = real(self, record)
        jobs = dict(seen.jobs)
        for generation in record.training.generations:
            job = jobs.get(generation.id)
            if job is not None and record.training.unwanted(generation):
                model_status = job.model_status if generation.model_seen else None
                jobs[generation.id] = replace(job, status=generation.status or job.status, model_status=model_status)
        return replace(seen, jobs=jobs)

    return look


def _with_stopping(real: frozenset[str]) -> frozenset[str]:
    return real | {"Stopping"}


def _whatever_its_term(rule: Rule) -> Rule:
    def retire(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
        endpoints = {i: found and replace(found, committed_until=0.0) for i, found in seen.endpoints.items()}
        return rule(record, replace(seen, endpoints=endpoints))

    return retire


def _models_first(real: tuple[Rule, ...]) -> tuple[Rule, ...]:
    first = decision._retire_removed_models
    return (first, *(rule for rule in real if rule is not first))


_NO_SETTLING = tuple(
    Replacement(where, "may_still_show", always(False)) for where in (learning, outcome, endpoint_actions, purchases)
)

REMOVAL = (
    Variant(
        "no-tombstone",
        "a Delete that finds nothing bought leaves no trace; slots of gone stacks are not looked for",
        ("A21",),
        (
            Replacement(job_resource, "release_training", _only_what_is_bought("training")),
            Replacement(endpoint_resource, "release_endpoint", _only_what_is_bought("endpoint")),
            NO_ABANDONMENT,
        ),
    ),
    Variant(
        "gone-at-first-sight",
        "what does not show at the first look is gone; nothing unclaimed is searched for",
        ("A04", "A21"),
        (*_NO_SETTLING, NO_STRAYS),
    ),
    Variant(
        "stale-status",
        "what is let go of is judged by its stored status; nothing unclaimed is searched for",
        ("B14",),
        (Replacement(Looking, "look", _stored), NO_STRAYS),
    ),
    Variant(
        "stopping-is-stopped",
        "a job that was asked to stop is taken for stopped; nothing unclaimed is searched for",
        ("B12", "B13"),
        (
            Replacement(decision, "JOB_AT_REST", _with_stopping),
            Replacement(learning, "JOB_AT_REST", _with_stopping),
            NO_STRAYS,
        ),
    ),
    Variant(
        "delete-before-check",
        "on removal custom models go first, whatever serves them",
        ("C11",),
        (Replacement(decision, "is_free", always(True)), Replacement(decision, "_RULES", _models_first)),
    ),
    Variant(
        "commitment-ignored",
        "an endpoint is deleted whatever its commitment",
        ("C05",),
        (rule_made("_retire_endpoints", _whatever_its_term),),
        scenario="C05",
    ),
    Variant(
        "keeps-every-model",
        "superseded models are kept for ever",
        ("B14",),
        (Replacement(decision, "superseded", always(())),),
        retrained,
    ),
)
