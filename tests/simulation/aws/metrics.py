"""CloudWatch's metrics of Bedrock's runtime."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.aws.runtime import Runtime
from tests.simulation.aws.site import EPOCH, moment


class Metrics:
    """Counts the questions that reached a model, under the endpoint's ARN.

    Attributes:
        status: what CloudWatch says of each query; only `Complete` means that all is there.
        counts: whether invocations are counted under the dimension that we ask for.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.status, self.counts = "Complete", True

    def operations(self) -> Mapping[str, Operation]:
        """What a client can do."""
        return {"get_metric_data": self._get}

    def _get(self, parameters: Parameters) -> Mapping[str, Any]:
        start, end = parameters["StartTime"].timestamp() - EPOCH, parameters["EndTime"].timestamp() - EPOCH
        return {"MetricDataResults": [self._result(q, start, end) for q in parameters["MetricDataQueries"]]}

    def _result(self, query: Mapping[str, Any], start: float, end: float) -> Mapping[str, Any]:
        stat = query["MetricStat"]
        [dimension] = stat["Metric"]["Dimensions"]
        counted = Counter(
            start + (at - start) // stat["Period"] * stat["Period"]
            for at in self._invoked(stat["Metric"]["MetricName"], dimension["Value"])
            if start <= at < end
        )
        moments = sorted(counted)
        return {
            "Id": query["Id"],
            "StatusCode": self.status,
            "Timestamps": [moment(at) for at in moments],
            "Values": [float(counted[at]) for at in moments],
        }

    def _invoked(self, metric: str, model_id: str) -> Iterator[float]:
        if metric == "Invocations" and self.counts:
            yield from (asked.at for asked in self._runtime.asked if asked.endpoint_arn == model_id)
