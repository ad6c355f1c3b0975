"""Flaws in how jobs and endpoints are bought."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from finetuning.fingerprint import digest
from finetuning.lifecycle import outcome
from finetuning.lifecycle.record import ModelRecord, TrainingGeneration
from finetuning.lifecycle.requests import job_request
from finetuning.lifecycle.training import TrainingWanted, next_training_attempt
from finetuning.properties import Properties
from lambdas.customization_job import resource as job_resource
from lambdas.driver import endpoint_actions, training_actions
from lambdas.gateways import deployments as deployments_gateway
from lambdas.gateways import jobs as jobs_gateway
from lambdas.gateways import throughput as throughput_gateway
from lambdas.gateways.registry_table import RegistryTable
from lambdas.purchases import training as purchases
from lambdas.registry import Registry, looking
from lambdas.registry.looking import Looking
from lambdas.sweep.strays import Strays
from tests.simulation.bench.plans import clumsy, committed, edited, harsh, planted
from tests.simulation.bench.variant import Replacement, Variant, always
from tests.simulation.wanted import Wanted

#: The sweep's search for what nobody claims: a second protection behind most others.
NO_STRAYS = Replacement(Strays, "sweep", always(""))


def _fresh_token(real: Any) -> Any:
    """As from uuid4, or botocore's own: new with each call."""
    numbers = count(1)
    return lambda request: f"token-{next(numbers)}"


def _by_arn_alone(real: Any) -> Any:
    """What was bought is known by the ARN that its purchase answered, and by nothing else."""
    return lambda self, gateway, record, generation_id, arn, found: found if found and found.arn == arn else None


class _Unseen:
    """Jobs that are never looked up before they are created."""

    def __init__(self, jobs: Any) -> None:
        self.create, self.tags = jobs.create, jobs.tags

    def find(self, job_name: str) -> None:
        return None


def _without_look(real: Any) -> Any:
    return lambda registry, jobs, model, bucket, clock: real(registry, _Unseen(jobs), model, bucket, clock)


def _under_another_name(real: Any) -> Any:
    def anew(record: ModelRecord) -> ModelRecord:
        current = record.training.current
        was_tried = current is not None and current.intended and not current.job_arn
        return next_training_attempt(record) if was_tried else record

    def start(registry: Registry, jobs: Any, model: str, bucket: str, clock: Any) -> Any:
        registry.update(model, anew)
        return real(registry, jobs, model, bucket, clock)

    return start


def _bought_then_written(real: Any) -> Any:
    def buy(
        registry: Registry, jobs: Any, before: ModelRecord, generation: TrainingGeneration, bucket: str, clock: Any
    ) -> ModelRecord:
        arn = jobs.create(job_request(before, generation, bucket))
        bought = replace(generation, intended=True, job_arn=arn)
        return registry.update(before.model, lambda record: record.with_training(bought))

    return buy


def _unconditional(real: Any) -> Any:
    def write(self: Any, model: str, document: str, *, over: int) -> int:
        keys = {"model": {"S": model}, "record": {"S": "lifecycle"}}
        item = {**keys, "document": {"S": document}, "version": {"N": str(over + 1)}}
        self._dynamodb.put_item(TableName=self._table_name, Item=item)
        return over + 1

    return write


def _fingerprint_with(name: str, usual: Mapping[str, str]) -> Any:
    """A property as it is written decides what is another training; one that is written as usual is as ever."""

    def make(real: Any) -> Any:
        def parse(values: Mapping[str, Any], **settings: Any) -> TrainingWanted:
            wanted: TrainingWanted = real(values, **settings)
            written = Properties(values).texts(name)
            if all(written.get(key) == value for key, value in usual.items()):
                return wanted
            return replace(wanted, fingerprint=digest([wanted.fingerprint, written]))

        return parse

    return make


_STARTERS = ((job_resource, "start_or_adopt"), (training_actions, "start_or_adopt"))

PURCHASES = (
    Variant(
        "no-token-no-look",
        "each call has a client request token of its own, and nothing is looked up by name",
        ("B06", "B08", "C01"),
        (
            Replacement(jobs_gateway, "request_token", _fresh_token),
            Replacement(throughput_gateway, "request_token", _fresh_token),
            Replacement(deployments_gateway, "request_token", _fresh_token),
            *(Replacement(where, name, _without_look) for where, name in _STARTERS),
            Replacement(endpoint_actions, "_adopted", always("")),
            Replacement(Looking, "_ours", _by_arn_alone),
        ),
        harsh,
    ),
    Variant(
        "another-name-each-try",
        "a purchase whose outcome is not known is tried again under another name",
        ("A04", "B06", "B09"),
        tuple(Replacement(where, name, _under_another_name) for where, name in _STARTERS),
        harsh,
    ),
    Variant(
        "bought-then-written",
        "no intent is written before a job is bought, and what is wanted is not read again; nothing unclaimed is "
        "searched for",
        ("A02", "A04", "A21"),
        (Replacement(purchases, "_buy", _bought_then_written), NO_STRAYS),
        harsh,
    ),
    Variant(
        "no-commitment-gate",
        "a commitment is bought without an approval",
        ("C13",),
        (
            Replacement(endpoint_actions, "purchase_refusal", always("")),
            Replacement(outcome, "commitment_refusal", always("")),
        ),
        committed,
    ),
    Variant(
        "name-is-enough",
        "what has our name is taken for ours, whatever its owner tags",
        ("A24", "B09", "B10"),
        tuple(Replacement(where, "is_owned", always(True)) for where in (purchases, looking, endpoint_actions)),
        planted,
    ),
    Variant(
        "last-writer-wins",
        "the registry is written whatever its version is",
        ("D08",),
        (Replacement(RegistryTable, "write", _unconditional),),
        clumsy,
    ),
    Variant(
        "tags-retrain",
        "other tags are another training",
        ("A27",),
        (Replacement(job_resource, "training_wanted", _fingerprint_with("Tags", dict(Wanted().tags))),),
        edited,
    ),
    Variant(
        "spelling-retrains",
        "another spelling of a number is another training",
        ("A26",),
        (
            Replacement(
                job_resource, "training_wanted", _fingerprint_with("Hyperparameters", {"epochCount": Wanted().epochs})
            ),
        ),
        edited,
    ),
)
