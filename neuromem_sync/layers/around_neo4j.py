"""What is around entities on a server: their edges under all their names, and the legs a walk takes from them.

One statement for as many entities as a walk is at: they come with their aliases, and each end with what it stands for.
Only an entity with so many edges that they have to be counted and cut there, or one that others speak of too, takes
more. Walks nowhere itself (walks.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString, TypeAlias

from neuromem_sync.layers import names_neo4j as names
from neuromem_sync.layers import walks
from neuromem_sync.layers.graph import CO_OCCURS, Edge
from neuromem_sync.layers.names_neo4j import Ask
from neuromem_sync.layers.spaces_neo4j import Spaces

Side: TypeAlias = tuple[int, str, str]
"""From a name outwards (0), to it (1) or beside it (2); the kind of the edge; the key at its other end."""

FEW = 2 * walks.DEGREE
"""Relations of one direction up to which they are sent as they are: 64 entities in 6 ms instead of 19."""
RARE = 16
"""Entries up to which those that mention an entity are."""
FOREIGN = 10
"""Edges of one direction that are followed from an entity because others share them, after all of one's own."""

_END: LiteralString = "o.key, [(o)-[:STANDS_FOR]->(m) | m.key]"
_STATED: LiteralString = f"""UNWIND $given.names AS named UNWIND named.own + named.others AS uid
MATCH (e:Entity {{uid: uid}})
RETURN named.key, NOT uid IN named.own, [(alias)-[:STANDS_FOR]->(e) | alias.key],
CASE WHEN COUNT {{ (e)-[:RELATES]->() }} <= $given.few THEN [(e)-[r:RELATES]->(o) | [r.kind, {_END}]] END,
CASE WHEN COUNT {{ (e)<-[:RELATES]-() }} <= $given.few THEN [(e)<-[r:RELATES]-(o) | [r.kind, {_END}]] END"""
_EVERY: LiteralString = f"""{_STATED},
CASE WHEN COUNT {{ (e)<-[:MENTIONS]-() }} <= $given.rare
THEN [(e)<-[:MENTIONS]-()-[:MENTIONS]->(o) | ['', {_END}]] END"""

_MANY_OUT: LiteralString = """WITH named UNWIND named.uids AS uid
MATCH (:Entity {uid: uid})-[r:RELATES]->(o:Entity)
WITH r.kind AS kind, o.key AS other, count(DISTINCT r.entry) AS weight ORDER BY kind, other LIMIT $given.degree
RETURN 0 AS part, kind, other, weight"""
_MANY_IN: LiteralString = """WITH named UNWIND named.uids AS uid
MATCH (o:Entity)-[r:RELATES]->(:Entity {uid: uid})
WITH r.kind AS kind, o.key AS other, count(DISTINCT r.entry) AS weight ORDER BY kind, other LIMIT $given.degree
RETURN 1 AS part, kind, other, weight"""
_MANY_BESIDE: LiteralString = """WITH named UNWIND named.uids AS uid
MATCH (s:Statement)-[:MENTIONS]->(:Entity {uid: uid})
WITH named, s ORDER BY s.seen DESC, s.uid LIMIT $given.latest
MATCH (s)-[:MENTIONS]->(o:Entity) WHERE o.key <> named.key
WITH o.key AS other, count(DISTINCT s) AS weight ORDER BY weight DESC, other LIMIT $given.degree
RETURN 2 AS part, '' AS kind, other, weight"""
_MANY: LiteralString = f"""UNWIND $given.names AS named
CALL {{ {_MANY_OUT} UNION ALL {_MANY_IN} UNION ALL {_MANY_BESIDE} }}
RETURN named.key, named.others, part, kind, other, weight"""
QUESTIONS = (_STATED, _EVERY, _MANY)


@dataclass(slots=True)
class Sides:
    """The sides of one name, each with the number of entries that say so: one's own, and those of others."""

    own: Counter[Side] = field(default_factory=Counter)
    others: Counter[Side] = field(default_factory=Counter)

    def of(self, others: bool) -> Counter[Side]:
        return self.others if others else self.own

    def edges(self, name: str, degree: int) -> list[Edge]:
        """In the order of graph_sqlite.py: all that is one's own, counted with what others say of the same; then the
        first of what they alone say.
        """
        own = _first(self.own, degree)
        beside = _first(Counter({side: self.others[side] for side in self.others if side not in self.own}), FOREIGN)
        return [_edge(name, side, self.own[side] + self.others[side]) for side in own + beside]


class Around:
    """Asked of some entities, in the order they are given."""

    def __init__(self, ask: Ask, spaces: Spaces, degree: int, *, stated: bool) -> None:
        self._ask = ask
        self._spaces = spaces
        self._degree = degree
        self._stated = stated
        self._sides: dict[str, Sides] = defaultdict(Sides)
        self._aliases: dict[str, list[str]] = defaultdict(list)
        self._meant: dict[str, list[str]] = {}
        self._alone = len(spaces.every) == 1  # else the twin of a node in another space knows more of its names
        self._whole = self._alone

    def legs(self, keys: Sequence[str]) -> walks.Legs:
        """The legs that begin at each."""
        called = self._read(keys)
        edges = {key: self._edges(called[key]) for key in keys}
        ends = dict.fromkeys(end for some in edges.values() for edge in some for end in (edge.subject, edge.object))
        meant = self._canonical(ends)
        return {key: walks.legs(key, called[key], edges[key], meant) for key in keys}

    def edges(self, key: str) -> list[Edge]:
        """Of each of its names."""
        return self._edges(self._read([key])[key])

    def _edges(self, called: Iterable[str]) -> list[Edge]:
        return [edge for name in called for edge in self._sides[name].edges(name, self._degree)]

    def _read(self, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """All that is around them; the names of each, itself first."""
        self._look(keys)
        aliases: Mapping[str, Sequence[str]] = self._aliases
        if not self._alone:
            aliases = names.aliases(self._ask, self._spaces, keys)
        called = {key: (key, *aliases.get(key, ())[: self._degree]) for key in keys}
        further = dict.fromkeys(name for some in called.values() for name in some[1:] if name not in called)
        if further:
            self._look(list(further))
        return called

    def _look(self, keys: Sequence[str]) -> None:
        crowded: dict[str, None] = {}
        statement = _STATED if self._stated else _EVERY
        for key, others, aliases, *parts in self._ask(statement, names=self._spaces.asked(keys), few=FEW, rare=RARE):
            self._aliases[key] = sorted(set(aliases) - {key})
            if None in parts:
                crowded[key] = None
            self._take(self._sides[key].of(others), parts)
        if crowded:
            self._look_closely(list(crowded))

    def _take(self, sides: Counter[Side], parts: Sequence[Sequence[Any] | None]) -> None:
        for part, found in enumerate(parts):
            for kind, other, meant in found or ():
                sides[part, kind, other] += 1
                if meant:
                    self._meant[other] = meant

    def _look_closely(self, keys: Sequence[str]) -> None:
        """At those that have too many edges to be sent."""
        self._whole = False
        asked = []
        for name in self._spaces.asked(keys):
            self._sides[name["key"]] = Sides()
            asked.append({"key": name["key"], "others": False, "uids": name["own"]})
            if name["others"]:
                asked.append({"key": name["key"], "others": True, "uids": name["others"]})
        for key, others, part, kind, other, weight in self._ask(
            _MANY, names=asked, degree=self._degree, latest=walks.EVIDENCE
        ):
            if part < 2 or not self._stated:
                self._sides[key].of(others)[part, kind, other] = weight

    def _canonical(self, ends: Iterable[str]) -> dict[str, str]:
        """What the ends stand for that are aliases: what most entries say, as names_neo4j.meant."""
        if not self._whole:
            return names.meant(self._ask, self._spaces, ends)
        counted = {end: Counter(self._meant[end]) for end in ends if end in self._meant}
        return {end: min(said, key=lambda key: (-said[key], key)) for end, said in counted.items()}


def _first(sides: Counter[Side], limit: int) -> list[Side]:
    """The first of each part: relations by their words, things beside it by how often they are."""
    ordered = sorted(sides, key=lambda side: (side[0], -sides[side] if side[0] == 2 else 0, side[1], side[2]))
    taken = Counter[int]()
    found: list[Side] = []
    for side in ordered:
        taken[side[0]] += 1
        if taken[side[0]] <= limit:
            found.append(side)
    return found


def _edge(name: str, side: Side, weight: int) -> Edge:
    part, kind, other = side
    return Edge(other, kind, name, weight) if part == 1 else Edge(name, kind or CO_OCCURS, other, weight)
