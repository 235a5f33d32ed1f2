"""L3 on Neo4j, asked: the graph of graph_sqlite.py, with the same answers and what other agents share.

A reading here asks the server from inside: it is run where blocking is allowed, as every reading is (sqlite.py). What
is an entry of this index comes from the index itself, with its present place. Writes nothing (projection_neo4j.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, LiteralString, TypeAlias

from neuromem_sync.layers import walks
from neuromem_sync.layers.base import CO_OCCURS, Edge, Fact, Mentioned, Neighbour, Told
from neuromem_sync.layers.graph_sqlite import TYPING_SLIP, lasting, near
from neuromem_sync.layers.projection_neo4j import SHARED, entity_uid, space_of
from neuromem_sync.sqlite import Reading, Row, one

Spaces: TypeAlias = tuple[str, ...]
Ask: TypeAlias = Callable[..., list[Row]]
"""Asks the server: a statement, and its values by name; gives the rows. May raise LayerUnavailable."""

AT_ONCE = 64
"""Entities whose edges are asked for together: a question takes 3 ms, whatever it asks."""

_OUT: LiteralString = """WITH named UNWIND named.uids AS uid
MATCH (:Entity {uid: uid})-[r:RELATES]->(o:Entity)
WITH r.kind AS kind, o.key AS other, count(DISTINCT r.entry) AS weight ORDER BY kind, other LIMIT $degree
RETURN 0 AS part, kind, other, weight"""
_IN: LiteralString = """WITH named UNWIND named.uids AS uid
MATCH (o:Entity)-[r:RELATES]->(:Entity {uid: uid})
WITH r.kind AS kind, o.key AS other, count(DISTINCT r.entry) AS weight ORDER BY kind, other LIMIT $degree
RETURN 1 AS part, kind, other, weight"""
_WITH: LiteralString = """WITH named UNWIND named.uids AS uid
MATCH (s:Statement)-[:MENTIONS]->(:Entity {uid: uid})
WITH named, s ORDER BY s.seen DESC, s.uid LIMIT $latest
MATCH (s)-[:MENTIONS]->(o:Entity) WHERE o.key <> named.key
WITH o.key AS other, count(DISTINCT s) AS weight ORDER BY weight DESC, other LIMIT $degree
RETURN 2 AS part, '' AS kind, other, weight"""
_EDGES: LiteralString = f"""UNWIND $names AS named CALL {{ {_OUT} UNION ALL {_IN} UNION ALL {_WITH} }}
RETURN named.key, part, kind, other, weight"""

_NAMES_OF: LiteralString = """UNWIND $names AS named UNWIND named.uids AS uid
MATCH (alias:Entity)-[:STANDS_FOR]->(:Entity {uid: uid}) WHERE alias.key <> named.key
RETURN DISTINCT named.key, alias.key ORDER BY alias.key"""
_MEANT: LiteralString = """UNWIND $uids AS uid MATCH (:Entity {uid: uid})-[:STANDS_FOR]->(e:Entity)
RETURN e.key, count(*) AS number ORDER BY number DESC, e.key LIMIT 1"""
_STANDS_FOR: LiteralString = """MATCH (e:Entity)<-[:STANDS_FOR]-(alias:Entity) WHERE e.space IN $spaces
RETURN alias.key, e.key, count(*) AS number ORDER BY alias.key, number DESC, e.key"""
_WRITTEN: LiteralString = """UNWIND $uids AS uid MATCH (:Statement)-[m:MENTIONS]->(:Entity {uid: uid})
RETURN m.name, m.type, count(*) AS number ORDER BY number DESC, m.name, m.type"""
_ANY_NAME: LiteralString = """UNWIND $uids AS uid MATCH (:Statement)-[m:MENTIONS]->(:Entity {uid: uid})
RETURN min(m.name), min(m.type)"""
_MENTIONS: LiteralString = """UNWIND $uids AS uid MATCH (s:Statement)-[m:MENTIONS]->(:Entity {uid: uid})
WHERE $type IS NULL OR m.type = $type RETURN count(DISTINCT s)"""
_STATED: LiteralString = """UNWIND $uids AS uid MATCH (:Entity {uid: uid})-[r:RELATES]-()
RETURN count(DISTINCT [startNode(r).key, r.kind, endNode(r).key])"""
_COUNTED: LiteralString = """MATCH (e:Entity)<-[m:MENTIONS]-(:Statement)
WHERE e.space IN $spaces AND ($type IS NULL OR m.type = $type)
RETURN e.key, count(*) AS number ORDER BY number DESC, e.key"""
_HOLDING: LiteralString = """MATCH (e:Entity)<-[:MENTIONS]-() WHERE e.space IN $spaces AND e.key CONTAINS $key
RETURN DISTINCT e.key ORDER BY size(e.key), e.key LIMIT $limit"""
_ALIKE: LiteralString = """MATCH (e:Entity)<-[:MENTIONS]-() WHERE e.space IN $spaces
AND abs(size(e.key) - size($key)) <= $slip RETURN DISTINCT e.key ORDER BY e.key"""
_EVIDENCE: LiteralString = """UNWIND $uids AS uid MATCH (s:Statement)-[:MENTIONS]->(:Entity {uid: uid})
WITH DISTINCT s WHERE s.agent = $agent RETURN s.id ORDER BY s.seen DESC, s.uid LIMIT $limit"""
_TELLS: LiteralString = """UNWIND $uids AS uid MATCH (s:Statement)-[t:TELLS]->(:Entity {uid: uid})
WHERE s.agent = $agent RETURN t.name, t.value, s.at, s.instant, s.id"""
_PLACED: LiteralString = """WITH DISTINCT s ORDER BY s.instant IS NULL, s.instant DESC, s.path, s.line LIMIT $limit
RETURN s.agent, s.id, s.path, s.line, s.text, s.at"""
_SAID: LiteralString = f"""UNWIND $subjects AS one UNWIND $objects AS other
MATCH (:Entity {{uid: one}})-[r:RELATES {{kind: $kind}}]->(:Entity {{uid: other}})
MATCH (s:Statement {{uid: r.entry}}) {_PLACED}"""
_BOTH: LiteralString = f"""UNWIND $subjects AS one UNWIND $objects AS other
MATCH (:Entity {{uid: one}})<-[:MENTIONS]-(s:Statement)-[:MENTIONS]->(:Entity {{uid: other}}) {_PLACED}"""


class Neo4jGraph:
    """`base.Graph` of one agent on a server: what its index projects, and what all agents share; nothing else."""

    name = "neo4j"

    def __init__(self, ask: Ask, agent: str) -> None:
        self._ask = ask
        self._agent = agent
        self._steps = walks.Steps(self._around, AT_ONCE)

    def listing(self, limit: int, type: str | None = None) -> Reading[list[Mentioned]]:
        spaces = yield from self._spaces()
        standing_for: dict[str, str] = {}
        for alias, entity, _ in self._ask(_STANDS_FOR, spaces=spaces):
            standing_for.setdefault(alias, entity)
        counts: dict[str, int] = {}
        for key, number in self._ask(_COUNTED, spaces=spaces, type=type):
            meant = standing_for.get(key, key)
            counts[meant] = counts.get(meant, 0) + number
        most = sorted(counts, key=lambda key: (-counts[key], key))[:limit]
        found = [each for key in most if (each := self._mentioned(spaces, key, type))]
        return sorted(found, key=lambda each: (-each.entries, each.key))

    def mentioned(self, key: str, type: str | None = None) -> Reading[Mentioned | None]:
        return self._mentioned((yield from self._spaces()), key, type)

    def _mentioned(self, spaces: Spaces, key: str, type: str | None) -> Mentioned | None:
        uids = self._all_uids(spaces, key)
        written = self._ask(_WRITTEN, uids=_uids(spaces, key))[:1] or self._ask(_ANY_NAME, uids=uids)
        number = self._ask(_MENTIONS, uids=uids, type=type)[0][0]
        stated = self._ask(_STATED, uids=uids)[0][0]
        return Mentioned(key, written[0][0], type or written[0][1], number, stated) if number else None

    def aliases(self, key: str) -> Reading[tuple[str, ...]]:
        spaces = yield from self._spaces()
        return tuple(self._aliases(spaces, [key]).get(key, ()))

    def similar(self, key: str, limit: int) -> Reading[list[str]]:
        spaces = yield from self._spaces()
        holding = self._ask(_HOLDING, spaces=spaces, key=key, limit=limit)
        if holding:
            return [each for (each,) in holding]
        alike = self._ask(_ALIKE, spaces=spaces, key=key, slip=TYPING_SLIP)
        return near(key, [each for (each,) in alike], limit)

    def resolve(self, name: str) -> Reading[str]:
        found = self._ask(_MEANT, uids=_uids((yield from self._spaces()), name))
        return str(found[0][0]) if found else name

    def entity(self, key: str) -> Reading[tuple[str, str] | None]:
        found = self._ask(_WRITTEN, uids=_uids((yield from self._spaces()), key))
        return (found[0][0], found[0][1]) if found else None

    def evidence(self, key: str, limit: int) -> Reading[list[int]]:
        spaces = yield from self._spaces()
        uids = self._all_uids(spaces, key)
        ids = [id for (id,) in self._ask(_EVIDENCE, uids=uids, agent=self._agent, limit=limit)]
        places = yield from _places(ids)
        return [places[id][0] for id in ids if id in places]

    def edges(self, key: str, degree: int) -> Reading[list[Edge]]:
        return list((yield from self._around([key], degree))[key])

    def attributes(self, subject: str, moment: float | None = None) -> Reading[list[Fact]]:
        spaces = yield from self._spaces()
        rows = self._ask(_TELLS, uids=_uids(spaces, subject), agent=self._agent)
        places = yield from _places([row[4] for row in rows])
        own = [(*row[:4], places[row[4]][0]) for row in rows if row[4] in places]
        return lasting(sorted(own, key=lambda row: (row[0], row[3] is not None, row[3] or 0.0, row[1])), moment)

    def neighbours(
        self, keys: Iterable[str], hops: int, cap: int, degree: int = walks.DEGREE
    ) -> Reading[list[Neighbour]]:
        return walks.neighbours(self._steps, keys, hops, cap, degree)

    def path(
        self, start: str, goal: str, cap: int = walks.REACH, degree: int = walks.DEGREE
    ) -> Reading[tuple[Edge, ...] | None]:
        return walks.path(self._steps, start, goal, cap, degree)

    def told(self, edge: Edge, limit: int) -> Reading[list[Told]]:
        spaces = yield from self._spaces()
        ends = {"subjects": _uids(spaces, edge.subject), "objects": _uids(spaces, edge.object), "limit": limit}
        rows = self._ask(_BOTH, **ends) if edge.kind == CO_OCCURS else self._ask(_SAID, kind=edge.kind, **ends)
        places = yield from _places([row[1] for row in rows if row[0] == self._agent])
        found: dict[object, Told] = {}
        for agent, id, path, line, text, at in rows:
            if agent != self._agent:
                found[agent, id] = Told(path, line, text, at, None, agent)
            elif id in places:
                key, own_path, own_line, own_text, own_at = places[id]
                found[key] = Told(own_path, own_line, own_text, own_at, key)
        return list(found.values())

    def _around(self, keys: Sequence[str], degree: int) -> Reading[Mapping[str, Sequence[Edge]]]:
        """Of each key: the edges of all its names, in the order of graph_sqlite.py."""
        spaces = yield from self._spaces()
        aliases = self._aliases(spaces, keys)
        names = {key: (key, *aliases.get(key, ())[:degree]) for key in keys}
        asked = [{"key": name, "uids": _uids(spaces, name)} for name in dict.fromkeys(chain(*names.values()))]
        found: dict[str, list[Row]] = {}
        for name, *row in self._ask(_EDGES, names=asked, degree=degree, latest=walks.EVIDENCE):
            found.setdefault(name, []).append(tuple(row))
        ordered = {name: [_edge(name, *row) for row in sorted(rows, key=_order)] for name, rows in found.items()}
        return {key: [edge for name in names[key] for edge in ordered.get(name, ())] for key in keys}

    def _aliases(self, spaces: Spaces, keys: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key, alias in self._ask(_NAMES_OF, names=[{"key": key, "uids": _uids(spaces, key)} for key in keys]):
            found.setdefault(key, []).append(alias)
        return found

    def _all_uids(self, spaces: Spaces, key: str) -> list[str]:
        """Of an entity under all its names."""
        return _uids(spaces, key, *self._aliases(spaces, [key]).get(key, ()))

    def _spaces(self) -> Reading[Spaces]:
        """What this agent may see: asked each time, since the state folder may be made anew under us."""
        epoch = yield from one("SELECT value FROM meta WHERE name = 'epoch'")
        return space_of(self._agent, str(epoch)), SHARED


def _uids(spaces: Spaces, *keys: str) -> list[str]:
    return [entity_uid(space, key) for key in keys for space in spaces]


def _edge(name: str, part: int, kind: str, other: str, weight: int) -> Edge:
    return Edge(other, kind, name, weight) if part == 1 else Edge(name, kind or CO_OCCURS, other, weight)


def _order(row: Row) -> tuple[Any, ...]:
    part, kind, other, weight = row
    return (part, -weight, other) if part == 2 else (part, kind, other)


def _places(ids: Sequence[str]) -> Reading[dict[str, Row]]:
    """Id → key, path, line, text and time of the entries that are in this index now."""
    rows = yield (
        """SELECT entries.id, key, path, line, text, at FROM entries JOIN documents ON documents.id = document
        WHERE entries.id IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(ids)),),
    )
    return {id: tuple(row) for id, *row in rows}
