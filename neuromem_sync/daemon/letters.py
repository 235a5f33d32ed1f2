"""What letters are about, the entries as they are in the index now, and what became of them. Tells no server itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neuromem_sync import index
from neuromem_sync.layers.projection import Projected
from neuromem_sync.outbox import Lag, Letter
from neuromem_sync.sqlite import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """How many entries a server was told of, how much it has yet to be told, why it was not all ("" if it was), and
    what to do about that.
    """

    store: str
    told: int
    lag: Lag
    reason: str = ""
    hint: str = ""


def projected(letters: Sequence[Letter]) -> Reading[list[Projected]]:
    """The entries of letters, all of one moment."""
    there = yield from index.entries_named([letter.id for letter in letters])
    rows = []
    for letter in letters:
        key, entry = there.get(letter.id, (0, None))
        rows.append(Projected(id=letter.id, version=letter.generation, entry=entry, key=key))
    return rows
