"""From a look to the things that are billed, each with its price and what ends it. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from finetuning import names
from finetuning.cost import STORAGE_USD_PER_MONTH, usd_per_month
from finetuning.lifecycle import EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.facts import EndpointFacts
from finetuning.lifecycle.observation import OwnedThing
from ops.cost import ends
from ops.cost.looking import Look
from ops.cost.prices import unit_hour_usd
from ops.cost.report import Item
from ops.status.attention import KINDS

KEY_USD_PER_MONTH = 1.0
"""What a KMS key costs a month before its first rotation. Source: AWS KMS pricing page, 'Key storage'."""


def items(look: Look) -> tuple[Item, ...]:
    """All that is billed, the dearest kinds first."""
    found = [*_throughputs(look), *_jobs(look), *_models(look), *_deployments(look)]
    return (*found, *_keys(look))


def _throughputs(look: Look) -> Iterator[Item]:
    created = {thing.arn: thing for thing in look.things}
    for arn, found in look.throughputs.items():
        record, endpoint = _endpoint(look, arn, found.name)
        model = found.tags.get(names.MODEL_TAG, "") if record is None else record.model
        price, now = _hourly_usd(look, endpoint, found), look.now.timestamp()
        unwanted = record is not None and endpoint is not None and record.endpoint.unwanted(endpoint)
        begun = created[arn].created_at if arn in created else (endpoint.intended_at if endpoint else 0.0)
        yield Item(
            kind=KINDS["provisioned"],
            name=found.name,
            arn=arn,
            model=model,
            status=found.status,
            billing="hour",
            usd=price,
            hourly_usd=price,
            monthly_usd=None if price is None else usd_per_month(price),
            since=_moment(begun),
            units=found.model_units,
            term=ends.term(found, now, unwanted=unwanted),
            ends=ends.of_throughput(look, record, endpoint, found)
            if record is not None and endpoint is not None
            else _orphan(look, arn),
            claimed=endpoint is not None,
        )


def _hourly_usd(look: Look, endpoint: EndpointGeneration | None, found: EndpointFacts) -> float | None:
    """By the price that it was bought at; what nobody recorded, by the one that `cdk.json` gives now."""
    if endpoint is not None and endpoint.hourly_usd is not None:
        return endpoint.hourly_usd
    price = unit_hour_usd(look.prices, found.base_model, found.commitment)
    return None if price is None else price * found.model_units


def _jobs(look: Look) -> Iterator[Item]:
    """Those that run; those at rest are runs (see `judging`)."""
    for thing in _things(look, "job"):
        record, generation = _training(look, thing)
        yield _owned(
            thing,
            billing="job",
            usd=generation.counted_usd if generation else None,
            ends=ends.destroy(look, record.model) if record else _orphan(look, thing.arn),
            claimed=record is not None,
        )


def _models(look: Look) -> Iterator[Item]:
    for thing in _things(look, "model"):
        record, generation = _training(look, thing)
        current = record is not None and generation is not None and generation.id == record.training.current_id
        yield _owned(
            thing,
            billing="month",
            usd=STORAGE_USD_PER_MONTH,
            monthly_usd=STORAGE_USD_PER_MONTH,
            ends=ends.of_model(look, record, current=current) if record else _orphan(look, thing.arn),
            claimed=record is not None,
        )


def _deployments(look: Look) -> Iterator[Item]:
    """Billed by the token and nothing while idle (Bedrock User Guide, 'Deploy a custom model for on-demand use')."""
    for thing in _things(look, "on_demand"):
        record, _ = _endpoint(look, thing.arn, thing.name)
        yield _owned(
            thing,
            billing="token",
            usd=0.0,
            ends=ends.stop(look, record) if record else _orphan(look, thing.arn),
            claimed=record is not None,
        )


def _keys(look: Look) -> Iterator[Item]:
    for key_arn in look.key_arns:
        yield Item(
            kind="KMS key",
            name=key_arn.rpartition("/")[2],
            arn=key_arn,
            model="",
            status="",
            billing="month",
            usd=KEY_USD_PER_MONTH,
            monthly_usd=KEY_USD_PER_MONTH,
            ends=ends.of_key(look),
        )


def _owned(thing: OwnedThing, **rest: Any) -> Item:
    """The item of something that carries our owner tags; `rest` is what depends on its kind."""
    return Item(
        kind=KINDS[thing.kind],
        name=thing.name,
        arn=thing.arn,
        model=_model_of(thing),
        status=thing.status,
        since=_moment(thing.created_at),
        **rest,
    )


def _things(look: Look, kind: str) -> Iterator[OwnedThing]:
    return (thing for thing in look.things if thing.kind == kind)


def _endpoint(look: Look, arn: str, name: str) -> tuple[ModelRecord | None, EndpointGeneration | None]:
    """The record and the generation that claim an endpoint: by its ARN, or by its name while that is not noted."""
    for record in look.records:
        for endpoint in record.endpoint.generations:
            if (
                endpoint.intended
                and not endpoint.gone
                and (endpoint.arn == arn or (not endpoint.arn and endpoint.name == name))
            ):
                return record, endpoint
    return None, None


def _training(look: Look, thing: OwnedThing) -> tuple[ModelRecord | None, TrainingGeneration | None]:
    """The record and the generation that claim a job or a model, in the same way."""
    for record in look.records:
        for generation in record.training.generations:
            noted = generation.job_arn if thing.kind == "job" else generation.model_arn
            is_it = noted == thing.arn or (not noted and generation.job_name == thing.name)
            if generation.intended and not generation.gone and is_it:
                return record, generation
    return None, None


def _orphan(look: Look, arn: str) -> str:
    return ends.of_orphan(look, arn, next((o for o in look.orphans if o.thing.arn == arn), None))


def _model_of(thing: OwnedThing) -> str:
    return thing.tags.get(names.MODEL_TAG, "")


def _moment(epoch_seconds: float) -> datetime | None:
    return datetime.fromtimestamp(epoch_seconds, UTC) if epoch_seconds else None
