"""Cuts a document into sections at its headings (`#` in the first column), outside of fences, comments and cuts.

Knows nothing of what stands in a section. Every other block is closed by such a heading, so a section can be parsed
without what stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from neuromem_sync.parsers.regions import Range

_OPEN = re.compile(
    rb"\n(?:(?P<level>#{1,6})(?:[ \t]+(?P<title>[^\n]*))?(?=\r?(?:\n|\Z))"
    rb"|(?P<fence>`{3,}(?=[^`\n]*\r?(?:\n|\Z))|~{3,})"
    rb"|(?P<comment><!--)"
    rb"|<(?P<raw>pre|script|style|textarea)(?=[\s>]))"
)
_TRAILER = re.compile(r"(?:^|[ \t])#+[ \t]*$")


@dataclass(slots=True)
class Section:
    """Bytes `start:end`; the heading is on `line`, what is below it begins at `body`. Level 0 has no heading."""

    start: int
    body: int
    end: int
    line: int
    level: int
    title: str


def sections(data: bytes, start: int, line: int, cuts: list[Range]) -> Iterator[Section]:
    """Sections from `start`, a line's first byte, to the end of the document."""
    current = Section(start, start, start, line, 0, "")
    for at, level, title in _headings(data, start, cuts):
        if at > current.start:
            current.end = at
            yield current
        line = current.line + data.count(b"\n", current.start, at)
        stop = data.find(b"\n", at)
        current = Section(at, len(data) if stop < 0 else stop + 1, at, line, level, title)
    current.end = len(data)
    yield current


def _headings(data: bytes, start: int, cuts: list[Range]) -> Iterator[tuple[int, int, str]]:
    """First byte, level and title of each heading. The search wants a line ending before the first line too."""
    buffer, base = (data, 0) if data[start - 1 : start] == b"\n" else (b"\n" + data[start:], start - 1)
    at, next_cut = start - 1 - base, 0
    while found := _OPEN.search(buffer, at):
        first = found.start() + 1 + base
        while next_cut < len(cuts) and cuts[next_cut][1] <= first:
            next_cut += 1
        if next_cut < len(cuts) and cuts[next_cut][0] <= first:
            at = cuts[next_cut][1] - 1 - base
        elif found["level"]:
            yield first, len(found["level"]), _title(found["title"])
            at = found.end()
        else:
            at = _closed(buffer, found)


def _title(written: bytes | None) -> str:
    title = written.decode().strip() if written else ""
    return _TRAILER.sub("", title).strip() if title.endswith("#") else title


def _closed(buffer: bytes, found: re.Match[bytes]) -> int:
    """Where a block that may hold lines like headings ends; the end of the document if it is never closed."""
    if fence := found["fence"]:
        closed = re.compile(rb"\n {0,3}" + fence + fence[:1] + rb"*[ \t]*(?=\r?(?:\n|\Z))").search(buffer, found.end())
    elif found["comment"]:
        closed = re.compile(rb"-->").search(buffer, found.end())
    else:
        closed = re.compile(rb"</(?:pre|script|style|textarea)>", re.I).search(buffer, found.end())
    return closed.end() if closed else len(buffer)
