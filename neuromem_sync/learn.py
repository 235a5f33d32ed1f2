"""What a workspace has to learn now: claims and themes of the index, against what its people said.

Ranks nothing itself and writes nothing.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from neuromem_sync.choose import costs
from neuromem_sync.config import Consolidate
from neuromem_sync.consolidate import Limits, chosen
from neuromem_sync.harvest import Harvest
from neuromem_sync.managed import Managed, said_by_people
from neuromem_sync.promotion import Consolidation
from neuromem_sync.sqlite import read
from neuromem_sync.themes import themes


def learn(connection: sqlite3.Connection, state: Path, place: Managed, given: Consolidate) -> Consolidation:
    """What belongs into the region of `place`, as of the index; `state` is the folder that keeps the harvest."""
    known = place.known(read(connection, said_by_people()))
    with closing(Harvest(state)) as harvest:
        crop = harvest.gather(connection)
    learned = chosen(crop, known, Limits(items=given.items, tokens=given.tokens))
    kept = list(learned.promotions)
    for theme in read(connection, themes(known)):
        if len(kept) < given.items and sum(map(costs, (*kept, theme))) <= given.tokens:
            kept.append(theme)
    return replace(learned, promotions=tuple(kept))
