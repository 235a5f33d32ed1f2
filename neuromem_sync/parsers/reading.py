"""Parses a document whole, or its next version from where it differs.

Decides what can be read at all; which line becomes what is decided below (walk.py, shapes/).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from neuromem_sync.model import LARGEST, NOTHING, Entry, Kind, Layer, ParseResult, Problem, Route, entity_key
from neuromem_sync.parsers import frontmatter, inline
from neuromem_sync.parsers.code import masked
from neuromem_sync.parsers.document import Document, Frame, Parsed
from neuromem_sync.parsers.entries import Maker, Place, elsewhere
from neuromem_sync.parsers.moments import leading, real_date, zone_of
from neuromem_sync.parsers.records import procedure
from neuromem_sync.parsers.regions import PRIVATE_SECTION, Regions, crossing, find, marked
from neuromem_sync.parsers.sections import sections
from neuromem_sync.parsers.shape import Shape
from neuromem_sync.parsers.shapes import SHAPES
from neuromem_sync.parsers.walk import Walk

LONGEST_LINE = 64 * 1024

_BOM = b"\xef\xbb\xbf"
_TIMEZONE = re.compile(rb"^[ \t]*(?:[-*+][ \t]+)?\*\*Timezone:\*\*[ \t]*([\w/+:-]{1,64})", re.I | re.M)
_SOURCE = re.compile(rb"^source[ \t]*:([^\n]*)", re.I | re.M)
_FILE_DATE = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
_ZONED = frozenset((Route.LOG, Route.CONTEXT, Route.INBOX))


def parse(document: Document) -> Parsed:
    """The entries and problems of a document, and what `reparse` needs to go on from it."""
    shape = SHAPES.get(document.route)
    if shape is None:
        return Parsed(document, ParseResult(entries=()))
    if problem := unreadable(document.data, document.path, 1):
        return Parsed(document, ParseResult(entries=None, problems=(problem,)))
    return _Whole(document, shape).parsed()


def unreadable(data: bytes, path: str, line: int) -> Problem | None:
    """Why these bytes, beginning at `line`, cannot be read as text."""
    code, message, hint, at = "", "", "", 0
    if len(data) > LARGEST:
        code, message, hint = "size", f"larger than {LARGEST >> 20} MiB", "split it"
    elif (at := data.find(0)) >= 0:
        code, message, hint = "nul", "holds a NUL byte", "is it text? Save it as UTF-8 without NUL"
    elif (at := _long_line(data)) >= 0:
        code, message, hint = "line", f"a line is longer than {LONGEST_LINE >> 10} KiB", "break the line"
    else:
        try:
            data.decode()
            return None
        except UnicodeDecodeError as error:
            code, message, hint, at = "encoding", "not UTF-8", "save it as UTF-8", error.start
    return Problem(
        path=path,
        line=line + data.count(b"\n", 0, max(at, 0)),
        code=code,
        message=f"not read: {message}",
        hint=f"{hint}; until then its last good entries stay",
        unverified=True,
    )


def _long_line(data: bytes) -> int:
    """Where a line begins that is too long, -1 if none is."""
    if len(data) <= LONGEST_LINE:
        return -1
    at = 0
    for line in data.split(b"\n"):
        if len(line) > LONGEST_LINE:
            return at
        at += len(line) + 1
    return -1


def name_of(path: str) -> str:
    """The name of what a file is about: its own without `.md`, its folder's for SKILL and README; no date is a name."""
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    if stem.casefold() in ("skill", "readme", "index") and folder:
        return folder.rpartition("/")[2]
    return _FILE_DATE.sub("", stem, count=1).strip("-_ ") if _FILE_DATE.match(stem) else stem


def _hidden(data: bytes, block: frontmatter.Block, regions: Regions) -> bool:
    """Whether a frontmatter is private: a cut touches it, or the whole file says so above its first heading."""
    if any(crossing(block.start, block.end, regions.cuts)):
        return True
    if not regions.private:
        return False
    first = next(sections(data, block.end, 1, regions.cuts))
    return first.level == 0 and PRIVATE_SECTION.search(data, first.start, first.end) is not None


class _Whole:
    """A full parse: frontmatter, regions, units."""

    def __init__(self, document: Document, shape: Shape) -> None:
        self._document = document
        self._shape = shape
        self._problems: list[Problem] = []
        self._values: dict[str, Any] = {}

    def parsed(self) -> Parsed:
        data = self._document.data
        start = len(_BOM) if data.startswith(_BOM) else 0
        block = frontmatter.cut(data, start)
        special = marked(data)
        regions = find(data) if special else Regions()
        if block and regions.private and PRIVATE_SECTION.search(data, block.start, block.end):
            regions.cuts = [(0, len(data))]
        told = block and not _hidden(data, block, regions)
        if block and told:
            self._load(block)
        frame = self._frame(block if told else None)
        line, reached = 1, 0
        for at, code, message, hint in regions.faults:
            line, reached = line + data.count(b"\n", reached, at), at
            self._problem(line, code, message, hint)
        walk = Walk(self._document, self._shape, frame, regions)
        head = self._head(block, frame, regions) if block and told else ()
        start = block.end if block else start
        units = list(walk.units(start, 1 + data.count(b"\n", 0, start), ()))
        return Parsed(
            self._document,
            ParseResult(entries=head, problems=tuple(self._problems)),
            None if special else frame,
            units,
            [unit.start for unit in units],
            [unit.line for unit in units],
        )

    def _problem(self, line: int, code: str, message: str, hint: str) -> None:
        self._problems.append(Problem(path=self._document.path, line=line, code=code, message=message, hint=hint))

    def _load(self, block: frontmatter.Block) -> None:
        try:
            self._values = frontmatter.load(block)
        except frontmatter.Unreadable as fault:
            hint = "it is kept as text; the rest of the file is read as usual"
            self._problem(2 + fault.line, "frontmatter", fault.message, hint)

    def _frame(self, block: frontmatter.Block | None) -> Frame:
        document = self._document
        name = name_of(document.path)
        if document.path.casefold().endswith("skill.md"):
            name = frontmatter.flat(self._values.get("name", "")) or name
        return Frame(name, zone_in(document), self._date(), elsewhere(self._source(block)))

    def _source(self, block: frontmatter.Block | None) -> str:
        """Where all of the file is from: who clips a page says so once. A title that breaks the YAML hides it not."""
        if block and not self._values:
            found = _SOURCE.search(block.body)
            return found[1].decode().strip(" \t\r\"'") if found else ""
        return next((frontmatter.flat(value) for key, value in self._values.items() if key.casefold() == "source"), "")

    def _date(self) -> str | None:
        name = self._document.path.rpartition("/")[2]
        if found := _FILE_DATE.match(name):
            return real_date(found[0])
        written = leading(frontmatter.flat(self._values.get("date", "")))
        return written.date if written else None

    def _head(self, block: frontmatter.Block, frame: Frame, regions: Regions) -> tuple[Entry, ...]:
        """The frontmatter as one entry: its keys are attributes of what the file is about."""
        maker = Maker(self._document, self._shape, frame, regions)
        line = 1 + self._document.data.count(b"\n", 0, block.start)
        piece = maker.slice(block.start, block.end, line)
        if not block.body.strip() or maker.nothing.lines(piece.text):
            return ()
        place = Place((), frame.subject, frame.date, frame.zone, frame.foreign)
        if not self._values:
            maker.add(piece, self._shape.kind, place)
            return tuple(maker.entries)
        maker.add(piece, Kind.ATTRIBUTE, place, title=frame.subject)
        self._problems.extend(maker.problems)
        return (self._described(maker.entries[0], frame),)

    def _described(self, entry: Entry, frame: Frame) -> Entry:
        values = self._values
        attributes = {inline.attribute_key(key): frontmatter.flat(value) for key, value in values.items()}
        attributes = {key: value for key, value in attributes.items() if key and value}
        tags = [tag.lstrip("#").casefold() for tag in _words(values.get("tags"))]
        is_skill = self._document.route is Route.PROCEDURES and "name" in attributes and "description" in attributes
        return replace(
            entry,
            layer=Layer.PROCEDURAL if is_skill else self._shape.layer,
            kind=Kind.PROCEDURE if is_skill else Kind.ATTRIBUTE,
            source=replace(entry.source, anchor=attributes.get("id", entry.source.anchor)),
            attributes=attributes or NOTHING,
            tags=tuple(dict.fromkeys(tags)),
            entities=self._entities(entry, frame),
            procedure=procedure(attributes["name"], "", attributes) if is_skill else None,
        )

    def _entities(self, entry: Entry, frame: Frame) -> tuple[Any, ...]:
        names = [*_words(self._values.get("aliases")), *_words(self._values.get("alias"))]
        names += [frontmatter.flat(self._values[key]) for key in ("title", "name") if key in self._values]
        subject = inline.entity(frame.subject)
        aliases = dict.fromkeys(entity_key(name) for name in names)
        aliases.pop(subject.key, None)
        aliases.pop("", None)
        others = tuple(found for found in entry.entities if found.key != subject.key)
        return (replace(subject, aliases=tuple(aliases)), *others) if subject.key else others


def _words(value: Any) -> list[str]:
    """A list, or words with commas between."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return list(frontmatter.listed(value))


def zone_in(document: Document) -> str:
    """The zone that a log says itself, else the agent's; what is quoted or code says none."""
    if document.route not in _ZONED or b"imezone:**" not in document.data:
        return document.zone
    for found in _TIMEZONE.finditer(document.data):
        if not masked(document.data[: found.end()].decode(errors="replace"))[-1].isspace():
            zone = found[1].decode(errors="replace")
            return zone if zone_of(zone) else document.zone
    return document.zone
