"""Everything in Bedrock that carries our owner tags."""

from collections.abc import Collection, Iterator

from finetuning.lifecycle.observation import OwnedThing


class FakeInventory:
    """Has the methods of `InventoryGateway`."""

    def __init__(self) -> None:
        self.things: list[OwnedThing] = []

    def owned(self, project: str, environment: str, *, but: Collection[str] = ()) -> Iterator[OwnedThing]:
        """What a test put there."""
        yield from (thing for thing in self.things if thing.arn not in but)
