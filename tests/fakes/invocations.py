"""CloudWatch's metrics of who invokes what."""

from finetuning.lifecycle.idleness import Use


class FakeInvocations:
    """Has the method of `InvocationsGateway`.

    Attributes:
        last: when each endpoint was last invoked, by ARN.
        asked: the ARNs that were asked for.
        error: raised instead of an answer.
    """

    def __init__(self) -> None:
        self.last: dict[str, float] = {}
        self.asked: list[str] = []
        self.error: Exception | None = None

    def use(self, endpoint_arn: str, since: float, until: float) -> Use:
        """When the endpoint was last invoked."""
        self.asked.append(endpoint_arn)
        if self.error is not None:
            raise self.error
        last = self.last.get(endpoint_arn)
        return Use(last if last is not None and last >= since else None)
