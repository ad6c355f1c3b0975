"""Stacks may have alarms on metric math.

AWS: AWS::CloudWatch::Alarm has `Metrics`, a list of metrics and expressions, in the place of one metric
(CloudFormation Template Reference, "AWS::CloudWatch::Alarm").
MiniStack 1.5.33: refuses such a stack.
Here: the alarm exists with its actions and its description, but watches a metric that nobody writes, so it never goes
off by itself.
Can go when: `_cw_metric_alarm_record` takes `Metrics`.
"""

from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import provisioners

from local.patches import upstream
from local.settings import Settings

_STAND_IN = {"Namespace": "LocalAws/NotEvaluated", "Statistic": "Sum"}


def apply(settings: Settings) -> None:
    """Install the patch."""
    upstream.replace(provisioners, "_cw_metric_alarm_record", ("name", "props"), _with_expressions)


def _with_expressions(original: Callable[..., Any]) -> Callable[..., Any]:
    def record(name: str, props: dict[str, Any]) -> Any:
        metrics = props.get("Metrics")
        if not metrics:
            return original(name, props)
        shown = [metric for metric in metrics if str(metric.get("ReturnData", True)).lower() == "true"]
        expression = next((metric["Expression"] for metric in shown if "Expression" in metric), "Metrics")
        known = {key: value for key, value in props.items() if key != "Metrics"}
        return original(name, {**known, **_STAND_IN, "MetricName": expression})

    return record
