"""Follows the headings of a document, decides which of them own all below, and closes units.

Reads no block itself: a section that no heading owns goes to body.py, a slice that is an entry to entries.py.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from neuromem_sync.model import Kind
from neuromem_sync.parsers.blocks import Block, Form, blocks
from neuromem_sync.parsers.body import Body, Lines
from neuromem_sync.parsers.document import Document, Frame, Heading, Stack, Unit
from neuromem_sync.parsers.entries import Maker, plain_title, unmarked
from neuromem_sync.parsers.moments import Moment, moment
from neuromem_sync.parsers.regions import PRIVATE_SECTION, Regions, crossing
from neuromem_sync.parsers.sections import Section, sections
from neuromem_sync.parsers.shape import Head, Shape, never

LOOKAHEAD = 2
"""How many sections a decision may look ahead; an edit can change the units of as many sections before it."""


class Walk:
    """One pass over a document from a unit's start."""

    def __init__(self, document: Document, shape: Shape, frame: Frame, regions: Regions) -> None:
        self._data = document.data
        self._shape = shape
        self._regions = regions
        self._maker = Maker(document, shape, frame, regions)
        self._above: Stack = ()
        self._open: list[Section | None] = []
        self._settled = 0
        self._sections: Iterator[Section] = iter(())
        self._ahead: deque[Section] = deque()

    def units(self, start: int, line: int, above: Stack) -> Iterator[Unit]:
        """Units from `start` on. A unit ends where every open heading has an entry below it, or is one itself."""
        self._above = above
        self._open = [None] * len(above)
        self._settled = len(above)
        self._sections = sections(self._data, start, line, self._regions.cuts)
        while section := self._next():
            self._leave(section.level)
            if section.start > start and self._settled == len(self._open):
                yield self._unit(start, line, above)
                start, line, above = section.start, section.line, self._above
            self._section(section)
        self._leave(0)
        yield self._unit(start, line, above)

    def _unit(self, start: int, line: int, above: Stack) -> Unit:
        maker = self._maker
        unit = Unit(start, line, above, tuple(maker.entries), tuple(maker.problems))
        maker.entries.clear()
        maker.problems.clear()
        return unit

    def _next(self) -> Section | None:
        return self._ahead.popleft() if self._ahead else next(self._sections, None)

    def _peek(self, distance: int) -> Section | None:
        while len(self._ahead) <= distance:
            section = next(self._sections, None)
            if section is None:
                return None
            self._ahead.append(section)
        return self._ahead[distance]

    def _leave(self, level: int) -> None:
        """Close headings down to `level`; one that nothing stands below is an entry itself."""
        while self._open and self._above[-1].level >= level:
            section = self._open.pop()
            self._above = self._above[:-1]
            if len(self._open) >= self._settled and section:
                self._heading(section)
            else:
                self._settled = min(self._settled, len(self._open))

    def _enter(self, section: Section) -> None:
        self._above += (Heading(section.level, section.title),)
        self._open.append(section)

    @property
    def _concealed(self) -> bool:
        """Whether a heading above says that what stands below is never to be read."""
        return self._shape.hidden is not None and any(self._shape.hides(heading.title) for heading in self._above)

    def _heading(self, section: Section) -> None:
        piece = self._maker.slice(section.start, section.body, section.line)
        if self._shape.hides(section.title) or self._maker.nothing.lines(piece.text):
            return
        place, title = self._maker.place(self._above), unmarked(section.title)
        self._maker.add(piece, self._shape.kind, place, title=title, time=moment(section.title))
        self._settled = len(self._open)

    def _section(self, section: Section) -> None:
        if self._concealed:
            return
        if self._private(section):
            while (following := self._peek(0)) and following.level > section.level:
                self._next()
            return
        time = moment(section.title)
        if not self._shape.hides(section.title) and self._owns(section, time, 0):
            self._record(section, time)
            return
        if section.level:
            self._enter(section)
        self._body(section.body, section.end, section.line + (section.level > 0))

    def _private(self, section: Section) -> bool:
        if not self._regions.private:
            return False
        return PRIVATE_SECTION.search(self._data, section.start, section.end) is not None

    def _owns(self, section: Section, time: Moment | None, ahead: int, *, nested: bool = False) -> bool:
        """Whether a heading is an entry with all below it. The section after it is `ahead` sections away."""
        if time and (time.timed or (time.rest and section.level > 1)):
            return True
        if self._shape.is_record is never or (section.level == 0 and not self._shape.whole):
            return False
        following = self._peek(ahead)
        deeper = following.title if following and following.level > section.level > 0 else ""
        text = self._data[section.body : section.end].decode()
        return self._shape.is_record(Head(section.level, section.title, text, deeper, nested))

    def _record(self, section: Section, time: Moment | None) -> None:
        end = section.end
        if section.level:
            while (inner := self._peek(0)) and inner.level > section.level:
                if (
                    self._private(inner)
                    or self._shape.hides(inner.title)
                    or self._owns(inner, moment(inner.title), 1, nested=True)
                ):
                    break
                self._next()
                end = inner.end
        place = self._maker.place(self._above)
        named = time.rest if time and time.rest else ("" if time and time.timed else section.title)
        title = unmarked(named) if section.level else self._maker.frame.subject
        kind = self._shape.record
        title = title if kind is Kind.ENTRY else plain_title(title)
        before = len(self._maker.entries)
        for start, stop, line in self._pieces(section.start, end, section.line):
            piece = self._maker.slice(start, stop, line)
            if (time and time.timed and piece.text) or not self._maker.nothing.lines(piece.text):
                self._maker.add(piece, kind, place, title=title, time=time, record=True)
        if len(self._maker.entries) > before:
            self._settled = len(self._open)

    def _pieces(self, start: int, end: int, line: int) -> Iterator[tuple[int, int, int]]:
        """`start:end` without what is cut out of it, each piece with its line."""
        at = start
        for cut_start, cut_end in crossing(start, end, self._regions.cuts):
            if cut_start > at:
                yield at, cut_start, line
            line += self._data.count(b"\n", at, min(cut_end, end))
            at = cut_end
        if at < end:
            yield at, end, line

    def _body(self, start: int, end: int, line: int) -> None:
        for at, stop, first in self._pieces(start, end, line):
            if not self._data[at:stop].isspace():
                self._blocks(Lines(self._data, at, stop, first))

    def _blocks(self, lines: Lines) -> None:
        pending: list[Block] = []
        for block in blocks(lines.text):
            if block.form is Form.HEADING:
                self._read(lines, pending)
                pending = []
                self._inner(lines, block)
            else:
                pending.append(block)
        self._read(lines, pending)

    def _read(self, lines: Lines, found: list[Block]) -> None:
        if found and not self._concealed:
            before = len(self._maker.entries)
            Body(self._maker, lines, self._maker.place(self._above)).read(found)
            if len(self._maker.entries) > before:
                self._settled = len(self._open)

    def _inner(self, lines: Lines, block: Block) -> None:
        """A heading underlined or indented, which sections.py does not cut at."""
        start, end = lines.starts[block.first], lines.starts[block.last]
        written = self._data[start:end].decode().strip()
        title = written.strip("# \t") if written.startswith("#") else written.rpartition("\n")[0].strip()
        title = " ".join(title.split())
        self._leave(block.level)
        section = Section(start, end, end, lines.line + block.first, block.level, title)
        self._enter(section)
