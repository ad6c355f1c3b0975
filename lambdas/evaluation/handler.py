"""Entry point of every Lambda step of the evaluation's state machine."""

import time
from datetime import UTC, datetime
from functools import cache
from typing import Any

from lambdas.evaluation.answering import Answering
from lambdas.evaluation.grading import Grading
from lambdas.evaluation.judge_jobs import JudgeJobs
from lambdas.evaluation.pace import Pace
from lambdas.evaluation.preparing import Preparing
from lambdas.evaluation.steps import Steps
from lambdas.evaluation.time_left import TimeLeft
from lambdas.evaluation.verdicts import Verdicts
from lambdas.gateways.answers_store import AnswersStore
from lambdas.gateways.asking import AskingGateway
from lambdas.gateways.clients import client
from lambdas.gateways.evidence import EvidenceGateway
from lambdas.gateways.foundation_models import FoundationModelsGateway
from lambdas.gateways.judge import JudgeJobsGateway
from lambdas.gateways.registry_table import RegistryTable
from lambdas.gateways.storage import StorageGateway
from lambdas.gateways.workflow import DriverGateway
from lambdas.registry import Registry
from lambdas.settings import EvaluationSettings, load


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run one step and return what the state machine goes on with.

    The event has `step`, `model`, `generation`, `evaluation`, `attempt` and, where they apply, `subject`, `batch` and
    `error`.
    """

    def remaining() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    return _steps(TimeLeft(remaining, _now)).run(event)


def _steps(time_left: TimeLeft) -> Steps:
    settings, asking = load(EvaluationSettings), _asking()
    registry = Registry(settings.project, settings.environment, RegistryTable(settings.registry_table_name))
    # The key's ARN tells the account, which must own the bucket.
    account = settings.key_arn.split(":")[4]
    store = AnswersStore(settings.output_bucket_name, key_arn=settings.key_arn, account=account, s3=_s3())
    bedrock = _bedrock()
    return Steps(
        preparing=Preparing(
            registry=registry,
            store=store,
            datasets=StorageGateway(_s3()),
            models=FoundationModelsGateway(bedrock),
            clock=_now,
        ),
        answering=Answering(
            registry=registry, store=store, pace=Pace(asking.ask, time.sleep), time_left=time_left, clock=_now
        ),
        grading=Grading(
            registry=registry, store=store, pace=Pace(asking.ask, time.sleep), time_left=time_left, clock=_now
        ),
        judge_jobs=JudgeJobs(
            registry=registry,
            store=store,
            jobs=JudgeJobsGateway(bedrock),
            time_left=time_left,
            project=settings.project,
            environment=settings.environment,
            role_arn=settings.judge_role_arn,
            key_arn=settings.key_arn,
        ),
        verdicts=Verdicts(
            registry=registry,
            store=store,
            driver=DriverGateway(settings.driver_arn),
            evidence=EvidenceGateway(settings.output_bucket_name, account, _s3()),
            code_version=settings.code_version,
            clock=_now,
        ),
    )


@cache
def _asking() -> AskingGateway:
    return AskingGateway()


@cache
def _s3() -> Any:
    return client("s3")


@cache
def _bedrock() -> Any:
    return client("bedrock")


def _now() -> float:
    return datetime.now(UTC).timestamp()
