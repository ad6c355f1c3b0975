"""What a scenario expects of its model, beyond the invariants."""

from collections.abc import Iterable

from tests.simulation.oracle import Violation, check
from tests.simulation.requests import Request
from tests.simulation.scenarios.sight import Sight


class Judgement(Sight):
    """Collects what is not as it must be.

    Attributes:
        failures: that.
        alarms: the kinds of trouble that this life may tell people of; for all others it must not wake anybody.
    """

    failures: list[Violation]
    alarms: set[str]

    def expect(self, holds: object, text: str) -> None:
        """Note what is not as it must be."""
        if not holds:
            self.failures.append(Violation("expected", text))

    def expect_equal(self, received: object, wanted: object, what: str) -> None:
        """Note a difference."""
        self.expect(received == wanted, f"{what} is {received!r}, expected {wanted!r}")

    def expect_success(self) -> None:
        """The last deployment has succeeded."""
        self.expect(self.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, f"the stack is {self.status}")

    def expect_answers(self, requests: Iterable[Request], *, within: float) -> None:
        """Each request was answered in time, by us."""
        for request in requests:
            how = request.outcome.how if request.outcome else "not at all"
            name = f"{request.kind} of {request.event['LogicalResourceId']}"
            self.expect(how == "answered", f"{name} was answered: {how}")
            took = self.answered_at(request) - request.sent_at
            self.expect(took <= within, f"{name} took {took:.0f} s, at most {within:.0f} are allowed")

    def expect_nothing_left(self) -> None:
        """No job runs, and no model and no endpoint of ours is left."""
        left = ", ".join(f"{type(thing).__name__} {thing.name}" for thing in self.environment.things)
        self.expect(not left, f"there is left: {left}")

    def judge(self) -> None:
        """Judge by the invariants, and by whom people were woken for."""
        self.failures.extend(check(self.environment))
        told = {notice.subject.rpartition(": ")[2] for notice in self.environment.account.topic.notices}
        self.expect(told <= self.alarms, f"people were told of {sorted(told - self.alarms)}")
