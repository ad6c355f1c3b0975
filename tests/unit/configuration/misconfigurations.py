"""Mistakes that can be planted into a valid configuration, each with the path at which it must be reported."""

from collections.abc import Iterable
from typing import Any, NamedTuple

Context = dict[str, Any]

MODEL = "models.faq"
TRAINING, DATASET, ENDPOINT, BUDGET = (
    f"{MODEL}.training",
    f"{MODEL}.training.dataset",
    f"{MODEL}.endpoint",
    f"{MODEL}.budget",
)
#: What makes the model one of this environment's own; what it says of its evaluation matters only then.
NOT_PROMOTED = (f"{MODEL}.promotion",)
#: Where the environment is; what is elsewhere is judged by it.
PLACE = ("account", "region")
#: What the base model is; what it takes is judged by it.
KIND = (f"{TRAINING}.base_model", f"{TRAINING}.customization_type")
SERVING = (f"{ENDPOINT}.serving",)


class Mistake(NamedTuple):
    """A wrong value.

    Attributes:
        place: dotted path below the environment where it is planted; one that begins with ``-c`` is a context key.
        reported: where it must be reported, if not there.
        needs: places that must be as they should be, since it is a mistake by them only.
    """

    place: str
    value: Any
    reported: str = ""
    needs: tuple[str, ...] = ()

    def collides(self, other: "Mistake") -> bool:
        """Whether both cannot be made at once, or one hides the other by its nature."""
        return (
            _overlap([self.place], [other.place])
            or _overlap(self.needs, [other.place])
            or _overlap([self.place], other.needs)
        )

    def plant(self, context: Context, environment: str) -> str:
        """Make the mistake; returns the path at which it must be reported."""
        if self.place.startswith("-c "):
            context[self.place.removeprefix("-c ")] = self.value
            return self.reported or self.place
        *steps, last = self.place.split(".")
        section = context["environments"][environment]
        for step in steps:
            section = section.setdefault(step, {})
        section[last] = self.value
        return f"environments.{environment}.{self.reported or self.place}"


def _overlap(places: Iterable[str], others: Iterable[str]) -> bool:
    return any(f"{a}.".startswith(f"{b}.") or f"{b}.".startswith(f"{a}.") for a in places for b in others)


_SUBNETS = {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}
_TEACHER, _GRADER = {"model": "amazon.nova-pro-v1:0"}, "arn:aws:lambda:us-east-1:111122223333:function:grade"
_APPROVAL = {"id": "FIN-1", "approved_by": "me", "until": "2026-12-31"}

MISTAKES = (
    Mistake("account", "12345"),
    Mistake("account", 111122223333),
    Mistake("account", "<account>"),
    Mistake("region", "Virginia"),
    Mistake("region", ["us-east-1"]),
    Mistake("removal_policy", "keep"),
    Mistake("tags", ["team"]),
    Mistake("tags", {"aws:team": "ml"}),
    Mistake("notifications", "ml@example.com"),
    Mistake("notifications", ["ml"], "notifications.0"),
    Mistake("log_retention_days", 31),
    Mistake("reserved_concurrency", 0),
    Mistake("key_arn", "alias/mine"),
    Mistake("key_arn", "arn:aws:kms:eu-west-1:111122223333:key/0a1b", needs=PLACE),
    Mistake("service_role_arn", "arn:aws:iam::444455556666:role/bedrock", needs=PLACE),
    Mistake("permissions_boundary", "boundary"),
    Mistake("network", _SUBNETS, "network.vpc_id"),
    Mistake("network", _SUBNETS | {"vpc_id": "vpc-1", "subnet_ids": []}, "network.subnet_ids"),
    Mistake("catalog_date", "2026-01-15"),
    Mistake("regoin", "us-east-1"),
    Mistake("name", "dev"),
    Mistake("prices.nova-light", {"training_usd_per_1k_tokens": 1}),
    Mistake("prices.nova-pro.training_usd_per_1k_tokens", "cheap"),
    Mistake("prices.nova-micro.unit_hour_usd.none", 0),
    Mistake("prices", [0.002]),
    Mistake("models.FAQ", {}),
    Mistake(f"{TRAINING}.base_model", "nova-light"),
    Mistake(f"{TRAINING}.base_model", "titan-text-lite"),
    Mistake(f"{TRAINING}.base_model", "claude-3-haiku"),
    Mistake(f"{TRAINING}.base_model", 3),
    Mistake(f"{TRAINING}.base_model", ""),
    Mistake(f"{TRAINING}.customization_type", "FINETUNING"),
    Mistake(f"{TRAINING}.customization_type", "CONTINUED_PRE_TRAINING", needs=KIND[:1]),
    Mistake(f"{DATASET}.training", "datasets/none.jsonl"),
    Mistake(f"{DATASET}.test", "datasets"),
    Mistake(f"{DATASET}.validation", "s3://bucket/a b.jsonl"),
    Mistake(f"{DATASET}.test", 7),
    Mistake(f"{DATASET}.format", "csv"),
    Mistake(f"{DATASET}.format", "plain-text", needs=KIND),
    Mistake(f"{DATASET}.system_prompt", ""),
    Mistake(f"{DATASET}.waivers.DS999", "because of this"),
    Mistake(f"{DATASET}.waivers.DS501", "because of that"),
    Mistake(f"{DATASET}.waivers", "DS606"),
    Mistake(f"{DATASET}.media", "s3://pictures"),
    Mistake(f"{DATASET}.key_arn", "*"),
    Mistake(f"{DATASET}.account", "me"),
    Mistake(f"{TRAINING}.teacher", _TEACHER, needs=(*KIND, *PLACE)),
    Mistake(f"{TRAINING}.teacher", {}, f"{TRAINING}.teacher.model"),
    Mistake(f"{TRAINING}.reward", {"function_arn": _GRADER}, needs=(*KIND, *PLACE)),
    Mistake(f"{TRAINING}.reward.function_arn", "grade"),
    Mistake(f"{TRAINING}.accept_unknown", ["all"], f"{TRAINING}.accept_unknown.0"),
    Mistake(f"{TRAINING}.keep_previous", 11),
    Mistake(f"{TRAINING}.keep_previous", "many"),
    Mistake(f"{TRAINING}.tags.team", "a" * 257),
    Mistake(f"{TRAINING}.tags.team", "a;b"),
    Mistake(f"{TRAINING}.epochs", 3),
    Mistake(f"{TRAINING}.hyperparameters", [3]),
    Mistake(f"{TRAINING}.hyperparameters.epochCount", 50, needs=KIND),
    Mistake(f"{TRAINING}.hyperparameters.epochcount", 2, needs=KIND),
    Mistake(f"{TRAINING}.hyperparameters.learningRate", "fast", needs=KIND),
    Mistake(f"{TRAINING}.hyperparameters.batchSize", 4, needs=KIND),
    Mistake(f"{TRAINING}", "nova-lite"),
    Mistake(f"{ENDPOINT}", ["on_demand"]),
    Mistake(f"{ENDPOINT}.serving", "serverless"),
    Mistake(f"{ENDPOINT}.serving", None),
    Mistake(f"{ENDPOINT}.model_units", "two"),
    Mistake(f"{ENDPOINT}.model_units", 2, needs=SERVING),
    Mistake(f"{ENDPOINT}.commitment", "one_year"),
    Mistake(
        f"{ENDPOINT}.commitment_approval",
        {"approved_by": "me", "until": "2026-12-31"},
        f"{ENDPOINT}.commitment_approval.id",
    ),
    Mistake(f"{ENDPOINT}.commitment_approval", _APPROVAL | {"until": "soon"}, f"{ENDPOINT}.commitment_approval.until"),
    Mistake(f"{ENDPOINT}.approval", "maybe"),
    Mistake(f"{ENDPOINT}.max_hourly_usd", -1),
    Mistake(f"{ENDPOINT}.idle_days", 365),
    Mistake(f"{ENDPOINT}.idle_days", 7, needs=SERVING),
    Mistake(f"{ENDPOINT}.remove_idle", "perhaps"),
    Mistake(f"{BUDGET}.max_usd_per_job", 0),
    Mistake(f"{BUDGET}.max_usd_per_month", "much"),
    Mistake(f"{BUDGET}.unknown_prices", ["all"], f"{BUDGET}.unknown_prices.0"),
    Mistake(f"{BUDGET}", 10),
    Mistake(f"{MODEL}.gates", {}),
    Mistake(f"{MODEL}.evaluation", "knowledge"),
    Mistake(f"{MODEL}.evaluation", {}, f"{MODEL}.evaluation.preset"),
    Mistake(f"{MODEL}.evaluation", {"preset": "faq"}, f"{MODEL}.evaluation.preset"),
    Mistake(f"{MODEL}.evaluation", {"preset": "knowledge"}, f"{DATASET}.test", needs=(DATASET, *NOT_PROMOTED)),
    Mistake(f"{MODEL}.gate", "enabled"),
    Mistake(f"{MODEL}.gate.mode", "on"),
    Mistake(f"{MODEL}.gate.confidence", 1),
    Mistake(f"{MODEL}.gate.min_records", "many"),
    Mistake(f"{MODEL}.gate.curve.max_overfit", 0),
    Mistake(f"{MODEL}.gate.thresholds", {"rouge_l": {"min": 0.5}}, needs=(f"{MODEL}.evaluation", *NOT_PROMOTED)),
    Mistake(f"{MODEL}.gate.no_regression", ["rouge_l"], needs=(f"{MODEL}.evaluation", f"{MODEL}.gate.thresholds")),
    Mistake(f"{MODEL}.promotion", "staging"),
    Mistake(f"{MODEL}.promotion", {"method": "swap"}, f"{MODEL}.promotion.source"),
    Mistake(f"{MODEL}.promotion", {"source": "Dev"}, f"{MODEL}.promotion.source"),
    Mistake(f"{MODEL}.promotion", {"source": "prod", "method": "move"}, f"{MODEL}.promotion.method"),
    Mistake(f"{ENDPOINT}.alarms", "errors"),
    Mistake(f"{ENDPOINT}.watch_minutes", 0),
    Mistake(f"{ENDPOINT}.watch_minutes", 60, needs=(f"{ENDPOINT}.alarms",)),
    Mistake("manifest_readers", ["me"], "manifest_readers.0"),
    Mistake("-c wait", "please"),
    Mistake("-c waiit", "true"),
    Mistake("-c region", "us-west-2"),
    Mistake("-c training.keep_previos", "1"),
    Mistake("-c budget.unknown_prices", "training"),
    Mistake("-c project", "AWS", "project"),
)
