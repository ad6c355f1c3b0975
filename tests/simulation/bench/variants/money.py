"""Flaws in what a model may cost."""

from dataclasses import replace
from typing import Any

from finetuning.lifecycle import caps, outcome, retrying
from finetuning.lifecycle.record import ModelRecord
from lambdas.driver import endpoint_actions
from lambdas.purchases import training as purchases
from tests.simulation.bench.variant import Replacement, Variant, always
from tests.simulation.overspending import overspending


def _endpoint_without_caps(real: Any) -> Any:
    """The next attempt of an endpoint forgets what it may cost."""

    def attempt(record: ModelRecord) -> ModelRecord:
        following: ModelRecord = real(record)
        current = following.endpoint.current
        return (
            following.with_endpoint(replace(current, max_hourly_usd=None, max_usd_per_month=None))
            if current
            else following
        )

    return attempt


def _training_without_caps(real: Any) -> Any:
    """The next attempt of a training forgets what it may cost."""

    def attempt(record: ModelRecord) -> ModelRecord:
        following: ModelRecord = real(record)
        current = following.training.current
        return following.with_training(replace(current, max_usd=None, max_usd_per_month=None)) if current else following

    return attempt


def _commitment_only(real: Any) -> Any:
    return lambda record, endpoint, now: outcome.commitment_refusal(record, endpoint, now)


MONEY = (
    Variant(
        "no-job-cap",
        "a job is started whatever it costs",
        ("money",),
        (Replacement(purchases, "job_refusal", always("")), Replacement(outcome, "job_refusal", always(""))),
        overspending,
    ),
    Variant(
        "no-cap-in-intent",
        "an endpoint is bought whatever it costs",
        ("money",),
        (
            Replacement(endpoint_actions, "purchase_refusal", _commitment_only),
            Replacement(outcome, "purchase_refusal", _commitment_only),
        ),
        overspending,
    ),
    Variant(
        "retried-past-the-cap",
        "a second attempt of a training forgets its caps",
        ("money",),
        (
            Replacement(retrying, "next_training_attempt", _training_without_caps),
            Replacement(purchases, "next_training_attempt", _training_without_caps),
        ),
        overspending,
    ),
    Variant(
        "resumed-past-the-cap",
        "a second attempt of an endpoint forgets its caps",
        ("money",),
        (Replacement(retrying, "next_endpoint_attempt", _endpoint_without_caps),),
        overspending,
    ),
    Variant(
        "old-endpoint-not-counted",
        "what an endpoint replaces is not counted while both are billed",
        ("money",),
        (Replacement(caps, "billed", always(())),),
        overspending,
    ),
    Variant(
        "month-not-counted",
        "the jobs that the month has seen are not counted",
        ("money",),
        (Replacement(caps, "usd_of_jobs", always(0.0)),),
        overspending,
    ),
    Variant(
        "unknown-price-is-free",
        "what has an unknown price fits every cap",
        ("money",),
        (Replacement(caps, "_unknown", always("")),),
        overspending,
    ),
)
