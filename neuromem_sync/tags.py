"""The tags of a memory: how many entries have each, and when it was last used.

Folds nothing: the parsers did.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from neuromem_sync.answer import Doors
from neuromem_sync.query import Freshness
from neuromem_sync.sqlite import Reading, Row

# `at` is that of the row with the largest instant: SQLite's rule for a bare column beside max().
_TAGGED = """SELECT json_extract(extra, '$.tags') AS tags, count(*), max(instant), at FROM entries
WHERE instr(extra, '"tags":') GROUP BY tags HAVING tags IS NOT NULL"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """`entries` have this tag or one below it, `own` this very tag. `last` is the latest `at`, None: undated."""

    name: str
    entries: int
    own: int
    last: str | None

    @property
    def depth(self) -> int:
        return self.name.count("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """Every tag is followed by those below it; beside each other, the most used is first."""

    tags: tuple[Tag, ...]
    freshness: Freshness


async def tags(doors: Doors, *, prefix: str = "") -> Tags:
    """The tags that begin with `prefix`, given with or without its `#`."""
    freshness = await doors.prove()
    start = prefix.removeprefix("#").casefold()
    found = {tag.name: tag for tag in await doors.read(counted())}
    ordered = sorted(found.values(), key=lambda tag: _place(tag, found))
    return Tags(tags=tuple(tag for tag in ordered if tag.name.startswith(start)), freshness=freshness)


def _place(tag: Tag, found: dict[str, Tag]) -> list[tuple[int, str]]:
    return [(-found[name].entries, name) for name in _upward(tag.name)]


def counted() -> Reading[list[Tag]]:
    """Every tag, and every tag above one, in no order that means anything."""
    rows = yield _TAGGED, ()
    counts: dict[str, _Count] = {}
    for tags, number, instant, at in rows:
        own = set(json.loads(tags))
        for name in sorted({above for tag in own for above in _upward(tag)}):
            counts.setdefault(name, _Count()).add((number, instant, at), own=name in own)
    return [Tag(name=name, entries=each.entries, own=each.own, last=each.last) for name, each in counts.items()]


def _upward(tag: str) -> Iterator[str]:
    """`a`, `a/b`, `a/b/c` of `a/b/c`."""
    parts = tag.split("/")
    return ("/".join(parts[:end]) for end in range(1, len(parts) + 1))


class _Count:
    def __init__(self) -> None:
        self.entries = self.own = 0
        self.last: str | None = None
        self._instant = float("-inf")

    def add(self, row: Row, *, own: bool) -> None:
        number, instant, at = row
        self.entries += number
        self.own += number if own else 0
        if instant is not None and instant > self._instant:
            self._instant, self.last = instant, at
