"""Who invokes an endpoint: Bedrock's runtime metrics in CloudWatch."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from finetuning.errors import FineTuningError
from finetuning.lifecycle.idleness import DAY_SECONDS, Use
from lambdas.gateways.clients import client

NAMESPACE = "AWS/Bedrock"
#: Whoever is refused or throttled wants an answer too. Source: Bedrock User Guide, 'Monitor bedrock-runtime inference
#: using CloudWatch metrics'; whether `Invocations` counts requests that failed differs between its editions.
METRICS = ("Invocations", "InvocationClientErrors", "InvocationServerErrors", "InvocationThrottles")


class UnreadableMetricError(FineTuningError):
    """CloudWatch did not answer with all that was asked for."""


class InvocationsGateway:
    """Reads the metrics; there is no metric where nothing happened, so no data means no invocation."""

    def __init__(self, cloudwatch: Any = None) -> None:
        self._cloudwatch = cloudwatch or client("cloudwatch")

    def use(self, endpoint_arn: str, since: float, until: float) -> Use:
        """When the endpoint was last invoked, to the day.

        That page names the dimension `ModelId` and not its value for provisioned throughput. An invocation names the
        ARN (API reference, InvokeModel, `modelId`); the id, its last part, is asked for as well.

        Raises:
            UnreadableMetricError: the answer is not complete.
        """
        queries = list(_queries((endpoint_arn, endpoint_arn.rpartition("/")[2])))
        pages = self._cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries,
            StartTime=datetime.fromtimestamp(since, UTC),
            EndTime=datetime.fromtimestamp(until, UTC),
        )
        ends: list[float] = []
        statuses = dict.fromkeys((query["Id"] for query in queries), "Missing")
        for result in (result for page in pages for result in page["MetricDataResults"]):
            values = zip(result.get("Timestamps", []), result.get("Values", []), strict=True)
            ends += [moment.timestamp() + DAY_SECONDS for moment, value in values if value > 0]
            # What is partial on one page is completed by the next.
            statuses[result["Id"]] = result.get("StatusCode", "Complete")
        _require_complete(endpoint_arn, statuses)
        return Use(min(max(ends), until) if ends else None)


def _queries(model_ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    for number, (metric, model_id) in enumerate((metric, model_id) for metric in METRICS for model_id in model_ids):
        dimensions = [{"Name": "ModelId", "Value": model_id}]
        stat = {
            "Metric": {"Namespace": NAMESPACE, "MetricName": metric, "Dimensions": dimensions},
            "Period": DAY_SECONDS,
            "Stat": "Sum",
        }
        yield {"Id": f"m{number}", "MetricStat": stat}


def _require_complete(endpoint_arn: str, statuses: Mapping[str, str]) -> None:
    incomplete = sorted({status for status in statuses.values() if status != "Complete"})
    if incomplete:
        raise UnreadableMetricError(
            f"CloudWatch answered {', '.join(incomplete)} when asked for the invocations of {endpoint_arn}; nothing is "
            "concluded from it, and the next sweep asks again"
        )
