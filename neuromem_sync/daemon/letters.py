"""What letters are about: the entries as they are in the index now, for a server to be told. Tells none itself."""

from __future__ import annotations

from collections.abc import Sequence

from neuromem_sync import index
from neuromem_sync.layers.projection import Projected
from neuromem_sync.outbox import Letter
from neuromem_sync.sqlite import Reading


def projected(letters: Sequence[Letter]) -> Reading[list[Projected]]:
    """The entries of letters, all of one moment."""
    there = yield from index.entries_named([letter.id for letter in letters])
    rows = []
    for letter in letters:
        key, entry = there.get(letter.id, (0, None))
        rows.append(Projected(id=letter.id, version=letter.generation, entry=entry, key=key))
    return rows
