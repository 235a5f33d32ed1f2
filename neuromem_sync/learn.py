"""What a workspace has to learn now: the index's entries, through consolidation, against what its people said.

Ranks nothing itself and writes nothing.
"""

from __future__ import annotations

import sqlite3

from neuromem_sync.config import Consolidate
from neuromem_sync.consolidate import Limits, consolidate
from neuromem_sync.index import entries_of
from neuromem_sync.managed import Managed, said_by_people
from neuromem_sync.promotion import Consolidation
from neuromem_sync.sqlite import read


def learn(connection: sqlite3.Connection, place: Managed, given: Consolidate) -> Consolidation:
    """What belongs into the region of `place`, as of the index."""
    known = place.known(read(connection, said_by_people()))
    keys = [key for (key,) in connection.execute("SELECT key FROM entries ORDER BY key")]
    entries = read(connection, entries_of(keys))
    return consolidate(entries.values(), known, Limits(items=given.items, tokens=given.tokens))
