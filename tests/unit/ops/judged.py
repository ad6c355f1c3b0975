"""An account on which an operator judges a model: who it is, what jobs wrote, and an earlier model that is kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from finetuning.lifecycle import ModelRecord, TrainingGeneration
from finetuning.lifecycle.facts import JobFacts
from tests.unit.lifecycle import bought
from tests.unit.ops.account import Account
from tests.unit.ops.test_stop_and_resume import serving

WHO = "arn:aws:sts::111122223333:assumed-role/operators/ada"
OLD_MODEL = f"{bought.ARN}:custom-model/0"
JOB = {"creationTime": datetime(2026, 1, 1, tzinfo=UTC), "statusDetails": {}}
TRAINING = "step_number,epoch_number,training_loss\n1,1,1.50\n2,2,0.75\n"
VALIDATION = "step_number,epoch_number,validation_loss\n1,1,1.25\n2,2,1.5\n"


class _Body:
    def __init__(self, text: str) -> None:
        self._text = text

    def read(self) -> bytes:
        return self._text.encode()


class _S3:
    """The metrics of every job."""

    def get_paginator(self, _operation: str) -> "_S3":
        return self

    def paginate(self, Prefix: str, **_: Any) -> list[dict[str, Any]]:
        names = ("step_wise_training_metrics.csv", "validation_metrics.csv")
        return [{"Contents": [{"Key": f"{Prefix}{name}"} for name in names]}]

    def get_object(self, Key: str, **_: Any) -> Mapping[str, Any]:
        return {"Body": _Body(TRAINING if "training" in Key else VALIDATION)}


class _Bedrock:
    def get_model_customization_job(self, **_: Any) -> Mapping[str, Any]:
        return JOB


class Judged(Account):
    """An account of which the operator is known, and what jobs wrote."""

    def client(self, service: str) -> Any:
        """Bedrock's details of a job, and its files."""
        return _S3() if service == "s3" else _Bedrock()

    def caller(self) -> str:
        """Who gives the commands."""
        return WHO


def earlier(known: ModelRecord, **changes: Any) -> tuple[TrainingGeneration, JobFacts]:
    """A training from before whose model is kept and has served."""
    current = known.training.generations[-1]
    kept = replace(
        current,
        id="7777777777-1",
        job_name="finetuning-dev-faq-7777777777-1",
        job_arn=f"{bought.ARN}:model-customization-job/0",
        model_arn=OLD_MODEL,
        approved_by="automatic",
        released=True,
    )
    kept = replace(kept, **changes)
    facts = bought.job_facts(known, arn=kept.job_arn, name=kept.job_name, model_arn=OLD_MODEL)
    return kept, facts


def account(known: ModelRecord, *others: JobFacts, status: str = "Completed", serves: str = "") -> Judged:
    """Where the wanted job has this status, and the endpoint serves this model."""
    made = {} if status == "Completed" else {"model_arn": "", "model_status": None}
    endpoint = bought.endpoint_facts(known, **({"model_arn": serves} if serves else {}))
    there = Judged(bought.job_facts(known, status=status, **made), *others, endpoints=[endpoint])
    there.keep(known)
    return there


def with_previous(known: ModelRecord, **changes: Any) -> tuple[ModelRecord, JobFacts]:
    """The record with an earlier training in it."""
    kept, facts = earlier(known, **changes)
    slot = replace(known.training, generations=(kept, *known.training.generations))
    return replace(known, training=slot), facts


def awaiting(**endpoint: Any) -> ModelRecord:
    """A model that is trained while the one before serves."""
    known = serving(needs_approval=True, **endpoint)
    return replace(known, endpoint=replace(known.endpoint, published_model_arn=OLD_MODEL))
