"""Stretches that are not parsed like the rest: private lines, other tools' blocks, our own region, conflicts.

Finds them by their marks alone and cuts whole lines; sections that are private as a whole are left out by walk.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

PRIVATE_SECTION = re.compile(rb"<!--[ \t]*neuromem:private[ \t]*-->", re.I)

_MARKS = (b"<private", b"<Private", b"<PRIVATE", b"neuromem:", b"openclaw:dreaming", b"<claude-mem", b"<<<<<<<")
_PRIVATE = re.compile(rb"(?<!`)<private>", re.I)
_PRIVATE_END = re.compile(rb"</private>", re.I)
_FOREIGN = re.compile(
    rb"<!--[ \t]*(?P<name>openclaw:dreaming:[\w:.-]*?):start[ \t]*-->|(?<!`)(?P<context><claude-mem-context>)"
)
_OWN = re.compile(rb"^[ \t]*<!--[ \t]*neuromem:begin[ \t]+(?P<name>[\w.-]+)[^\n]*?-->", re.M)
_CONFLICT = re.compile(rb"^<{7}(?:[ \t][^\n]*)?\r?$", re.M)
_CONFLICT_END = re.compile(rb"^>{7}(?:[ \t][^\n]*)?\r?$", re.M)
_CONFLICT_MIDDLE = re.compile(rb"^(?:={7}|\|{7}(?:[ \t][^\n]*)?)[ \t]*\r?$", re.M)

Range = tuple[int, int]


@dataclass(slots=True)
class Regions:
    """Half-open byte ranges of whole lines. `faults` are (byte, code, message, hint).

    `cuts_sections`: some section says that it is private.
    """

    cuts: list[Range] = field(default_factory=list)
    own: list[Range] = field(default_factory=list)
    conflicts: list[Range] = field(default_factory=list)
    faults: list[tuple[int, str, str, str]] = field(default_factory=list)
    cuts_sections: bool = False

    def close(self) -> None:
        """Sort and join the cuts."""
        joined: list[Range] = []
        for start, end in sorted(self.cuts):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        self.cuts = joined


def marked(data: bytes) -> bool:
    """Whether there can be any such stretch; a document without is parsed unit by unit."""
    return any(mark in data for mark in _MARKS)


def find(data: bytes) -> Regions:
    """Every stretch of the document, its cuts sorted and disjoint."""
    regions = Regions(cuts_sections=PRIVATE_SECTION.search(data) is not None)
    _private(data, regions)
    _foreign(data, regions)
    _own(data, regions)
    _conflicts(data, regions)
    regions.close()
    return regions


def _lines(data: bytes, start: int, end: int) -> Range:
    """The whole lines that hold `start:end`."""
    stop = data.find(b"\n", max(end - 1, start))
    return data.rfind(b"\n", 0, start) + 1, len(data) if stop < 0 else stop + 1


def _private(data: bytes, regions: Regions) -> None:
    """Left open, privacy lasts to the end: the safe side."""
    at = 0
    while opened := _PRIVATE.search(data, at):
        closed = _PRIVATE_END.search(data, opened.end())
        at = closed.end() if closed else len(data)
        regions.cuts.append(_lines(data, opened.start(), at))
        if not closed:
            regions.faults.append(
                (opened.start(), "private", "<private> is never closed: all below it is left out", "write </private>")
            )


def _foreign(data: bytes, regions: Regions) -> None:
    """Left open, another tool's block hides nothing: what people wrote below it must be found."""
    at = 0
    while opened := _FOREIGN.search(data, at):
        at = opened.end()
        if opened["context"]:
            closed = re.compile(rb"</claude-mem-context>").search(data, at)
        else:
            closed = re.compile(rb"<!--[ \t]*" + re.escape(opened["name"]) + rb":end[ \t]*-->").search(data, at)
        if closed:
            at = closed.end()
            regions.cuts.append(_lines(data, opened.start(), at))


def _own(data: bytes, regions: Regions) -> None:
    """The lines between our markers; the marker lines themselves are cut."""
    at = 0
    while opened := _OWN.search(data, at):
        at = opened.end()
        regions.cuts.append(_lines(data, opened.start(), at))
        close = rb"^[ \t]*<!--[ \t]*neuromem:end[ \t]+" + re.escape(opened["name"]) + rb"\b[^\n]*"
        closed = re.compile(close, re.M).search(data, at)
        again = _OWN.search(data, at)
        if not closed or (again and again.start() < closed.start()):
            fault = "the marked region has a begin line without its end line"
            regions.faults.append((opened.start(), "region", fault, "put the end line back, or run: neuromem undo"))
            continue
        regions.own.append((_lines(data, opened.start(), at)[1], closed.start()))
        regions.cuts.append(_lines(data, closed.start(), closed.end()))
        at = closed.end()


def _conflicts(data: bytes, regions: Regions) -> None:
    """Both sides stay; the marker lines are cut, or `=======` would make a heading of the line above it."""
    at = 0
    while opened := _CONFLICT.search(data, at):
        closed = _CONFLICT_END.search(data, opened.end())
        at = closed.end() if closed else len(data)
        if not closed or not (middle := _CONFLICT_MIDDLE.search(data, opened.end(), closed.start())):
            at = opened.end()
            continue
        regions.conflicts.append((opened.start(), at))
        for mark in (opened, *_CONFLICT_MIDDLE.finditer(data, middle.start(), closed.start()), closed):
            regions.cuts.append(_lines(data, mark.start(), mark.end()))
        regions.faults.append(
            (opened.start(), "conflict", "a merge conflict is not resolved: both sides are indexed", "keep one side")
        )
