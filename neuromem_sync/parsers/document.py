"""A document before and after parsing.

Knows no grammar: what a line becomes is decided by the rest of this package.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from neuromem_sync.model import Entry, ParseResult, Problem, Route, Source, Span


@dataclass(frozen=True, slots=True)
class Document:
    """The bytes at `path` (relative to the root, with `/`) and what is known of them from outside.

    `zone` is the agent's zone, an IANA name: `init` also filled it into the templates.
    """

    path: str
    data: bytes
    route: Route
    zone: str = "UTC"


class Heading(NamedTuple):
    level: int
    title: str


Stack = tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What every entry of a document may depend on beside its own lines and headings."""

    subject: str
    zone: str
    date: str | None
    foreign: bool = False


class Unit(NamedTuple):
    """The smallest stretch of a document that is parsed as a whole.

    It depends on `above`, the headings open at its start, and on nothing that follows it. The spans of its entries are
    right for a unit that begins at byte `start` on `line`.
    """

    start: int
    line: int
    above: Stack
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]

    def moved(self, start: int, line: int) -> Unit:
        """The same unit at another place."""
        if start == self.start and line == self.line:
            return self
        by, down = start - self.start, line - self.line
        return Unit(
            start,
            line,
            self.above,
            tuple(_moved(entry, by, down) for entry in self.entries),
            tuple(_lowered(problem, down) for problem in self.problems),
        )


def _moved(entry: Entry, by: int, down: int) -> Entry:
    span = entry.source.span
    moved = Span(start=span.start + by, end=span.end + by, line=span.line + down, end_line=span.end_line + down)
    return Entry(
        layer=entry.layer,
        kind=entry.kind,
        text=entry.text,
        source=Source(path=entry.source.path, span=moved, anchor=entry.source.anchor),
        title=entry.title,
        heading=entry.heading,
        at=entry.at,
        tags=entry.tags,
        links=entry.links,
        attributes=entry.attributes,
        subject=entry.subject,
        entities=entry.entities,
        relations=entry.relations,
        procedure=entry.procedure,
        origin=entry.origin,
        scope=entry.scope,
    )


def _lowered(problem: Problem, down: int) -> Problem:
    return Problem(
        path=problem.path,
        line=problem.line + down,
        code=problem.code,
        message=problem.message,
        hint=problem.hint,
        unverified=problem.unverified,
    )


@dataclass(frozen=True)
class Parsed:
    """A parsed document, and enough to parse its next version from where it differs.

    `starts` and `lines` say where each unit stands now, which may be further on than where it was parsed.
    A document that cannot be continued (`frame` is None) is parsed whole again.
    """

    document: Document
    head: ParseResult
    frame: Frame | None = None
    units: list[Unit] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    @cached_property
    def result(self) -> ParseResult:
        """The whole document's entries, in order of their spans."""
        if self.head.entries is None:
            return self.head
        units = self.units
        units[:] = [unit.moved(*place) for unit, *place in zip(units, self.starts, self.lines, strict=True)]
        return ParseResult(
            entries=tuple(chain(self.head.entries, chain.from_iterable(unit.entries for unit in units))),
            problems=tuple(chain(self.head.problems, chain.from_iterable(unit.problems for unit in units))),
        )
