"""Everything in Bedrock that carries our owner tags."""

from collections.abc import Iterator

from finetuning.lifecycle.observation import OwnedThing


class FakeInventory:
    """Has the methods of `InventoryGateway`."""

    def __init__(self) -> None:
        self.things: list[OwnedThing] = []

    def owned(self, project: str, environment: str) -> Iterator[OwnedThing]:
        """What a test put there."""
        yield from self.things
