"""A document as the index has it: its entries on their own lines, redacted, and nothing that the index does not hold.

Reads no file. So a secret, a private section and whatever lies outside of the root cannot be in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from neuromem_sync.answer import Doors
from neuromem_sync.errors import NeuromemError
from neuromem_sync.index import entries_of
from neuromem_sync.model import Entry
from neuromem_sync.query import Freshness
from neuromem_sync.signature import unsigned
from neuromem_sync.sqlite import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Lines `first` to `last` of a document, 1-based and inclusive; lines that are no memory are empty."""

    path: str
    first: int
    last: int
    lines: tuple[str, ...]
    freshness: Freshness

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


async def page(doors: Doors, path: str, *, first: int = 1, last: int | None = None) -> Page:
    """A document, or the lines `first` to `last` of it. Raises NeuromemError for a path that is not indexed."""
    freshness = await doors.prove()
    entries = await doors.read(_entries(path))
    if entries is None:
        raise NeuromemError(f"{path}: no such document in the index", "take a path that recall gave")
    end = max((entry.source.span.end_line for entry in entries), default=0)
    last = end if last is None else min(last, end)
    placed = _placed(entries)
    lines = tuple(placed.get(number, "") for number in range(first, last + 1))
    return Page(path=path, first=first, last=last, lines=lines, freshness=freshness)


async def pages(doors: Doors, limit: int) -> tuple[str, ...]:
    """The paths of the documents that hold anything, those saved last first."""
    await doors.prove()
    return await doors.read(_latest(limit))


def _latest(limit: int) -> Reading[tuple[str, ...]]:
    rows = yield (
        "SELECT path FROM documents WHERE id IN (SELECT document FROM entries) ORDER BY mtime_ns DESC, path LIMIT ?",
        (limit,),
    )
    return tuple(path for (path,) in rows)


def _entries(path: str) -> Reading[list[Entry] | None]:
    rows = yield "SELECT id FROM documents WHERE path = ?", (path,)
    if not rows:
        return None
    keys = yield "SELECT key FROM entries WHERE document = ? ORDER BY start, key", (rows[0][0],)
    found = yield from entries_of([key for (key,) in keys])
    return sorted(found.values(), key=lambda entry: (entry.source.span.start, -entry.source.span.end))


def _placed(entries: list[Entry]) -> dict[int, str]:
    """Line → text. What lies within an entry above it stands there already."""
    placed: dict[int, str] = {}
    done = 0
    for entry in entries:
        span = entry.source.span
        if span.line > done:
            placed |= dict(enumerate(unsigned(entry.text).split("\n"), span.line))
            done = span.end_line
    return placed
