"""Endpoints that answer, or do not."""


class FakeAnswering:
    """Asks endpoints in tests.

    Attributes:
        refusals: why the model behind an endpoint does not answer, by the endpoint's ARN, or "" for all of them.
        asked: endpoint ARNs, in the order in which they were asked.
    """

    def __init__(self) -> None:
        """Let every model answer."""
        self.refusals: dict[str, str] = {}
        self.asked: list[str] = []

    def refusal(self, endpoint_arn: str, base_model: str) -> str:
        """Why the model behind it does not answer, or ""."""
        self.asked.append(endpoint_arn)
        return self.refusals.get(endpoint_arn, self.refusals.get("", ""))
