"""What the machine needs for the bare work, or a stock tool for all of it: every measure is told beside one of these.

Uses nothing of ours but the workspace that was made.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path


def files_below(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        for one in found:
            if one.is_dir(follow_symlinks=False):
                yield from files_below(one.path)
            else:
                yield one


def stat_sweep(root: Path) -> int:
    """Look at every file's state."""
    return sum(one.stat(follow_symlinks=False).st_size for one in files_below(str(root)))


def read_and_hash(root: Path) -> int:
    """Read every byte once."""
    return sum(len(blake2b(Path(one.path).read_bytes(), digest_size=16).digest()) for one in files_below(str(root)))


class StockSearch:
    """Every paragraph of the workspace in SQLite's full-text search as it comes."""

    def __init__(self, root: Path, place: Path) -> None:
        self._connection = sqlite3.connect(place)
        self._connection.execute("CREATE VIRTUAL TABLE paragraphs USING fts5(path UNINDEXED, line UNINDEXED, text)")
        with self._connection:
            self._connection.executemany("INSERT INTO paragraphs VALUES (?, ?, ?)", _paragraphs(root))

    def best(self, query: str, operator: str) -> list[tuple[str, int]]:
        """The ten best places by its own ranking; `operator` is AND (its default) or OR."""
        asked = f" {operator} ".join(f'"{word}"' for word in query.split())
        return self._connection.execute(
            "SELECT path, line FROM paragraphs WHERE paragraphs MATCH ? ORDER BY rank LIMIT 10", (asked,)
        ).fetchall()

    def close(self) -> None:
        self._connection.close()


def _paragraphs(root: Path) -> Iterator[tuple[str, int, str]]:
    for one in files_below(str(root)):
        line = 1
        for paragraph in Path(one.path).read_text(encoding="utf-8").split("\n\n"):
            yield os.path.relpath(one.path, root), line, paragraph
            line += paragraph.count("\n") + 2


def grep(root: Path, word: str) -> str:
    """Search without an index."""
    found = subprocess.run(["grep", "-rnF", word, str(root)], capture_output=True, text=True, check=False)
    return found.stdout


def hit_rate(found: Sequence[bool]) -> float:
    return sum(found) / len(found)
