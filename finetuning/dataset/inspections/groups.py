"""Things that belong together, found pair by pair."""

from array import array


class Groups:
    """Union-find over the places 0 to ``size`` - 1; 8 bytes each."""

    def __init__(self, size: int) -> None:
        self._parents = array("Q", range(size))

    def of(self, place: int) -> int:
        """Return the smallest place of the group that a place is in: the same for all of the group."""
        while self._parents[place] != place:
            self._parents[place] = self._parents[self._parents[place]]
            place = self._parents[place]
        return place

    def join(self, one: int, other: int) -> None:
        """Make the groups of two places one."""
        low, high = sorted((self.of(one), self.of(other)))
        self._parents[high] = low
