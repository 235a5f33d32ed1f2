"""Parses the next version of a document from its last one, unit by unit around what changed.

Knows units and their places only; a document that cannot be continued is parsed whole.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace

from neuromem_sync.model import LARGEST
from neuromem_sync.parsers.document import Document, Parsed, Unit
from neuromem_sync.parsers.reading import parse, unreadable, zone_in
from neuromem_sync.parsers.regions import Regions, marked
from neuromem_sync.parsers.shapes import SHAPES
from neuromem_sync.parsers.walk import LOOKAHEAD, Walk


def reparse(previous: Parsed, data: bytes) -> Parsed:
    """Equal to `parse` of the new bytes."""
    old = previous.document.data
    document = replace(previous.document, data=data)
    if data == old:
        return previous
    return _continued(previous, document) or parse(document)


def _continued(previous: Parsed, document: Document) -> Parsed | None:
    """None where only a full parse is right: another frame, marks of regions, text that cannot be read."""
    old, data, frame = previous.document.data, document.data, previous.frame
    if frame is None or not previous.starts or len(data) > LARGEST or zone_in(document) != frame.zone:
        return None
    same = prefix(old, data)
    top = previous.starts[0]
    if same <= top or (data[top - 1 : top] != b"\n" and data.startswith(b"---", top)):
        return None
    tail = suffix(old, data, same)
    first = max(0, bisect_right(previous.starts, same) - 1 - LOOKAHEAD)
    begin, line = previous.starts[first], previous.lines[first]
    stop = data.find(b"\n", len(data) - tail)
    touched = data[begin : len(data) if stop < 0 else stop + 1]
    if marked(touched) or unreadable(touched, document.path, line):
        return None
    walk = Walk(document, SHAPES[document.route], frame, Regions())
    grown = len(data) - len(old)
    fresh: list[Unit] = []
    last = len(previous.starts)
    for unit in walk.units(begin, line, previous.units[first].above):
        met = _meets(previous, unit, len(old) - tail, grown)
        if met is not None and fresh:
            last = met
            break
        fresh.append(unit)
    return _joined(previous, document, first, fresh, last, grown)


def _meets(previous: Parsed, unit: Unit, unchanged: int, grown: int) -> int | None:
    """The old unit that this one is, if everything from its start on is as it was."""
    start = unit.start - grown
    if start < unchanged:
        return None
    at = bisect_left(previous.starts, start)
    if at < len(previous.starts) and previous.starts[at] == start and previous.units[at].above == unit.above:
        return at
    return None


def _joined(previous: Parsed, document: Document, first: int, fresh: list[Unit], last: int, grown: int) -> Parsed:
    """Units before the change, the new ones, and those behind it at their new places."""
    starts, lines = previous.starts, previous.lines
    down = 0
    if last < len(starts):
        end = starts[last] + grown
        begin = fresh[-1].start
        down = fresh[-1].line + document.data.count(b"\n", begin, end) - lines[last]
    return Parsed(
        document,
        previous.head,
        previous.frame,
        [*previous.units[:first], *fresh, *previous.units[last:]],
        [*starts[:first], *(unit.start for unit in fresh), *_shifted(starts[last:], grown)],
        [*lines[:first], *(unit.line for unit in fresh), *_shifted(lines[last:], down)],
    )


def _shifted(places: list[int], by: int) -> list[int]:
    return [place + by for place in places] if by else places


def prefix(a: bytes, b: bytes) -> int:
    """How many bytes two texts begin with alike, by halving."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def suffix(a: bytes, b: bytes, taken: int) -> int:
    """How many bytes they end with alike, beyond the first `taken`."""
    low, high = 0, min(len(a), len(b)) - taken
    while low < high:
        middle = (low + high + 1) // 2
        if a[len(a) - middle : len(a) - low] == b[len(b) - middle : len(b) - low]:
            low = middle
        else:
            high = middle - 1
    return low
