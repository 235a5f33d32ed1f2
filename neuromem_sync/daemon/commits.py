"""Notice that somebody committed to a database. Says neither who nor what."""

from __future__ import annotations

from pathlib import Path

from neuromem_sync.sqlite import connect


class Commits:
    """Commits to the database at `path` since the last `settle`, by any other connection."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path, readonly=True)
        self._version = self._read()

    def moved(self) -> bool:
        return self._read() != self._version

    def settle(self) -> None:
        self._version = self._read()

    def close(self) -> None:
        self._connection.close()

    def _read(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
