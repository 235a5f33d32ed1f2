"""What consolidation learns of a workspace: the one place where these benchmarks meet it.

Scores nothing.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

from neuromem_sync import app, index
from neuromem_sync.clock import SystemClock
from neuromem_sync.config import Settings
from neuromem_sync.model import Entry, Origin, Route
from neuromem_sync.promotion import Consolidation, Known
from neuromem_sync.sqlite import connect, read
from neuromem_sync.workspace import Workspace, route

STATED = frozenset({Route.MEMORY, Route.PROFILE})


def learned(root: Path) -> Consolidation:
    """Index a workspace from nothing and consolidate it."""
    from neuromem_sync.consolidate import consolidate

    entries = indexed(root)
    lines = tuple(
        entry.text for entry in entries if route(entry.source.path) in STATED and entry.origin is not Origin.NEUROMEM
    )
    return consolidate(entries, Known(lines=lines))


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
