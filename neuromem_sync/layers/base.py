"""The protocols of a layer's store, and the glossary of their words.

*table*: the embedded store of a layer, in the index's own database and transaction.
*change*: an entry before and after (`EntryChange`); its `key` is the entry's row number in every table.
*canonical*: the lines that say everything a table holds because of the files, and nothing else.
*reading*: a generator of statements (sqlite.py); searches are readings, so tables never open connections.
*token*, *token string*: what text is searched by (terms.py).
*faded*: past its time but kept: an archived entry, a superseded decision.
*projection*: the store of a layer on a server, filled from the index; it may be away or empty (projection.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from neuromem_sync.changes import EntryChange
from neuromem_sync.model import Layer, Problem
from neuromem_sync.sqlite import Reading


class Table(Protocol):
    """An embedded store. `apply` runs inside the index's transaction: all of a cycle is visible, or none."""

    layer: Layer
    migrations: Sequence[str]

    def apply(self, tx: sqlite3.Connection, changes: Sequence[EntryChange]) -> None:
        """Make the table equal to the entries after these changes. Applying a change twice changes nothing.

        A cycle may come in several calls, each of a few hundred changes, so that memory stays bounded.
        Takes changes of every layer and keeps what is its own: an entry's home (`Entry.layer`) decides where its
        text is searched, while facts (entities, relations, procedures, membership) may come from any entry.
        """
        ...

    def canonical(self, connection: sqlite3.Connection) -> Iterator[str]:
        """One line for everything held because of the files: `path:line`, a tab, the rest; in any order.

        Two indexes of equal files give equal sets of lines, whatever the order of edits that led there.
        Row numbers, ids, heat and archive marks do not occur in it.
        """
        ...

    def tidy(self, connection: sqlite3.Connection, now: float) -> bool:
        """Upkeep for an idle moment, a few milliseconds of it. True if more is left to do."""
        ...


SUPERSEDES = "supersedes"
"""The kind of relation by which a decision names the one it ends."""

TokenString: TypeAlias = tuple[int, str]
"""Length in tokens, and the tokens."""


@dataclass(frozen=True, slots=True)
class Size:
    """Entries of a layer, and the tokens of them all."""

    entries: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Heat:
    """First and last touch (POSIX seconds), how many there were, and on how many days (of UTC)."""

    first: float
    last: float
    count: int
    days: int = 1


class TextLayer(Table, Protocol):
    """A table whose entries are searched by their text. Keys order entries as they were first seen."""

    def size(self) -> Reading[Size]: ...

    def newest(self, tokens: Sequence[str], limit: int, low: int, high: int) -> Reading[list[int]]:
        """Keys in `low..high` of entries that have all these tokens, largest first."""
        ...

    def token_strings(self, keys: Collection[int]) -> Reading[dict[int, TokenString]]:
        """The token strings of those of these entries that live in this layer."""
        ...

    def faded(self, keys: Collection[int]) -> Reading[set[int]]:
        """Which of these entries are past their time."""
        ...


def faded(layers: Iterable[TextLayer], keys: Collection[int]) -> Reading[set[int]]:
    """Which of these entries any of the layers says are past their time."""
    found: set[int] = set()
    for layer in layers:
        found |= yield from layer.faded(keys)
    return found


class WorkingLayer(Table, Protocol):
    """The part of working memory that follows from files."""

    def members(self, touched: Sequence[str], day: tuple[float, float], budget: int) -> Reading[Mapping[int, str]]:
        """Key → why, for what is in working memory: at most `budget` tokens of text.

        `touched` are ids, latest first; `day` is today in POSIX seconds, half-open.
        """
        ...


class TaskLines(Protocol):
    """The lines of the logs that tell of tasks."""

    def told(
        self, name: str | None = None, *, everything: bool = True
    ) -> Reading[Mapping[str, list[tuple[int, bool]]]]:
        """By the canonical name of every task, of every open one, or of one: the keys of its entries, and what ends it.

        Tasks by name, their entries in the order of time, then of place: the last one is how the task stands now.
        """
        ...


class Touches(Protocol):
    """The part of working memory that is no file: what was recalled or written lately, by id."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is missing from the answer last given."""
        ...

    def close(self) -> None: ...

    def touch(self, ids: Collection[str], at: float, *, written: bool = False) -> None:
        """These entries were recalled, or just written, at that moment (POSIX seconds)."""
        ...

    def touched(self, now: float) -> Sequence[str]:
        """Ids that are working memory for their touches, latest first."""
        ...

    def heat(self, ids: Collection[str]) -> Mapping[str, Heat]:
        """Of those that were ever touched."""
        ...

    def often(self, days: int) -> Sequence[str]:
        """Ids touched on so many days or more."""
        ...

    def idle(self, before: float) -> Sequence[str]:
        """Ids last touched before that moment."""
        ...

    def drop(self, ids: Collection[str]) -> None:
        """Forget that these were ever touched."""
        ...


class Shelf(Protocol):
    """What is archived of the episodic layer, and when each of the rest is looked at next (archive.py decides)."""

    def due(self, since: float, limit: int) -> Reading[list[int]]:
        """Entries not archived that count from before that moment (POSIX seconds), earliest first."""
        ...

    def archived(self, ids: Collection[str]) -> Reading[list[int]]:
        """Keys of those of these entries that are archived."""
        ...

    def linking(self, names: Collection[str]) -> Reading[Mapping[str, list[int]]]:
        """Name of a note (an entity's key) → keys of entries with a link to it, at most a few hundred."""
        ...

    def recurring(self, keys: Collection[int]) -> Reading[Mapping[int, int]]:
        """How many entries name the rarest thing that an entry names, itself not counted, at most a few tens."""
        ...

    def archive(self, tx: sqlite3.Connection, keys: Collection[int]) -> None: ...

    def keep(self, tx: sqlite3.Connection, since: Mapping[int, float]) -> None:
        """These are not archived; their age counts from that moment."""
        ...


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a procedure went well and failed, its own starting counts included."""

    successes: int
    failures: int

    @property
    def total(self) -> int:
        return self.successes + self.failures


class Procedures(Protocol):
    """How often the procedures of the layer went well."""

    def rates(self, names: Collection[str]) -> Reading[Mapping[str, Rate]]:
        """The success rate of each of these procedures, by the name as given."""
        ...

    def listed(self) -> Reading[list[int]]:
        """Keys of the entries that tell a procedure, by its name, then by their place."""
        ...

    def last(self, names: Collection[str]) -> Reading[Mapping[str, int]]:
        """Name as given → key of the latest outcome of each of these procedures that has one."""
        ...
