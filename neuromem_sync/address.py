"""What a person names entries by: an id or how it begins, a line `path:line`, or a document.

Reads the index and no file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from neuromem_sync import index
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.model import Entry
from neuromem_sync.sqlite import Reading
from neuromem_sync.workspace import SUFFIXES

SHORTEST = 4
"""Hex digits of an id that name it, at least."""
_ID = re.compile(rf"[0-9a-f]{{{SHORTEST},}}")
PLACE = re.compile(r"(?P<path>.+):(?P<line>[1-9][0-9]{0,8})", re.DOTALL)
_ON_LINE = """SELECT key FROM entries JOIN documents ON documents.id = document
WHERE path = ? AND line <= ? AND end_line >= ? ORDER BY start"""
_IN_DOCUMENT = "SELECT key FROM entries JOIN documents ON documents.id = document WHERE path = ? ORDER BY start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Either `id` (how it begins) or `path` from the root; `line` is 1-based, None for a whole document."""

    id: str = ""
    path: str = ""
    line: int | None = None


def address(root: Path, word: str) -> Address:
    """What a word names. Raises WorkspaceError for one that is none of the three, or leads out of the root."""
    place = PLACE.fullmatch(word)
    if place:
        return Address(path=inside(root, place["path"]), line=int(place["line"]))
    if _ID.fullmatch(word):
        return Address(id=word)
    if word.lower().endswith(SUFFIXES):
        return Address(path=inside(root, word))
    raise WorkspaceError(f"{word!r} is neither an id nor a place", "name it as recall shows it: path:line")


def entries_at(named: Address) -> Reading[dict[int, Entry]]:
    """The entries by key, in the order of their document; of a line all that it belongs to.

    Raises WorkspaceError if more than one id begins so.
    """
    if named.id:
        return (yield from _with_id(named.id))
    if named.line is None:
        rows = yield _IN_DOCUMENT, (named.path,)
    else:
        rows = yield _ON_LINE, (named.path, named.line, named.line)
    keys = [key for (key,) in rows]
    found = yield from index.entries_of(keys)
    return {key: found[key] for key in keys}


def inside(root: Path, path: str) -> str:
    """A path from the root; raises WorkspaceError if it leads out of it."""
    given = PurePosixPath(path)
    if given.is_absolute() and given.is_relative_to(root):
        given = given.relative_to(root)
    if given.is_absolute() or ".." in given.parts:
        raise WorkspaceError(f"{path} is not in the workspace", f"write it from {root} on")
    return str(given)


def _with_id(start: str) -> Reading[dict[int, Entry]]:
    rows = yield "SELECT key, id FROM entries WHERE id >= ? AND id < ? || 'g' ORDER BY id", (start, start)
    if len(rows) > 1:
        known = ", ".join(each for _, each in rows[:5])
        raise WorkspaceError(f"{len(rows)} ids begin with {start}", f"write more of it: {known}")
    return (yield from index.entries_of([key for key, _ in rows]))
