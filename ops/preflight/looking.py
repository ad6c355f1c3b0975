"""Looks at the account for every selected model, whether anything is deployed or not."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from configuration import ModelConfiguration, Selection, promoted, wanted
from configuration.dataset_files import parse_s3
from configuration.evaluated import is_judged_apart
from finetuning import catalog, preflight
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.wanted import endpoint_wanted
from finetuning.preflight import SourceBucket, Wanted
from finetuning.preflight.standing import awaited_units, standing
from lambdas.gateways.account import AccountGateway
from lambdas.gateways.availability import AvailabilityGateway
from lambdas.gateways.buckets import BucketsGateway
from lambdas.gateways.quotas import QuotasGateway, UsageGateway
from lambdas.gateways.security import KeyGateway, RoleGateway
from ops.preflight import environment
from ops.preflight.report import Report
from ops.session import NotDeployedError, Session


def look(session: Session, selection: Selection, now: float) -> Report:
    """Return everything that is found.

    Args:
        session: of the selection's environment.
        selection: what would be deployed.
        now: in epoch seconds.
    """
    outputs = _outputs(session)
    records = {record.model: record for record in (session.registry().all() if outputs else ())}
    account, units = _account(session), 0
    models = {}
    for model, configuration in selection.models.items():
        asked = _wanted(selection, model, configuration, outputs)
        record = records.get(model) or ModelRecord(selection.project, selection.environment.name, model)
        facts = account.look(asked, record, records.values(), now=now)
        # Models that are deployed together wait for their units together.
        models[model] = preflight.judge(asked, replace(facts, awaited_units=facts.awaited_units + units))
        units += _new_units(asked, record)
    return Report(tuple(environment.judge(session, selection)), models)


def _wanted(selection: Selection, model: str, configured: ModelConfiguration, outputs: Mapping[str, str]) -> Wanted:
    place, training, endpoint = selection.environment, configured.training, configured.endpoint
    properties = wanted.endpoint_properties(model, configured, place)
    pin = selection.pins.get(model) if promoted.takes_the_model(configured) else None
    return Wanted(
        project=selection.project,
        environment=place.name,
        model=model,
        account=place.account,
        region=place.region,
        base_model=catalog.find(training.base_model),
        custom_model_arn=catalog.custom_model_arn(training.base_model) or "",
        promoted_model_arn=pin.manifest.custom_model_arn if pin else "",
        customization_type=training.customization_type,
        serving=endpoint.serving,
        model_units=endpoint.model_units,
        commitment=endpoint.commitment,
        service_role_arn=place.service_role_arn or outputs.get("ServiceRoleArn", ""),
        key_arn=place.key_arn or outputs.get("KeyArn", ""),
        judged_apart=pin is None and is_judged_apart(configured),
        endpoint=None if properties is None else endpoint_wanted(properties),
        sources=tuple(_sources(configured, place.account)),
    )


def _sources(configured: ModelConfiguration, account: str) -> Iterator[SourceBucket]:
    dataset = configured.training.dataset
    found = (parse_s3(location) for location in dataset.locations.values())
    for name in dict.fromkeys(source.bucket for source in found if source is not None):
        yield SourceBucket(name, dataset.account or account)


def _new_units(asked: Wanted, record: ModelRecord) -> int:
    """The no-commitment units that this deployment adds to those that the registry knows to be waited for."""
    buys = standing(asked, record).buys_endpoint and asked.serving == "provisioned" and asked.commitment == "none"
    return max(0, asked.model_units - awaited_units(record)) if buys else 0


def _outputs(session: Session) -> Mapping[str, str]:
    try:
        return session.outputs("Foundation")
    except NotDeployedError:
        return {}


def _account(session: Session) -> AccountGateway:
    bedrock = session.client("bedrock")
    return AccountGateway(
        availability=AvailabilityGateway(bedrock),
        quotas=QuotasGateway(session.client("service-quotas")),
        usage=UsageGateway(bedrock),
        roles=RoleGateway(session.client("iam")),
        keys=KeyGateway(session.client("kms")),
        buckets=BucketsGateway(session.client("s3")),
        alarms=session.alarms(),
    )
