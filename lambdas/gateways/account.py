"""Everything that preflight reads of the account for one model."""

from collections.abc import Iterable

from finetuning.lifecycle.record import ModelRecord
from finetuning.preflight import alarms, endpoint_name, quotas
from finetuning.preflight.facts import AccountFacts
from finetuning.preflight.finding import Unreadable
from finetuning.preflight.standing import awaited_units, standing
from finetuning.preflight.wanted import Wanted
from lambdas.gateways.alarms import AlarmsGateway
from lambdas.gateways.availability import AvailabilityGateway
from lambdas.gateways.buckets import BucketsGateway
from lambdas.gateways.quotas import QuotasGateway, UsageGateway
from lambdas.gateways.security import KeyGateway, RoleGateway


class AccountGateway:
    """Reads only what decides about the wanted model: a right that is not needed is not missed."""

    def __init__(
        self,
        *,
        availability: AvailabilityGateway,
        quotas: QuotasGateway,
        usage: UsageGateway,
        roles: RoleGateway,
        keys: KeyGateway,
        buckets: BucketsGateway,
        alarms: AlarmsGateway,
    ) -> None:
        self._availability, self._quotas, self._usage = availability, quotas, usage
        self._roles, self._keys, self._buckets, self._alarms = roles, keys, buckets, alarms

    def look(self, wanted: Wanted, record: ModelRecord, others: Iterable[ModelRecord], *, now: float) -> AccountFacts:
        """Return the facts.

        Args:
            wanted: what is asked of the account.
            record: what the registry knows of the model.
            others: the registry's other models, which may wait to buy.
            now: in epoch seconds.
        """
        model = wanted.base_model
        endpoints = {kind: self._usage.endpoints(kind) for kind in wanted.endpoints}
        live = endpoints.get(wanted.serving, ())
        name = endpoint_name.of(wanted, record) if standing(wanted, record).buys_endpoint else ""
        named = () if isinstance(live, Unreadable) else [e.arn for e in live if e.name == name]
        trains, promoted = not wanted.promoted_model_arn, "" if wanted.is_copied else wanted.promoted_model_arn
        custom_model = wanted.custom_model_arn if trains else promoted
        return AccountFacts(
            record=record,
            now=now,
            awaited_units=sum(awaited_units(other) for other in others if other.model != record.model),
            foundation_model=self._availability.foundation_model(model.customization_id),
            availability=self._availability.availability(model.inference_id),
            custom_model_status=self._availability.custom_model_status(custom_model) if custom_model else None,
            quotas={q.code: self._quotas.value(q.code) for q in quotas.asked_for(wanted) if q.code},
            endpoints=endpoints,
            jobs=self._usage.unfinished_jobs() if trains else 0,
            custom_models=self._usage.custom_models() if trains else 0,
            owners={arn: self._availability.tags(arn) for arn in named},
            role=self._roles.role(wanted.service_role_arn) if trains and wanted.service_role_arn else None,
            key=self._keys.key(wanted.key_arn) if trains and wanted.key_arn else None,
            buckets={bucket.name: self._buckets.bucket(bucket.name) for bucket in wanted.sources},
            alarms=self._alarms.states(alarms.names(wanted)),
        )
