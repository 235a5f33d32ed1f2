"""The protocol of the graph, wherever it is kept, and what its answers are made of.

The protocols of the other parts of a layer are in base.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from neuromem_sync.sqlite import Reading

CO_OCCURS = "co_occurs"
"""The kind of an edge that nobody stated: two things stand in one entry."""


@dataclass(frozen=True, slots=True)
class Edge:
    """`subject` —kind→ `object`, both entity keys; `weight` is how many entries say so."""

    subject: str
    kind: str
    object: str
    weight: int


@dataclass(frozen=True, slots=True)
class Leg:
    """From one entity to another by an edge that is known of them under any of their names.

    `outward` if it starts at the subject.
    """

    start: str
    end: str
    edge: Edge
    outward: bool

    def back(self) -> Leg:
        return Leg(self.end, self.start, self.edge, not self.outward)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entity `hops` away, and the leg by which it was first reached."""

    key: str
    hops: int
    leg: Leg


@dataclass(frozen=True, slots=True)
class Told:
    """An entry that is evidence: where it stands and what it says.

    `key` is None for one of another agent, which shares it; `agent` is then who, else "".
    """

    path: str
    line: int
    text: str
    at: str | None
    key: int | None
    agent: str = ""

    def __str__(self) -> str:
        return f"{self.agent}: {self.path}:{self.line}" if self.agent else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of an attribute, true from `since` to `until` (ISO 8601; None: unknown, and still true)."""

    name: str
    value: str
    since: str | None
    until: str | None
    entry: int


@dataclass(frozen=True, slots=True)
class Mentioned:
    """An entity, how many entries mention it under any of its names, and how many relations are stated of it."""

    key: str
    name: str
    type: str
    entries: int
    relations: int


class Graph(Protocol):
    """What every store answers of things that are named. Keys of entities are canonical (`model.entity_key`).

    One on a server may raise LayerUnavailable from any reading.
    """

    name: str
    """The word for its store in answers: `sqlite`, `neo4j`."""

    def ready(self, seconds: float) -> Reading[None]:
        """A question begins, for all of which a server has so long. Raises LayerUnavailable if it is not worth asking,
        or does not hold what this index has given it.
        """
        ...

    def close(self) -> None:
        """Let go of the connections; what is asked later opens them again."""
        ...

    def aliases(self, key: str) -> Reading[tuple[str, ...]]:
        """The other keys that stand for an entity."""
        ...

    def similar(self, key: str, limit: int) -> Reading[list[str]]:
        """Keys that hold this one, shortest first, or that are nearly written like it."""
        ...

    def resolve(self, name: str) -> Reading[str]:
        """The canonical key a key stands for: the entity that most entries give it as an alias of, else itself."""
        ...

    def entity(self, key: str) -> Reading[tuple[str, str] | None]:
        """Name and type as most entries write them; None for an entity nobody mentions."""
        ...

    def names(self, keys: Sequence[str]) -> Reading[Mapping[str, tuple[str, str]]]:
        """The same of many, without those that nobody mentions."""
        ...

    def evidence(self, key: str, limit: int) -> Reading[list[int]]:
        """Keys of the latest entries that mention an entity, under any of its names."""
        ...

    def edges(self, key: str, degree: int) -> Reading[list[Edge]]:
        """Of each name of an entity: at most `degree` relations from it, to it, and things it occurs with."""
        ...

    def attributes(self, subject: str, moment: float | None = None) -> Reading[list[Fact]]:
        """The attributes of an entity: all of them, or those true at a moment (POSIX seconds)."""
        ...

    def neighbours(self, keys: Iterable[str], hops: int, cap: int) -> Reading[list[Neighbour]]:
        """Entities within `hops`, nearest first, at most `cap`."""
        ...

    def path(self, start: str, goal: str, *, stated: bool = False) -> Reading[tuple[Leg, ...] | None]:
        """A shortest way between two entities; None when none was found. `stated`: over stated relations alone."""
        ...

    def told(self, edges: Sequence[Edge], limit: int) -> Reading[Mapping[Edge, list[Told]]]:
        """Of each edge the latest entries that say so, or that name both its ends; undated ones last."""
        ...


class Catalogue(Graph, Protocol):
    """The graph of the index itself, which also lists what there is: that follows from one's own files alone."""

    def listing(self, limit: int, type: str | None = None) -> Reading[list[Mentioned]]:
        """The entities that most entries mention; with a `type`, that most mention as such."""
        ...

    def mentioned(self, key: str) -> Reading[Mentioned | None]:
        """One entity; None for one that nobody mentions."""
        ...

    def known(self, keys: Sequence[str]) -> Reading[Mapping[str, str]]:
        """Those of these keys that are of an entity, and the canonical key of each."""
        ...


Graphs = tuple[*tuple[Graph, ...], Catalogue]
"""Every store of the graph: those on servers, the preferred one first, and the index's own, which comes last."""
