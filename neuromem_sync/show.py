"""All that is known of an entry: what its file gives, and what became of it in the layers.

Changes nothing, and counts as no recall.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from neuromem_sync.address import Address, entries_at
from neuromem_sync.answer import Doors
from neuromem_sync.layers.base import Heat, TextLayer
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
    """The entries named, in the order of their document; `nearest`: of no entry, the nearest line that begins one."""

    entries: tuple[Particulars, ...]
    nearest: int | None
    freshness: Freshness


async def show(doors: Doors, named: Address) -> Shown:
    """What an address names. Raises WorkspaceError if more than one id begins so."""
    freshness = await doors.prove()
    found = await doors.read(entries_at(named))
    working = await doors.working()
    faded = await doors.read(_faded(doors.layers, found))
    heat = await doors.heat([entry.id for entry in found.values()])
    nearest = None if found or named.line is None else await doors.read(_nearest(named.path, named.line))
    return Shown(entries=_each(found, working, faded, heat), nearest=nearest, freshness=freshness)


def _each(
    found: Mapping[int, Entry], working: Mapping[int, str], faded: Collection[int], heat: Mapping[str, Heat]
) -> tuple[Particulars, ...]:
    return tuple(
        Particulars(entry=entry, working=working.get(key, ""), faded=key in faded, heat=heat.get(entry.id))
        for key, entry in found.items()
    )


def _faded(layers: Sequence[TextLayer], keys: Collection[int]) -> Reading[set[int]]:
    faded: set[int] = set()
    for layer in layers:
        faded |= yield from layer.faded(keys)
    return faded


def _nearest(path: str, line: int) -> Reading[int | None]:
    found: int | None = yield from one(_NEAREST, path, line, line)
    return found
