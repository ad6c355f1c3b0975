"""The table of the answers that were given, as `lambdas.gateways.answers_table` behaves."""

from dataclasses import dataclass, field


@dataclass
class FakeAnswers:
    """Keeps the first body of each request; `fails` names a method that raises."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    fails: str = ""

    def find(self, request_id: str) -> bytes | None:
        """The body that was kept for a request, or None."""
        if self.fails == "find":
            raise TimeoutError
        return self.bodies.get(request_id)

    def keep(self, request_id: str, body: bytes) -> bytes:
        """Keep a body unless there is one, and return the one that is kept."""
        if self.fails == "keep":
            raise TimeoutError
        return self.bodies.setdefault(request_id, body)
