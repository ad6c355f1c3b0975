"""One example of each section, for the reference; a test holds each to what the section takes."""

from collections.abc import Mapping
from typing import Any

#: By dotted path of the section, with ``<name>`` for keys of any name. The prices are no real ones.
EXAMPLES: Mapping[str, Any] = {
    "environments.<name>": {
        "account": "111122223333",
        "region": "us-east-1",
        "tags": {"cost-centre": "4711"},
        "notifications": ["ml-platform@example.com"],
        "removal_policy": "retain",
        "log_retention_days": 90,
    },
    "environments.<name>.network": {
        "vpc_id": "vpc-0a1b2c3d",
        "subnet_ids": ["subnet-0a1b2c3d", "subnet-4e5f6a7b"],
        "security_group_ids": ["sg-0a1b2c3d"],
    },
    "environments.<name>.prices.<name>": {
        "training_usd_per_1k_tokens": 0.002,
        "unit_hour_usd": {"none": 25.5, "one_month": 20.25},
        "source": "Bedrock price page, us-east-1, read on 2026-11-20",
    },
    "environments.<name>.prices.<name>.unit_hour_usd": {"none": 25.5, "one_month": 20.25},
    "environments.<name>.models.<name>": {
        "training": {"base_model": "nova-lite", "dataset": {"training": "datasets/bedrock-faq/training.jsonl"}},
        "endpoint": {"serving": "on_demand"},
        "budget": {"max_usd_per_job": 10},
    },
    "environments.<name>.models.<name>.training": {
        "base_model": "amazon.nova-lite-v1:0:300k",
        "dataset": {"training": "s3://training-data/faq/training.jsonl?versionId=3HL4kqtJlcpXroDTDmJ"},
        "hyperparameters": {"epochCount": 3, "learningRate": 1e-05},
        "keep_previous": 2,
    },
    "environments.<name>.models.<name>.training.dataset": {
        "training": "s3://training-data/faq/training.jsonl?versionId=3HL4kqtJlcpXroDTDmJ",
        "validation": "s3://training-data/faq/validation.jsonl",
        "system_prompt": "You answer in one sentence.",
        "account": "444455556666",
        "key_arn": "arn:aws:kms:us-east-1:444455556666:key/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f",
    },
    "environments.<name>.models.<name>.training.teacher": {"model": "amazon.nova-pro-v1:0", "max_response_tokens": 500},
    "environments.<name>.models.<name>.training.reward": {
        "function_arn": "arn:aws:lambda:us-east-1:111122223333:function:grade-answers"
    },
    "environments.<name>.models.<name>.endpoint": {
        "serving": "provisioned",
        "model_units": 1,
        "max_hourly_usd": 60,
        "idle_days": 7,
        "remove_idle": True,
    },
    "environments.<name>.models.<name>.endpoint.commitment_approval": {
        "id": "FIN-1234",
        "approved_by": "head of platform",
        "until": "2026-12-31",
    },
    "environments.<name>.models.<name>.budget": {"max_usd_per_job": 25, "max_usd_per_month": 20000},
    "environments.<name>.models.<name>.evaluation": {
        "preset": "structured_output",
        "json_schema": "schemas/invoice.json",
        "larger_model": "us.amazon.nova-pro-v1:0",
        "max_records": 300,
    },
    "environments.<name>.models.<name>.evaluation.judge": {
        "model": "us.amazon.nova-premier-v1:0",
        "instructions": "A good answer names the tariff and its price, and nothing that was not asked.",
    },
    "environments.<name>.models.<name>.gate": {
        "mode": "enabled",
        "thresholds": {"json_fields": {"min": 0.9, "min_gain_over_base": 0.1}, "latency_p95": {"max": 3}},
        "no_regression": ["json_fields"],
        "min_records": 100,
    },
    "environments.<name>.models.<name>.gate.curve": {"max_overfit": 0.25, "require_improvement": True},
    "environments.<name>.models.<name>.gate.thresholds.<name>": {"min": 0.9, "max_loss_to_champion": 0.02},
    "environments.<name>.models.<name>.promotion": {"source": "dev", "method": "swap", "approval": "required"},
    "delivery": {
        "account": "111122223333",
        "region": "us-east-1",
        "github": {"repository": "acme@1234/models@5678"},
        "workload_accounts": {"prod": ["111111111111"]},
    },
    "delivery.github": {
        "repository": "acme/models",
        "oidc_provider_arn": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
    },
}
