"""One stack: create, update, cancel, roll back, clean up, delete, in CloudFormation's order and statuses.

Sources: CloudFormation User Guide, 'Stack status codes', 'Continue rolling back an update'; Template Reference,
'Custom resource request types' (a new physical id is a replacement: the old one is deleted after the update).
"""

from collections.abc import Callable

from tests.simulation.history import Moment, safe_names
from tests.simulation.requests import Outcome
from tests.simulation.resource_changes import ResourceChanges
from tests.simulation.resources import Requests, Version
from tests.simulation.template import Template, dependencies, reversed_dependencies
from tests.simulation.walk import Finished, Walk

IN_PROGRESS = "_IN_PROGRESS"


class StackBusyError(Exception):
    """The stack's status does not allow the operation."""


class Stack(ResourceChanges):
    """A stack, from its creation to its deletion.

    Attributes:
        status: the stack's status code.
        removed: logical ids that it had once.
        history: every change of its status or of a resource, oldest first.
    """

    def __init__(
        self, name: str, stack_id: str, requests: Requests, *, rolls_back_by: str, shows_clean_up: bool
    ) -> None:
        """Make an empty stack.

        Args:
            name: of the stack.
            stack_id: its ARN, of this life only.
            requests: asks the resources.
            rolls_back_by: what a replacement is rolled back by: `update` or `delete` (both are seen in the field).
            shows_clean_up: a resource's status is DELETE_IN_PROGRESS while a version that it replaced is deleted.
        """
        super().__init__(stack_id, requests, rolls_back_by=rolls_back_by)
        self.name, self.status = name, "REVIEW_IN_PROGRESS"
        self.removed: set[str] = set()
        self.history: list[Moment] = []
        self._world, self._shows_clean_up = requests.world, shows_clean_up
        self._previous: Template = {}
        self._walk: Walk | None = None

    @property
    def busy(self) -> bool:
        """Whether an operation is under way."""
        return self.status.endswith(IN_PROGRESS) and self.status != "REVIEW_IN_PROGRESS"

    @property
    def exists(self) -> bool:
        """Whether its name is taken."""
        return self.status not in {"DELETE_COMPLETE", "REVIEW_IN_PROGRESS"}

    def create(self, template: Template) -> None:
        """Create it."""
        self._must_be({"REVIEW_IN_PROGRESS"})
        self.template = template
        self._become("CREATE_IN_PROGRESS")
        self._go(dependencies(template), self.make, self._created)

    def update(self, template: Template) -> None:
        """Update it."""
        self._must_be({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
        self._previous, self.template, self.leftovers = self.template, template, []
        for resource in self.resources.values():
            resource.before, resource.touched = resource.version, False
        self._become("UPDATE_IN_PROGRESS")
        self._go(dependencies(template), self.change, self._updated)

    def cancel(self) -> None:
        """CancelUpdateStack."""
        self._must_be({"UPDATE_IN_PROGRESS"})
        self._roll_back_update("Resource update cancelled")

    def continue_rollback(self) -> None:
        """ContinueUpdateRollback: try again what could not be rolled back."""
        self._must_be({"UPDATE_ROLLBACK_FAILED"})
        self._roll_back_update("")

    def delete(self) -> None:
        """DeleteStack, also while it is being created, and again after a deletion that failed."""
        if self.busy and self.status != "CREATE_IN_PROGRESS":
            raise StackBusyError(self.status)
        self._interrupt("Resource creation cancelled")
        self._delete_everything("DELETE")

    def signal(self, logical_id: str, *, success: bool) -> bool:
        """SignalResource; whether the wait condition took it."""
        resource = self.resources.get(logical_id)
        if resource is None or resource.end is None or not resource.status.startswith("CREATE"):
            return False
        reason = "" if success else "received a FAILURE signal"
        resource.end(Outcome(success, "answered", f"{logical_id}-made", reason))
        return True

    def _created(self, ok: bool) -> None:
        if ok and self.outputs_are_there():
            self._become("CREATE_COMPLETE")
            return
        self._interrupt("Resource creation cancelled")
        self._delete_everything("ROLLBACK")

    def _updated(self, ok: bool) -> None:
        if not ok or not self.outputs_are_there():
            self._roll_back_update("Resource update cancelled")
            return
        self._become("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        for logical_id, resource in list(self.resources.items()):
            replaced = resource.before
            if logical_id not in self.template and resource.version is not None:
                self.leftovers.append((logical_id, resource.version))
            elif replaced and resource.version and replaced.physical_id != resource.version.physical_id:
                self.leftovers.append((logical_id, replaced))
        self._clean_up(lambda: self._become("UPDATE_COMPLETE"))

    def _roll_back_update(self, reason: str) -> None:
        self._interrupt(reason)
        self.template = self._previous
        self._become("UPDATE_ROLLBACK_IN_PROGRESS")
        self._go(dependencies(self.template), self.restore, self._restored)

    def _restored(self, ok: bool) -> None:
        if not ok:
            self._interrupt("Resource update cancelled")
            self._become("UPDATE_ROLLBACK_FAILED")
            return
        self._become("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        for logical_id, resource in self.resources.items():
            if logical_id not in self.template and resource.version is not None:
                self.leftovers.append((logical_id, resource.version))
        self._clean_up(lambda: self._become("UPDATE_ROLLBACK_COMPLETE"))

    def _clean_up(self, done: Callable[[], None]) -> None:
        """Delete what the stack does not hold any more; a failure does not fail the stack."""
        leftovers: dict[str, list[Version]] = {}
        for logical_id, version in self.leftovers:
            leftovers.setdefault(logical_id, []).append(version)
        self.leftovers = []
        order = reversed_dependencies(dependencies({**self._previous, **self.template}))

        def act(logical_id: str, finished: Finished) -> None:
            resource = self.resources[logical_id]
            removed, status = logical_id not in self.template, resource.status
            if removed or self._shows_clean_up:
                resource.status = "DELETE_IN_PROGRESS"

            def ended(outcome: Outcome) -> None:
                if leftovers[logical_id]:
                    self.ask_delete(resource, leftovers[logical_id].pop(), ended)
                    return
                resource.status = status
                if removed:
                    del self.resources[logical_id]
                    self.removed.add(logical_id)
                finished(True)

            self.ask_delete(resource, leftovers[logical_id].pop(), ended)

        waits = {name: order.get(name, set()) for name in leftovers}
        self._go(waits, act, lambda ok: done(), stops_at_failure=False)

    def _delete_everything(self, operation: str) -> None:
        self._become(operation + IN_PROGRESS)
        order = reversed_dependencies(dependencies({**self._previous, **self.template}))
        self._go(
            {name: order.get(name, set()) for name in self.resources},
            self.delete_one,
            lambda ok: self._become(f"{operation}_{'COMPLETE' if ok else 'FAILED'}"),
            stops_at_failure=False,
        )

    def _go(
        self,
        waits_for: dict[str, set[str]],
        act: Callable[[str, Finished], None],
        done: Finished,
        *,
        stops_at_failure: bool = True,
    ) -> None:
        self._walk = Walk(self._world, waits_for, act, done, stops_at_failure=stops_at_failure)

    def _interrupt(self, reason: str) -> None:
        """End the operation under way; what is in flight is not waited for."""
        if self._walk is not None:
            self._walk.stop()
        self.end_what_is_in_flight(reason)

    def _become(self, status: str) -> None:
        self.status = status
        self.changed()
        self._world.note(f"{self.name} {status}")

    def changed(self) -> None:
        """Write down what the stack stands on now."""
        safe = frozenset(safe_names(self.status, self.resources, self.template))
        self.history.append(Moment(self._world.now, self.status, safe))

    def _must_be(self, statuses: set[str]) -> None:
        if self.status not in statuses:
            raise StackBusyError(f"{self.name} is {self.status}")
