"""What consolidation learns of a workspace: the one place where these benchmarks meet it.

Scores nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from neuromem_sync import app, index
from neuromem_sync.clock import SystemClock
from neuromem_sync.config import Settings
from neuromem_sync.model import Entry, Origin, Route
from neuromem_sync.promotion import Known, NearMiss
from neuromem_sync.sqlite import connect, read
from neuromem_sync.workspace import Workspace, route

STATED = frozenset({Route.MEMORY, Route.PROFILE})


@dataclass(frozen=True, slots=True)
class Learned:
    """The items, and for whoever asks why: what was held back, by which gate, how often."""

    items: tuple[str, ...]
    nearest: tuple[NearMiss, ...]
    held_back: Mapping[str, int]


def learned(root: Path) -> Learned:
    """Index a workspace from nothing and consolidate it."""
    from neuromem_sync.consolidate import consolidate

    entries = indexed(root)
    chosen = consolidate(entries, Known(lines=tuple(entry.text for entry in entries if _is_stated(entry))))
    return Learned(tuple(each.text for each in chosen.promotions), chosen.nearest, chosen.held_back)


def _is_stated(entry: Entry) -> bool:
    """Whether its people wrote it where it need not be learned any more."""
    return route(entry.source.path) in STATED and entry.origin is not Origin.NEUROMEM


def indexed(root: Path) -> list[Entry]:
    """Every entry of a workspace, in the order of files and lines."""
    with tempfile.TemporaryDirectory(prefix="neuromem-lives-") as state:
        workspace = Workspace.at(root, state_home=Path(state), agent="ava")
        with closing(app.engine(workspace, Settings(), SystemClock())) as engine:
            engine.cycle()
        with closing(connect(workspace.state / "index.db", readonly=True)) as connection:
            keys = [key for (key,) in connection.execute("SELECT key FROM entries")]
            found = read(connection, index.entries_of(keys)).values()
    return sorted(found, key=lambda entry: (entry.source.path, entry.source.span.start))
