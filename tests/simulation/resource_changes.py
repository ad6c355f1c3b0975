"""What a stack does with its single resources: make, change, restore and delete them."""

from collections.abc import Callable

from tests.simulation.requests import Outcome
from tests.simulation.resources import Requests, Resource, Version
from tests.simulation.template import GetAtt, MissingAttributeError, Properties, Template, kind_of, resolved
from tests.simulation.walk import Finished


class ResourceChanges:
    """The resources of a stack.

    Attributes:
        template: what is wanted of them.
        leftovers: versions that the stack does not hold any more, to be deleted when the operation is complete.
    """

    def __init__(self, stack_id: str, requests: Requests, *, rolls_back_by: str) -> None:
        """Begin without resources; `rolls_back_by` is what a replacement is rolled back by, `update` or `delete`."""
        self.stack_id = stack_id
        self.template: Template = {}
        self.resources: dict[str, Resource] = {}
        self.leftovers: list[tuple[str, Version]] = []
        self._requests, self._rolls_back_by = requests, rolls_back_by

    def changed(self) -> None:
        """A version was replaced."""

    def make(self, logical_id: str, finished: Finished) -> None:
        """Create a resource; one that never answers gets an invented id, under which it will be deleted."""
        resource = self.resources[logical_id] = Resource(logical_id, "CREATE_IN_PROGRESS", touched=True)
        try:
            properties = self._properties(logical_id)
        except MissingAttributeError:
            resource.status, resource.version = "CREATE_FAILED", Version("", {})
            finished(False)
            return

        def ended(outcome: Outcome) -> None:
            resource.status = "CREATE_COMPLETE" if outcome.ok else "CREATE_FAILED"
            physical_id = outcome.physical_id or self._requests.invent(self.stack_id, logical_id)
            resource.version = Version(physical_id, properties, outcome.attributes)
            self.changed()
            finished(outcome.ok)

        self._requests.ask("Create", self.stack_id, resource, ended, ResourceProperties=properties)

    def change(self, logical_id: str, finished: Finished) -> None:
        """Update a resource if its properties changed, or create it if it is new."""
        resource = self.resources.get(logical_id)
        if resource is None or resource.version is None:
            self.make(logical_id, finished)
            return
        known = resource.version
        try:
            properties = self._properties(logical_id)
        except MissingAttributeError:
            resource.status, resource.touched = "UPDATE_FAILED", True
            finished(False)
            return
        if properties == known.properties and list(properties) == list(known.properties):
            finished(True)
            return

        def ended(outcome: Outcome) -> None:
            resource.status = "UPDATE_COMPLETE" if outcome.ok else "UPDATE_FAILED"
            physical_id = outcome.physical_id or known.physical_id
            resource.version = Version(physical_id, properties, outcome.attributes or known.attributes)
            self.changed()
            finished(outcome.ok)

        self._ask_update(resource, known, properties, ended)

    def _ask_update(
        self, resource: Resource, known: Version, properties: Properties, ended: Callable[[Outcome], None]
    ) -> None:
        resource.status, resource.touched = "UPDATE_IN_PROGRESS", True
        self._requests.ask(
            "Update",
            self.stack_id,
            resource,
            ended,
            PhysicalResourceId=known.physical_id,
            ResourceProperties=properties,
            OldResourceProperties=known.properties,
        )

    def restore(self, logical_id: str, finished: Finished) -> None:
        """Bring one resource back to its version before the update."""
        resource = self.resources[logical_id]
        known, before = resource.version, resource.before
        if not resource.touched or known is None or before is None:
            finished(True)
            return
        replaced = known.physical_id != before.physical_id
        if replaced and resource.status == "UPDATE_COMPLETE" and self._rolls_back_by == "delete":
            self.leftovers.append((logical_id, known))
            resource.version, resource.touched = before, False
            self.changed()
            finished(True)
            return

        def ended(outcome: Outcome) -> None:
            resource.status = "UPDATE_COMPLETE" if outcome.ok else "UPDATE_FAILED"
            if outcome.ok:
                if outcome.physical_id != known.physical_id:
                    self.leftovers.append((logical_id, known))
                resource.version = Version(outcome.physical_id, before.properties, outcome.attributes)
                resource.touched = False
                self.changed()
            finished(outcome.ok)

        self._ask_update(resource, known, before.properties, ended)

    def delete_one(self, logical_id: str, finished: Finished) -> None:
        """Delete a resource, unless that succeeded before."""
        resource = self.resources[logical_id]
        if resource.status == "DELETE_COMPLETE" or resource.version is None:
            finished(True)
            return

        def ended(outcome: Outcome) -> None:
            resource.status = "DELETE_COMPLETE" if outcome.ok else "DELETE_FAILED"
            finished(outcome.ok)

        resource.status = "DELETE_IN_PROGRESS"
        self.ask_delete(resource, resource.version, ended)

    def ask_delete(self, resource: Resource, version: Version, ended: Callable[[Outcome], None]) -> None:
        """Send the Delete of one version of a resource."""
        if not version.physical_id:
            ended(Outcome(True, "answered"))  # nothing was ever asked for
            return
        self._requests.ask(
            "Delete",
            self.stack_id,
            resource,
            ended,
            PhysicalResourceId=version.physical_id,
            ResourceProperties=version.properties,
        )

    def outputs_are_there(self) -> bool:
        """Whether every attribute that an output of the stack reads was answered."""
        outputs = [GetAtt(name, output) for name in self.template for output in kind_of(name).outputs]
        attributes = {name: r.version.attributes for name, r in self.resources.items() if r.version is not None}
        try:
            resolved(outputs, attributes)
        except MissingAttributeError:
            return False
        return True

    def end_what_is_in_flight(self, reason: str) -> None:
        """Wait for no answer any more."""
        for resource in self.resources.values():
            if resource.end is not None:
                resource.end(Outcome(False, "cancelled", reason=reason))

    def _properties(self, logical_id: str) -> Properties:
        attributes = {name: r.version.attributes for name, r in self.resources.items() if r.version is not None}
        properties: Properties = resolved(self.template[logical_id], attributes)
        return properties
