"""What a daemon may say of itself: fresh, verifying, or degraded and why. Pure."""

from __future__ import annotations

from neuromem_sync.query import Freshness, State


class Standing:
    """Doubts by the part that has them; while there is one, no query is told that the index is fresh."""

    def __init__(self) -> None:
        self.generation = 0
        self.scanned = ""
        self._doubts: dict[str, str] = {}
        self._proved = False

    def doubt(self, part: str, reason: str) -> None:
        self._doubts[part] = reason

    def trust(self, part: str) -> None:
        self._doubts.pop(part, None)

    def doubts(self, part: str) -> bool:
        return part in self._doubts

    @property
    def trusted(self) -> bool:
        return not self._doubts

    def unproved(self) -> None:
        """Events may have been lost: only a full look can tell."""
        self._proved = False

    def proved(self, at: str) -> None:
        """A full look was taken, which ended at that moment, and nothing was lost since it began."""
        self._proved, self.scanned = True, at

    def freshness(self, as_of: str) -> Freshness:
        """The standing at the moment `as_of`."""
        sound = State.FRESH if self._proved else State.VERIFYING
        state = State.DEGRADED if self._doubts else sound
        return Freshness(state=state, generation=self.generation, as_of=as_of, reason="; ".join(self._doubts.values()))
