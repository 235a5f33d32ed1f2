"""Stretches that are not parsed like the rest: private lines, other tools' blocks, our marker lines, conflicts.

Finds them by their marks alone and cuts whole lines; sections that are private as a whole are left out by walk.py.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

# Privacy is read generously: a mark that is a little wrong hides too much rather than nothing.
PRIVATE_SECTION = re.compile(rb"<!--\s*neuromem:[ \t]*private\b", re.I)

_MARKS = (b"<private", b"< private", b"<\tprivate", b"neuromem:", b"openclaw:dreaming", b"<claude-mem", b"<<<<<<<")
_PRIVATE = re.compile(rb"<(?!(?<=`<)[^<>`\n]*>`)[ \t]?(?P<end>/?)[ \t]?private(?:[ \t][^<>\n]*)?>", re.I)
_FOREIGN = re.compile(
    rb"<!--[ \t]*(?P<name>openclaw:dreaming:[\w:.-]*?):(?:start|(?P<stop>end))[ \t]*-->"
    rb"|(?<!`)<(?P<end>/?)claude-mem-context>"
)
_OWN = re.compile(rb"^[ \t]*<!--[ \t]*neuromem:(?:begin|(?P<end>end))[ \t]+(?P<name>[\w.-]+)[^\n]*", re.M)
_CONFLICT = re.compile(rb"^(?:(?P<ours><{7})|(?P<middle>={7}|\|{7})|>{7})(?:[ \t][^\n]*)?\r?$", re.M)

Range = tuple[int, int]


@dataclass(slots=True)
class Regions:
    """Half-open byte ranges of whole lines, in order and disjoint. `faults` are (byte, code, message, hint).

    `private`: some section says that it is private.
    """

    cuts: list[Range] = field(default_factory=list)
    conflicts: list[Range] = field(default_factory=list)
    faults: list[tuple[int, str, str, str]] = field(default_factory=list)
    private: bool = False


def within(at: int, ranges: list[Range]) -> bool:
    """Whether a byte lies in one of these ranges."""
    before = bisect_right(ranges, at, key=_start) - 1
    return before >= 0 and at < ranges[before][1]


def crossing(start: int, end: int, ranges: list[Range]) -> Iterator[Range]:
    """Those that share a byte with `start:end`."""
    at = bisect_right(ranges, start, key=_end)
    while at < len(ranges) and ranges[at][0] < end:
        yield ranges[at]
        at += 1


def _start(found: Range) -> int:
    return found[0]


def _end(found: Range) -> int:
    return found[1]


def marked(data: bytes) -> bool:
    """Whether there can be any such stretch; a document without is parsed unit by unit."""
    lowered = data.lower()
    return any(mark in lowered for mark in _MARKS)


def find(data: bytes) -> Regions:
    """Every stretch of the document."""
    regions = Regions(private=PRIVATE_SECTION.search(data) is not None)
    _private(data, regions)
    _foreign(data, regions)
    _own(data, regions)
    _conflicts(data, regions)
    regions.cuts = list(_joined(sorted(regions.cuts)))
    regions.faults.sort()
    return regions


def _joined(ranges: list[Range]) -> Iterator[Range]:
    for at, (start, end) in enumerate(ranges):
        if at == 0:
            held = (start, end)
        elif start <= held[1]:
            held = (held[0], max(end, held[1]))
        else:
            yield held
            held = (start, end)
    if ranges:
        yield held


def _lines(data: bytes, start: int, end: int) -> Range:
    """The whole lines that hold `start:end`."""
    stop = data.find(b"\n", max(end - 1, start))
    return data.rfind(b"\n", 0, start) + 1, len(data) if stop < 0 else stop + 1


def _private(data: bytes, regions: Regions) -> None:
    """Left open, privacy lasts to the end: the safe side. What was opened twice is closed twice."""
    opened, depth = 0, 0
    for mark in _PRIVATE.finditer(data):
        if not mark["end"]:
            opened = opened if depth else mark.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                regions.cuts.append(_lines(data, opened, mark.end()))
    if depth:
        regions.cuts.append(_lines(data, opened, len(data)))
        message = "<private> is never closed: all below it is left out"
        regions.faults.append((opened, "private", message, "write </private> where it ends"))


def _foreign(data: bytes, regions: Regions) -> None:
    """Left open, another tool's block hides nothing: what people wrote below it must be found."""
    opened: dict[bytes | None, int] = {}
    for mark in _FOREIGN.finditer(data):
        if not (mark["stop"] or mark["end"]):
            opened.setdefault(mark["name"], mark.start())
        elif mark["name"] in opened:
            regions.cuts.append(_lines(data, opened[mark["name"]], mark.end()))
            opened = {}


def _own(data: bytes, regions: Regions) -> None:
    """Our marker lines are cut; what stands between them is read like the rest."""
    begun: re.Match[bytes] | None = None
    for mark in _OWN.finditer(data):
        regions.cuts.append(_lines(data, mark.start(), mark.end()))
        if mark["end"] and begun and begun["name"] == mark["name"]:
            begun = None
            continue
        _broken(begun, regions)
        begun = None if mark["end"] else mark
        _broken(mark if mark["end"] else None, regions)
    _broken(begun, regions)


def _broken(mark: re.Match[bytes] | None, regions: Regions) -> None:
    if mark:
        message = "one of the two lines that mark our region has lost the other"
        regions.faults.append((mark.start(), "region", message, "put the other back, or run: neuromem undo"))


def _conflicts(data: bytes, regions: Regions) -> None:
    """Both sides stay; the marker lines are cut, or `=======` would make a heading of the line above it."""
    marks: list[re.Match[bytes]] = []
    for mark in _CONFLICT.finditer(data):
        if mark["ours"]:
            marks = [mark]
        elif mark["middle"] and marks:
            marks.append(mark)
        elif len(marks) > 1:
            start = marks[0].start()
            regions.conflicts.append((start, mark.end()))
            regions.cuts.extend(_lines(data, one.start(), one.end()) for one in (*marks, mark))
            message = "a merge conflict is not resolved: both sides are indexed"
            regions.faults.append((start, "conflict", message, "keep one side and delete the marker lines"))
            marks = []
