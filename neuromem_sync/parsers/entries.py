"""Makes an entry of a slice of a document: its text, marks, time, entities and home.

Does not decide where an entry begins or ends (walk.py, body.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from neuromem_sync.model import NOTHING, Entry, Kind, Layer, Origin, Problem, Source, Span, entity_key
from neuromem_sync.parsers import inline, prose
from neuromem_sync.parsers.document import Document, Frame, Stack
from neuromem_sync.parsers.moments import MIDNIGHT, Moment, instant, moment
from neuromem_sync.parsers.nothing import nothing
from neuromem_sync.parsers.others import opens
from neuromem_sync.parsers.records import PLAIN_ERROR, kind_of, procedure, subsections
from neuromem_sync.parsers.regions import Regions, within
from neuromem_sync.parsers.shape import Shape
from neuromem_sync.parsers.words import GENERIC
from neuromem_sync.signature import is_own

PROCEDURAL = frozenset((Kind.DECISION, Kind.ERROR, Kind.PROCEDURE, Kind.OUTCOME))
TRACKED = frozenset((Kind.PROJECT, Kind.GOAL, Kind.LOOP))
_FOREIGN = re.compile(
    r"\b(?:web ?(?:page|site|search)s?|fetched|scraped|crawled|tool (?:output|result|call)s?|command output|stdout"
    r"|pasted|clippings?|external content|unknown sender|untrusted)\b",
    re.I,
)
# An import as a source, not what is told of one: `Import from Notion`, `Notion import`, `Notes (imported)`; but
# `CSV import broke the umlauts`, `Fixed the import`.
_IMPORT = re.compile(
    r"(?:[\W\d_]*(?:imported\b|import(?:s)?(?=[ \t]*(?:[^\w \t]|$)|[ \t]+(?:from|of)\b))"
    r"|.*\bimport(?:ed)?[ \t]+from\b|.*\bimported\W*$"
    r"|\W*(?!(?:fix|add|run|build|test|debug|check|try|redo|the|an?|no|\w+(?:ed|ing))\b)"
    r"(?:[\w.&'’-]+[ \t]+){1,2}imports?\W*$)",
    re.I,
)
_IMPORTED = re.compile(r"\bimport(?:ed|s)?\b", re.I)
_NAMING = ("task", "procedure")
"""Fields that name what an entry is a record of."""
_FOREIGN_NOTE = re.compile(
    r"<!--[ \t]*(?:(?:source|from|origin)[ \t]*:[ \t]*(?:https?:|web|tool|import)|imported\b|fetched\b)", re.I
)
_BLANK_LINES = re.compile(rb"(?:[ \t\r]*+\n)++")
_NO_MARK = re.compile(r"\s+\^[A-Za-z0-9-]+\s*$")


class Place(NamedTuple):
    """Where an entry stands: the titles above it, whose entity owns its fields, and the date that holds there."""

    heading: tuple[str, ...]
    owner: str
    date: str | None
    zone: str
    foreign: bool


class Slice(NamedTuple):
    """Bytes `start:end` without the last line ending, on lines `line` to `end_line`."""

    start: int
    end: int
    line: int
    end_line: int
    text: str


class Maker:
    """Makes the entries of one document and collects its problems."""

    def __init__(self, document: Document, shape: Shape, frame: Frame, regions: Regions) -> None:
        self.document = document
        self.shape = shape
        self.frame = frame
        self.nothing = nothing(document.zone)
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self._regions = regions
        self._places: dict[Stack, Place] = {}

    def place(self, above: Stack) -> Place:
        """What the headings above say; the innermost date and zone hold."""
        known = self._places.get(above)
        if known is None:
            known = self._places[above] = self._place(above)
        return known

    def _place(self, above: Stack) -> Place:
        date, zone = self.frame.date, self.frame.zone
        for heading in above:
            if found := moment(heading.title):
                date, zone = found.date or (None if found.fault else date), found.zone or zone
        titles = tuple(unmarked(heading.title) for heading in above)
        owner = self._owner(above) if self.shape.headed else self.frame.subject
        return Place(titles, owner, date, zone, self.frame.foreign or any(map(foreign, titles)))

    def _owner(self, above: Stack) -> str:
        for heading in reversed(above):
            if heading.level > 1 and heading.title.casefold() not in GENERIC:
                found = moment(heading.title)
                if not found:
                    return plain_title(heading.title)
                if found.rest:
                    return plain_title(found.rest)
        return self.frame.subject

    def slice(self, start: int, end: int, line: int) -> Slice:
        """The lines of `start:end` without blank ones around them; `start` is the first byte of `line`."""
        data = self.document.data
        if data[start : start + 1].isspace() and (blank := _BLANK_LINES.match(data, start, end)):
            start, line = blank.end(), line + blank[0].count(b"\n")
        raw = data[start:end].rstrip()
        stop = data.find(b"\n", start + len(raw), end)
        stop = end if stop < 0 else stop
        if data[stop - 1 : stop] == b"\r":
            stop -= 1
        return Slice(start, stop, line, line + raw.count(b"\n"), data[start:stop].decode())

    def problem(self, line: int, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(path=self.document.path, line=line, code=code, message=message, hint=hint))

    def add(
        self,
        piece: Slice,
        kind: Kind,
        place: Place,
        *,
        title: str = "",
        time: Moment | None = None,
        fields: Mapping[str, str] = NOTHING,
        untrusted: bool = False,
        record: bool = False,
    ) -> None:
        """Make an entry. `time` was found in its first line; `record`: its title names the owner of its fields."""
        owner = plain_title(title) if record and title else place.owner
        marks = self._marks(piece, entity_key(owner), fields, record, untrusted)
        untrusted = untrusted or self._is_foreign(piece, place, title if record else "", marks)
        if untrusted:
            # What others wrote may be full of fields: it is no record of what was done or decided here.
            for name in _NAMING:
                marks.attributes.pop(name, None)
            marks.relations = [each for each in marks.relations if each.kind != inline.SUPERSEDES]
        if not (untrusted and self.shape.origin is Origin.AGENT):
            kind = kind_of(marks.attributes, kind)
        at = self._at(piece, place, time, marks)
        self._structure(kind, owner, title, record, marks)
        prose.read(marks, piece.text)
        shape = self.shape
        self.entries.append(
            Entry(
                layer=Layer.PROCEDURAL if kind in PROCEDURAL else shape.layer,
                kind=kind,
                text=piece.text,
                source=Source(
                    path=self.document.path,
                    span=Span(start=piece.start, end=piece.end, line=piece.line, end_line=piece.end_line),
                    anchor=marks.anchor,
                ),
                title=title,
                heading=place.heading,
                at=at,
                tags=tuple(marks.tags),
                links=tuple(marks.links),
                attributes=marks.attributes or NOTHING,
                subject=entity_key(owner),
                entities=marks.named(),
                relations=tuple(marks.relations),
                procedure=procedure(title, _below(piece.text), marks.attributes) if kind is Kind.PROCEDURE else None,
                origin=self._origin(piece, marks, untrusted),
                scope=shape.scope,
            )
        )

    def _marks(self, piece: Slice, subject: str, fields: Mapping[str, str], record: bool, quoted: bool) -> inline.Marks:
        """The forms of a slice, with the fields that its place gives it (cells, a check mark, sub-headings)."""
        text = piece.text
        # A log quotes what strangers write, and they may begin it like a callout.
        callouts = self.shape.origin is not Origin.AGENT
        marks = inline.read(text, subject, self.nothing.value, quoted=quoted, callouts=callouts)
        if fields:
            marks.attributes = {**marks.attributes, **fields}
        if record and "\n#" in text:
            self._subsections(text, marks)
        if "\n" in text and ("esson" in text or "ause" in text):
            self._plain_errors(marks)
        if self._regions.conflicts and within(piece.start, self._regions.conflicts):
            marks.tags["conflicted"] = None
        return marks

    def _subsections(self, text: str, marks: inline.Marks) -> None:
        for title, body in subsections(text, marks.masked):
            if body and not self.nothing.lines(body):
                marks.attributes.setdefault(inline.attribute_key(title), body)

    def _plain_errors(self, marks: inline.Marks) -> None:
        found = {inline.attribute_key(f["key"]): f["value"].strip() for f in PLAIN_ERROR.finditer(marks.said)}
        if len(found) > 1:
            marks.attributes = {**found, **marks.attributes}

    def _structure(self, kind: Kind, owner: str, title: str, record: bool, marks: inline.Marks) -> None:
        """Entities that structure names: the owner of fields and relations, and what a tracker tracks."""
        episodic = record and self.shape.layer is Layer.EPISODIC
        if kind in TRACKED and title:
            marks.add(inline.entity(plain_title(title), kind.value))
        elif owner and (marks.attributes or marks.relations) and not episodic and kind not in PROCEDURAL:
            marks.add(inline.entity(owner))
        elif record and prose.is_name(title):
            marks.add(inline.entity(title))

    def _at(self, piece: Slice, place: Place, time: Moment | None, marks: inline.Marks) -> str | None:
        if time is None:
            return instant(place.date, MIDNIGHT, place.zone)[0] if place.date else None
        if time.fault:
            self.problem(piece.line, "time", time.fault, "the entry is kept without a date")
            return None
        date = time.date or place.date
        if not date:
            return None
        at, doubt = instant(date, time.clock or MIDNIGHT, time.zone or place.zone)
        if doubt and time.clock:
            marks.attributes["clock"] = doubt
        return at

    def _is_foreign(self, piece: Slice, place: Place, title: str, marks: inline.Marks) -> bool:
        """Whether a heading, the entry's own title, a comment or its first line says that others wrote this."""
        noted = "<!--" in piece.text and _FOREIGN_NOTE.search(piece.text)
        return bool(noted) or place.foreign or opens(piece.text) or foreign(_untold(title, marks))

    def _origin(self, piece: Slice, marks: inline.Marks, untrusted: bool) -> Origin:
        # Not the region decides but the signature: what people write or change in there is theirs.
        if "<!--" in piece.text and any(map(is_own, piece.text.split("\n"))):
            return Origin.NEUROMEM
        said = elsewhere(marks.attributes.get("source", ""))
        return Origin.UNTRUSTED if untrusted or said else self.shape.origin


def unmarked(title: str) -> str:
    """A title without the `^block-id` at its end."""
    return _NO_MARK.sub("", title) if "^" in title else title


@lru_cache(maxsize=4096)
def foreign(title: str) -> bool:
    """True for a title that names a web page, tool output or an import."""
    return bool(_FOREIGN.search(title) or ("mport" in title.casefold() and _IMPORT.match(title)))


def elsewhere(source: str) -> bool:
    """True for a source that is an address, or is called a web page, tool output or an import."""
    return source.startswith(("http://", "https://")) or foreign(source) or _IMPORTED.search(source) is not None


@lru_cache(maxsize=4096)
def plain_title(title: str) -> str:
    """A title as a name: no marks of emphasis, links, identifiers or kinds in front (`Project: X`, `🟢 X`)."""
    title = title.replace("[[", "").replace("]]", "").strip("*_` ")
    title = re.sub(r"^(?:project|goal|loop|decision|error|procedure)(?:[ ]+\d+)?:[ \t]+", "", title, flags=re.I)
    if title and title[0] in inline.STATES:
        title = title[1:].strip()
    return title


def _untold(title: str, marks: inline.Marks) -> str:
    """A title without the task or procedure it names: that may be `csv import`, and says nothing of who wrote this."""
    for name in _NAMING:
        title = title.replace(marks.attributes.get(name) or "\n", "")
    return title


def _below(text: str) -> str:
    """A record's text without its heading."""
    return text.partition("\n")[2] if text.startswith("#") else text
