"""Where an item of the managed region comes from: the promotion it is, the parts of its score, the lines that say it.

Keeps no record: consolidation is a function of the files, so it is asked again.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from neuromem_sync.body import Body
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.item import Line
from neuromem_sync.managed import Managed
from neuromem_sync.model import Source
from neuromem_sync.neutral import neutral
from neuromem_sync.promotion import Consolidation, Promotion
from neuromem_sync.signature import sig
from neuromem_sync.sqlite import Reading, read

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A line that says it, and when (ISO 8601; None for undated). `text` is the line as the index has it."""

    path: str
    line: int
    at: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """An item at `path:line`. `edited`: a person worded it anew, added to it or put it back, so it stays.

    Without `evidence` nothing supports it any more.
    """

    path: str
    line: int
    text: str
    edited: bool
    section: str = ""
    score: float = 0.0
    parts: Mapping[str, float] = field(default_factory=lambda: dict[str, float]())
    evidence: tuple[Evidence, ...] = ()


def why(connection: sqlite3.Connection, place: Managed, number: int, learned: Consolidation) -> Why:
    """What is behind the item on line `number` (1-based) of the file. Raises WorkspaceError if there is none."""
    if place.fault:
        raise place.fault
    line = _line(place, number)
    if place.region is None or line is None or line.signed is None:
        raise WorkspaceError(f"{place.path}:{number} is no item of ours", example(place))
    free = Body(place.region, place.path, {}).free()
    found = Why(path=place.path, line=number, text=line.signed.text, edited=line.signed.sig not in free)
    promotion = next((each for each in learned.promotions if sig(neutral(each.text)) == line.signed.sig), None)
    return _supported(found, promotion, connection) if promotion else found


def example(place: Managed) -> str:
    """The first line that can be asked about, as a hint; or that there is none yet."""
    found = next((number for number, line in _numbered(place) if line.signed), None)
    if found is None:
        return "nothing was learned yet: groom writes what proved true"
    return f"what we wrote ends in <!-- nm:… -->, as {place.path}:{found} does"


def _line(place: Managed, number: int) -> Line | None:
    return dict(_numbered(place)).get(number)


def _numbered(place: Managed) -> Iterator[tuple[int, Line]]:
    """The lines of the region, each with its number (1-based) in the file."""
    if place.region is not None:
        yield from enumerate(place.region.lines, place.data.count(b"\n", 0, place.region.start) + 2)


def _supported(found: Why, promotion: Promotion, connection: sqlite3.Connection) -> Why:
    return replace(
        found,
        section=str(promotion.section),
        score=promotion.score,
        parts=promotion.why,
        evidence=tuple(read(connection, _evidence(each, promotion.text)) for each in promotion.evidence),
    )


def _evidence(source: Source, claim: str) -> Reading[Evidence]:
    """Of the lines of an entry that says it, the one that shares most words with the claim."""
    rows = yield (
        """SELECT at, line, text FROM entries JOIN documents ON documents.id = document
        WHERE path = ? AND start <= ? ORDER BY start DESC LIMIT 1""",
        (source.path, source.span.start),
    )
    at, first, text = rows[0] if rows else (None, source.span.line, "")
    lines = text.splitlines()[max(0, source.span.line - first) :] or [""]
    wanted = _words(claim)
    below = max(range(len(lines)), key=lambda at: len(wanted & _words(lines[at])))
    return Evidence(path=source.path, line=source.span.line + below, at=at, text=lines[below])


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
