"""The promotion lock's table: one item, written only over the version that was read."""

from collections.abc import Callable
from dataclasses import replace

from lambdas.gateways.promotion_lock_table import LockItem
from lambdas.gateways.registry_table import StaleVersionError


class FakeLockTable:
    """Has the methods of `PromotionLockTable`; `interruptions` run one by one, each just before a write."""

    def __init__(self) -> None:
        self.item = LockItem()
        self.interruptions: list[Callable[[], object]] = []

    def read(self) -> LockItem:
        """The lock."""
        return self.item

    def write(self, lock: LockItem) -> None:
        """Over the version that it has."""
        if self.interruptions:
            self.interruptions.pop(0)()
        if lock.version != self.item.version:
            raise StaleVersionError("somebody else took or gave back the promotion lock")
        self.item = replace(lock, version=lock.version + 1)
