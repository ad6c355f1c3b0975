"""Invocations of an endpoint, as CloudWatch counts them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from finetuning.lifecycle.idleness import DAY_SECONDS, Use
from lambdas.gateways.invocations import METRICS, InvocationsGateway, UnreadableMetricError
from tests.contract.service import Service

ARN = "arn:aws:bedrock:us-west-2:111122223333:provisioned-model/abcdefghijkl"
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
SINCE = FIRST.timestamp()
UNTIL = SINCE + 10.5 * DAY_SECONDS
QUERIES = 2 * len(METRICS)


def day(number: int) -> datetime:
    """The beginning of a day of the range."""
    return datetime.fromtimestamp(SINCE + number * DAY_SECONDS, UTC)


def results(days: dict[str, dict[int, float]] | None = None, status: str = "Complete") -> list[dict[str, Any]]:
    """A page: what each query found, by its id and by day."""
    found = []
    for number in range(QUERIES):
        values = (days or {}).get(f"m{number}", {})
        moments = [day(each) for each in values]
        found.append({"Id": f"m{number}", "StatusCode": status, "Timestamps": moments, "Values": list(values.values())})
    return found


def use(*pages: list[dict[str, Any]]) -> tuple[Use, Service]:
    """What the gateway makes of these pages."""
    tokens = [{"NextToken": str(number)} for number in range(1, len(pages))] + [{}]
    service = Service("cloudwatch", *({"MetricDataResults": p} | t for p, t in zip(pages, tokens, strict=True)))
    return InvocationsGateway(service.client).use(ARN, SINCE, UNTIL), service


def test_every_metric_is_asked_for_by_arn_and_by_id() -> None:
    """In one call, by the day."""
    _, service = use(results())
    name, request = service.call
    asked = [query["MetricStat"]["Metric"] for query in request["MetricDataQueries"]]
    assert (name, request["StartTime"], request["EndTime"]) == ("GetMetricData", FIRST, day(10).replace(hour=12))
    assert {metric["MetricName"] for metric in asked} == {*METRICS}
    assert {metric["Dimensions"][0]["Value"] for metric in asked} == {ARN, "abcdefghijkl"}
    assert {metric["Namespace"] for metric in asked} == {"AWS/Bedrock"}
    assert {query["MetricStat"]["Period"] for query in request["MetricDataQueries"]} == {DAY_SECONDS}


@pytest.mark.parametrize(
    ("days", "last_at"),
    [
        ({}, None),
        ({"m0": {2: 0.0}}, None),
        ({"m0": {2: 5.0}}, SINCE + 3 * DAY_SECONDS),
        ({"m0": {4: 1.0, 2: 5.0}}, SINCE + 5 * DAY_SECONDS),
        ({"m1": {2: 1.0}, "m7": {5: 1.0}}, SINCE + 6 * DAY_SECONDS),
        ({"m0": {10: 1.0}}, UNTIL),
    ],
    ids=["no data", "a zero", "one day", "days in any order", "throttled under the id", "today"],
)
def test_last_use_is_the_end_of_the_last_day_with_an_invocation(
    days: dict[str, dict[int, float]], last_at: float | None
) -> None:
    """To the day, and never in the future; who is refused or throttled is somebody who wants an answer."""
    found, _ = use(results(days))
    assert found == Use(last_at)


def test_pages_are_read_to_the_end() -> None:
    """What is partial on the first is complete on the last."""
    found, service = use(results({"m0": {1: 1.0}}, "PartialData"), results({"m0": {3: 1.0}}))
    assert found == Use(SINCE + 4 * DAY_SECONDS)
    assert len(service.calls) == 2


@pytest.mark.parametrize("status", ["PartialData", "InternalError", "Forbidden"])
def test_nothing_is_concluded_from_an_incomplete_answer(status: str) -> None:
    """An endpoint in use would look idle."""
    with pytest.raises(UnreadableMetricError, match=f"answered {status} when asked for the invocations of {ARN}"):
        use(results(status=status))


def test_nothing_is_concluded_from_a_missing_answer() -> None:
    """Each query has to be answered."""
    with pytest.raises(UnreadableMetricError, match="answered Missing"):
        use(results()[1:])
