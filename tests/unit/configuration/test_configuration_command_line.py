"""Every documented field can be set with `-c`, through the loader that the app uses."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import configuration
from configuration import overrides
from tests.fakes import manifests
from tests.unit.configuration.conftest import Context

KEY = "arn:aws:kms:us-east-1:111122223333:key/0a1b"
FILE = "datasets/bedrock-faq/validation.jsonl"
OBJECT = "s3://bucket/training.jsonl"
PROVISIONED = {"endpoint.serving": "provisioned", "endpoint.max_hourly_usd": "100"}
APPROVAL = '{"id": "FIN-1", "approved_by": "head", "until": "2026-12-31"}'
COMMITTED = PROVISIONED | {"endpoint.commitment": "one_month", "endpoint.commitment_approval": APPROVAL}
NETWORK = {
    "environment.network.vpc_id": "vpc-1",
    "environment.network.subnet_ids": '["subnet-1"]',
    "environment.network.security_group_ids": '["sg-1"]',
}
DISTILLED = {
    "training.customization_type": "DISTILLATION",
    "training.teacher.model": "amazon.nova-pro-v1:0",
    "budget.unknown_prices": '["training"]',
}
GRADER = "arn:aws:lambda:us-east-1:111122223333:function:grade"
REINFORCED = {
    "training.base_model": "nova-2-lite",
    "training.customization_type": "REINFORCEMENT_FINE_TUNING",
    "training.accept_unknown": '["dataset"]',
    "training.reward.function_arn": GRADER,
    "budget.unknown_prices": '["training"]',
}
NOVA = "amazon.nova-lite-v1:0:300k"
EVALUATED = {"training.dataset.test": FILE, "evaluation.preset": "classification"}
JUDGED = EVALUATED | {"evaluation.judge.model": "us.amazon.nova-pro-v1:0"}
GATED = EVALUATED | {"gate.mode": "enabled", "gate.thresholds.accuracy.min": "0.5"}
RETRAINED = GATED | {"promotion.source": "dev", "promotion.method": "retrain"}
LOCAL = {"env": "local", "environment.account": "000000000000", "environment.region": "us-west-2"}


class Setting(NamedTuple):
    """A value as the command line hands it on, what it becomes, what else it needs, and what stands for `<name>`."""

    given: str
    becomes: object
    beside: Mapping[str, str] = {}
    name: str = ""


SETTINGS = {
    "environment.account": Setting("444455556666", "444455556666"),
    "environment.region": Setting(
        "us-west-2",
        "us-west-2",
        {
            "training.base_model": "llama-3.1-8b",
            "endpoint.serving": "none",
            "environment.prices.llama-3.1-8b.training_usd_per_1k_tokens": "0.001",
        },
    ),
    "environment.tags.<name>": Setting("ml", "ml", name="team"),
    "environment.notifications": Setting('["ml@example.com"]', ("ml@example.com",)),
    "environment.removal_policy": Setting("destroy", "destroy"),
    "environment.log_retention_days": Setting("7", 7),
    "environment.reserved_concurrency": Setting("5", 5),
    "environment.key_arn": Setting(KEY, KEY),
    "environment.service_role_arn": Setting(
        "arn:aws:iam::111122223333:role/bedrock", "arn:aws:iam::111122223333:role/bedrock"
    ),
    "environment.permissions_boundary": Setting("arn:aws:iam::aws:policy/Bound", "arn:aws:iam::aws:policy/Bound"),
    "environment.network.vpc_id": Setting("vpc-2", "vpc-2", NETWORK),
    "environment.network.subnet_ids": Setting('["subnet-2", "subnet-3"]', ("subnet-2", "subnet-3"), NETWORK),
    "environment.network.security_group_ids": Setting('["sg-2"]', ("sg-2",), NETWORK),
    "environment.prices.<name>.training_usd_per_1k_tokens": Setting("0.5", 0.5, name="nova-lite"),
    "environment.prices.<name>.unit_hour_usd.none": Setting("1e1", 10.0, name="nova-lite"),
    "environment.prices.<name>.unit_hour_usd.one_month": Setting("9", 9.0, name="amazon.nova-pro-v1:0:300k"),
    "environment.prices.<name>.unit_hour_usd.six_months": Setting("8.5", 8.5, name="nova-lite"),
    "environment.prices.<name>.source": Setting("price page", "price page", name="nova-lite"),
    "environment.prices.<name>.input_usd_per_1k_tokens": Setting("0.00006", 0.00006, name="nova-lite"),
    "environment.prices.<name>.output_usd_per_1k_tokens": Setting("0.00024", 0.00024, name="nova-lite"),
    "environment.manifest_readers": Setting('["444455556666"]', ("444455556666",)),
    "environment.catalog_date": Setting("2026-02-01", date(2026, 2, 1), LOCAL),
    "training.base_model": Setting(NOVA, NOVA),
    "training.customization_type": Setting("DISTILLATION", "DISTILLATION", DISTILLED),
    "training.dataset.training": Setting(FILE, FILE),
    "training.dataset.validation": Setting(OBJECT, OBJECT),
    "training.dataset.test": Setting(FILE, FILE),
    "training.dataset.format": Setting("anthropic-messages", "anthropic-messages"),
    "training.dataset.system_prompt": Setting("42", "42"),
    "training.dataset.waivers.<name>": Setting("long answers are meant", "long answers are meant", name="DS606"),
    "training.dataset.media": Setting("s3://pictures/faq/", "s3://pictures/faq/"),
    "training.dataset.key_arn": Setting(KEY, KEY, {"training.dataset.training": OBJECT}),
    "training.dataset.account": Setting("444455556666", "444455556666", {"training.dataset.training": OBJECT}),
    "training.hyperparameters.<name>": Setting("3", "3", name="epochCount"),
    "training.teacher.model": Setting("us.amazon.nova-pro-v1:0", "us.amazon.nova-pro-v1:0", DISTILLED),
    "training.teacher.max_response_tokens": Setting("100", 100, DISTILLED),
    "training.reward.function_arn": Setting(f"{GRADER}2", f"{GRADER}2", REINFORCED),
    "training.accept_unknown": Setting('["dataset"]', ("dataset",)),
    "training.keep_previous": Setting("0", 0),
    "training.tags.<name>": Setting("1", "1", name="cost-centre"),
    "endpoint.serving": Setting("none", "none"),
    "endpoint.model_units": Setting("2", 2, PROVISIONED),
    "endpoint.commitment": Setting("one_month", "one_month", COMMITTED),
    "endpoint.commitment_approval.id": Setting("FIN-2", "FIN-2", COMMITTED),
    "endpoint.commitment_approval.approved_by": Setting("the board", "the board", COMMITTED),
    "endpoint.commitment_approval.until": Setting("2027-01-01", date(2027, 1, 1), COMMITTED),
    "endpoint.approval": Setting("manual", "manual"),
    "endpoint.max_hourly_usd": Setting("99.5", 99.5, PROVISIONED),
    "endpoint.idle_days": Setting("7", 7, PROVISIONED),
    "endpoint.remove_idle": Setting("true", True, PROVISIONED | {"endpoint.idle_days": "7"}),
    "endpoint.alarms": Setting('["errors"]', ("errors",)),
    "endpoint.watch_minutes": Setting("60", 60, {"endpoint.alarms": '["errors"]'}),
    "evaluation.preset": Setting("knowledge", "knowledge", EVALUATED),
    "evaluation.metrics": Setting('["rouge_l", "recall.yes"]', ("rouge_l", "recall.yes"), EVALUATED),
    "evaluation.baselines": Setting('["base"]', ("base",), EVALUATED),
    "evaluation.larger_model": Setting("us.amazon.nova-pro-v1:0", "us.amazon.nova-pro-v1:0", EVALUATED),
    "evaluation.max_records": Setting("50", 50, EVALUATED),
    "evaluation.concurrency": Setting("2", 2, EVALUATED),
    "evaluation.max_answer_tokens": Setting("64", 64, EVALUATED),
    "evaluation.json_schema": Setting("configuration/cdk.schema.json", "configuration/cdk.schema.json", EVALUATED),
    "evaluation.labels": Setting('["yes", "no"]', ("yes", "no"), EVALUATED),
    "evaluation.judge.model": Setting("us.amazon.nova-pro-v1:0", "us.amazon.nova-pro-v1:0", EVALUATED),
    "evaluation.judge.instructions": Setting("be strict", "be strict", JUDGED),
    "evaluation.judge.runs_as": Setting("evaluation_job", "evaluation_job", JUDGED),
    "evaluation.hours": Setting("2", 2, EVALUATED),
    "gate.mode": Setting("dry_run", "dry_run"),
    "gate.curve.max_overfit": Setting("0.25", 0.25),
    "gate.curve.require_improvement": Setting("false", False),
    "gate.thresholds.<name>.min": Setting("0.9", 0.9, EVALUATED, "accuracy"),
    "gate.thresholds.<name>.max": Setting("3", 3.0, EVALUATED, "latency_p95"),
    "gate.thresholds.<name>.min_gain_over_base": Setting("0.1", 0.1, EVALUATED, "accuracy"),
    "gate.thresholds.<name>.max_loss_to_champion": Setting("0.1", 0.1, EVALUATED, "accuracy"),
    "gate.no_regression": Setting('["macro_f1"]', ("macro_f1",), EVALUATED),
    "gate.min_records": Setting("10", 10),
    "gate.confidence": Setting("0.9", 0.9),
    "promotion.source": Setting("dev", "dev", RETRAINED),
    "promotion.method": Setting("retrain", "retrain", RETRAINED),
    "promotion.approval": Setting("none", "none", RETRAINED),
    "promotion.manifest_key_arn": Setting(KEY, KEY, RETRAINED),
    "promotion.band": Setting("0.1", 0.1, RETRAINED),
    "budget.max_usd_per_job": Setting("12.5", 12.5),
    "budget.max_usd_per_month": Setting("500", 500.0),
    "budget.unknown_prices": Setting('["training", "provisioned"]', ("training", "provisioned")),
}


def test_there_is_a_setting_for_each_field() -> None:
    """A new field needs one here, else nobody knows that it can be set."""
    assert sorted(SETTINGS) == sorted(overrides.every_field())


@pytest.mark.parametrize("path", SETTINGS)
def test_field_is_set(context: Context, path: str, tmp_path: Path) -> None:
    """It arrives as its type, whatever the reviewed configuration says."""
    setting = SETTINGS[path]
    manifests.pin(tmp_path, manifests.made(hyperparameters={}), "prod")
    key = path.replace("<name>", setting.name)
    selection = configuration.load(
        {**context, "env": "prod", **setting.beside, key: setting.given}, "http://127.0.0.1:1", pins_folder=tmp_path
    )
    found: Any = selection.environment if path.startswith("environment.") else selection.models["faq"]
    for step in path.removeprefix("environment.").split("."):
        found = found[setting.name] if step == "<name>" else getattr(found, step)
    assert found == setting.becomes


def test_whole_objects_are_set_as_json(context: Context) -> None:
    """A price list at once, too."""
    prices = {"nova-pro": {"training_usd_per_1k_tokens": 1}, "nova-lite": {"training_usd_per_1k_tokens": 2}}
    given = {"env": "prod", "environment.prices": json.dumps(prices), "training.tags": '{"a": "b"}'}
    selection = configuration.load({**context, **given}, None)
    assert list(selection.environment.prices) == ["nova-pro", "nova-lite"]
    assert selection.models["faq"].training.tags == {"a": "b"}
