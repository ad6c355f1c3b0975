"""The pointer parameters."""


class FakePointer:
    """Has the methods of `PointerGateway`; `history` has every value that was published."""

    def __init__(self) -> None:
        self.parameters: dict[str, str] = {}
        self.history: list[str] = []

    def publish(self, name: str, endpoint_arn: str) -> None:
        """Point to an endpoint."""
        self.parameters[name] = endpoint_arn
        self.history.append(endpoint_arn)

    def withdraw(self, name: str) -> None:
        """Delete the parameter."""
        self.parameters.pop(name, None)
