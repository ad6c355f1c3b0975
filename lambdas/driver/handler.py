"""Entry point of every Lambda step of the driver's state machine."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from lambdas.driver.actions import Actions
from lambdas.driver.holding_actions import HoldingActions
from lambdas.driver.judging_actions import JudgingActions
from lambdas.driver.manifests import Manifests
from lambdas.driver.steps import Driver
from lambdas.gateways.alarms import AlarmsGateway
from lambdas.gateways.answering import AnsweringGateway
from lambdas.gateways.clients import client
from lambdas.gateways.deployments import DeploymentGateway
from lambdas.gateways.endpoints import EndpointGateway
from lambdas.gateways.evaluations import EvaluationsGateway
from lambdas.gateways.evidence import EvidenceGateway
from lambdas.gateways.holds import HoldsGateway
from lambdas.gateways.jobs import JobsGateway
from lambdas.gateways.manifests_store import ManifestsStore
from lambdas.gateways.notices import NoticesGateway
from lambdas.gateways.pointer import PointerGateway
from lambdas.gateways.registry_table import RegistryTable
from lambdas.gateways.signing import SigningGateway
from lambdas.gateways.stacks import StacksGateway
from lambdas.gateways.throughput import ProvisionedThroughputGateway
from lambdas.gateways.workflow import ParkedGateway
from lambdas.registry import Registry
from lambdas.registry.looking import Looking
from lambdas.settings import DriverSettings, load


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Run one step and say which state comes next.

    The event has `step` (the state's name), `model`, `execution` and, where they apply, `token` and `error`.
    """
    driver, step = _driver(), event["step"]
    if step == "RecordFailure":
        return driver.record_failure(event["model"], event["execution"], event.get("error", {}))
    return driver.step(step, event["model"], event["execution"], token=event.get("token", ""))


@cache
def _driver() -> Driver:
    settings = load(DriverSettings)
    registry = Registry(settings.project, settings.environment, RegistryTable(settings.registry_table_name))
    bedrock, s3, states = client("bedrock"), client("s3"), client("stepfunctions")
    jobs = JobsGateway(bedrock)
    endpoints: dict[str, EndpointGateway] = {
        "provisioned": ProvisionedThroughputGateway(bedrock),
        "on_demand": DeploymentGateway(bedrock),
    }
    # The key's ARN tells the account, which must own the bucket.
    account = settings.key_arn.split(":")[4]
    evidence = EvidenceGateway(settings.output_bucket_name, account, s3)
    holds = HoldsGateway(bedrock)
    actions = Actions(
        registry=registry,
        jobs=jobs,
        endpoints=endpoints,
        pointer=PointerGateway(),
        answering=AnsweringGateway(),
        stacks=StacksGateway(),
        judging=JudgingActions(
            registry=registry,
            evidence=evidence,
            evaluations=EvaluationsGateway(settings.evaluations_arn, states),
            clock=_now,
        ),
        holding=HoldingActions(registry=registry, holds=holds, clock=_now),
        manifests=Manifests(
            registry=registry,
            evidence=evidence,
            store=ManifestsStore(settings.output_bucket_name, account, s3),
            signing=SigningGateway(settings.manifest_key_arn),
            key_arn=settings.manifest_key_arn,
            code_version=settings.code_version,
        ),
        output_bucket=settings.output_bucket_name,
        clock=_now,
    )
    return Driver(
        registry=registry,
        looking=Looking(jobs, endpoints, holds=holds, alarms=AlarmsGateway(), clock=_now),
        actions=actions,
        parked=ParkedGateway(states),
        notices=NoticesGateway(settings.notices_topic_arn),
    )


def _now() -> float:
    return datetime.now(UTC).timestamp()
