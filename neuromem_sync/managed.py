"""Which MEMORY.md of a workspace is ours to write into, and what need not be learned because its people said it.

Reads; writes nothing and makes no region.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote

from neuromem_sync.errors import WorkspaceError, WriteConflict
from neuromem_sync.files import Content, Unreadable, stable_read
from neuromem_sync.item import plain
from neuromem_sync.journal import Journal
from neuromem_sync.model import Origin, Route
from neuromem_sync.neutral import neutral
from neuromem_sync.promotion import Known
from neuromem_sync.region import Region, find, is_like, people
from neuromem_sync.signature import sig
from neuromem_sync.sqlite import Reading, read

PATHS = ("mind/MEMORY.md", "MEMORY.md")
_TOMB = re.compile(rb"(?P<sig>\b[0-9a-f]{10}):(?P<fingerprint>[0-9a-f]{16}\b)")


class Unmanaged(WorkspaceError):  # noqa: N818
    """There is no file, or no region in it, to write what was learned into."""

    code = "unmanaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """The file that has our region, or is to get one: its path from the root, and its bytes.

    `region` is None where there is none yet, and where its bounds are in doubt: then `fault` says why.
    """

    path: str
    data: bytes
    region: Region | None
    fault: WriteConflict | None = None

    def known(self, lines: Sequence[str]) -> Known:
        """What need not be learned: these `lines`, which the index says people wrote, and what they deleted here.

        Where the region is in doubt, all of the file is known, and what its end marker says was deleted is.
        """
        if self.region is not None:
            return Known(lines=tuple(lines), deleted=self.region.deleted)
        if self.fault is None:
            return Known(lines=tuple(lines))
        tombs = {each["sig"].decode(): int(each["fingerprint"], 16) for each in _TOMB.finditer(self.data)}

        def deleted(text: str) -> bool:
            return sig(neutral(text)) in tombs or is_like(text, tombs.values())

        return Known(lines=(*people(self.data), *lines), deleted=deleted)


def managed(connection: sqlite3.Connection, root: Path, journal: Journal, *, adopt: bool = False) -> Managed:
    """The first MEMORY.md of the index that has our region; with `adopt` and none that has, the first of all.

    Raises Unmanaged if there is none, WriteConflict if one cannot be read.
    """
    paths = read(connection, _documents())
    found = [_read(root, path, journal) for path in sorted(paths, key=_rank)]
    chosen = next((each for each in found if each and (each.region or each.fault)), None)
    if chosen is None and adopt:
        chosen = next((each for each in found if each), None)
    if chosen is None:
        raise _missing(root, found)
    return chosen


def said_by_people() -> Reading[list[str]]:
    """Lines that people wrote in MEMORY.md and the profile: what is always read need not be learned."""
    rows = yield (
        """SELECT text FROM entries JOIN documents ON documents.id = document
        WHERE route IN (?, ?) AND origin = ? ORDER BY path, start""",
        (Route.PROFILE, Route.MEMORY, Origin.OWNER),
    )
    return [said for (text,) in rows for line in text.splitlines() if (said := plain(line))]


def _documents() -> Reading[list[str]]:
    rows = yield "SELECT path FROM documents WHERE route = ?", (Route.MEMORY,)
    return [path for (path,) in rows]


def _read(root: Path, path: str, journal: Journal) -> Managed | None:
    content = stable_read(root, path)
    if isinstance(content, Unreadable):
        raise WriteConflict(f"{path} cannot be read: {content.reason}", "make it readable")
    if not isinstance(content, Content):
        return None
    try:
        region = find(content.data, path=path)
    except WriteConflict as fault:
        return Managed(path=path, data=content.data, region=None, fault=fault)
    if region is not None:
        region = replace(region, base=journal.base(path, region.body)).recalling(journal.tombs(path))
    return Managed(path=path, data=content.data, region=region)


def _rank(path: str) -> tuple[bool, str]:
    return not path.lower().startswith("mind/"), path


def _missing(root: Path, found: Sequence[Managed | None]) -> Unmanaged:
    here = next((each for each in found if each), None)
    adopt = f"neuromem groom {quote(str(root))} --adopt"
    if here is None:
        return _unread(root) or Unmanaged(
            "there is no MEMORY.md to write into",
            f"begin one: touch {quote(str(root / 'MEMORY.md'))}, then: {adopt}",
        )
    return Unmanaged(f"{here.path} has no region of ours", f"to make one at its end: {adopt}")


def _unread(root: Path) -> Unmanaged | None:
    """Why a MEMORY.md that stands there is none of the index."""
    for path in PATHS:
        place = root / path
        if place.is_symlink() or place.resolve() != root.resolve() / path:
            return Unmanaged(f"{path} is reached by a link: none is followed", "put the file itself in its place")
        if place.exists() and not place.is_file():
            return Unmanaged(f"{path} is no file", f"move it away, then: neuromem init {quote(str(root))}")
        if place.exists():
            return Unmanaged(f"{path} is ignored", "take it out of .neuromemignore")
    return None
