"""All that is known of an entry: what its file gives, and what became of it in the layers.

Changes nothing, and counts as no recall.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from neuromem_sync.address import Address, entries_at
from neuromem_sync.answer import Doors
from neuromem_sync.layers.base import Heat, faded
from neuromem_sync.model import Entry
from neuromem_sync.query import Freshness
from neuromem_sync.sqlite import Reading, one

_NEAREST = """SELECT line FROM entries JOIN documents ON documents.id = document
WHERE path = ? ORDER BY min(abs(line - ?), abs(end_line - ?)), line LIMIT 1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """`working`: why it is in working memory, "" if it is not. `faded`: archived, or superseded if it is a decision.

    `heat` is None for an entry that was never recalled.
    """

    entry: Entry
    working: str
    faded: bool
    heat: Heat | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The entries named, in the order of their document.

    Of none: `nearest` is the nearest line that begins one, and `alike` a document that may be meant, "" if none may.
    """

    entries: tuple[Particulars, ...]
    nearest: int | None
    alike: str
    freshness: Freshness


async def show(doors: Doors, named: Address) -> Shown:
    """What an address names. Raises WorkspaceError if more than one id begins so."""
    freshness = await doors.prove()
    found = await doors.read(entries_at(named))
    working = await doors.working()
    past = await doors.read(faded(doors.layers, found))
    heat = await doors.heat([entry.id for entry in found.values()])
    nearest = None if found or named.line is None else await doors.read(_nearest(named.path, named.line))
    alike = "" if found or named.id or nearest else await doors.read(_alike(named.path))
    return Shown(entries=_each(found, working, past, heat), nearest=nearest, alike=alike, freshness=freshness)


def _each(
    found: Mapping[int, Entry], working: Mapping[int, str], past: Collection[int], heat: Mapping[str, Heat]
) -> tuple[Particulars, ...]:
    return tuple(
        Particulars(entry=entry, working=working.get(key, ""), faded=key in past, heat=heat.get(entry.id))
        for key, entry in found.items()
    )


def _nearest(path: str, line: int) -> Reading[int | None]:
    found: int | None = yield from one(_NEAREST, path, line, line)
    return found


def _alike(path: str) -> Reading[str]:
    """A document of that name in another folder, else one spelled nearly so."""
    from difflib import get_close_matches

    paths = sorted(found for (found,) in (yield "SELECT path FROM documents", ()))
    named = path.rpartition("/")[2].casefold()
    same = (each for each in paths if each.rpartition("/")[2].casefold() == named)
    return next(same, None) or next(iter(get_close_matches(path, paths, 1, 0.7)), "")
