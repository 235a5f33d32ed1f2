"""L3 on Neo4j, asked: the graph of graph_sqlite.py, with the same answers and what other agents share.

A reading here asks the server from inside: it is run where blocking is allowed, as every reading is (sqlite.py). What
is an entry of this index comes from the index itself, with its present place. Writes nothing (projection_neo4j.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, LiteralString, Protocol, TypeAlias

from neuromem_sync.errors import LayerUnavailable
from neuromem_sync.layers import walks
from neuromem_sync.layers.graph import CO_OCCURS, Edge, Fact, Leg, Mentioned, Neighbour, Told
from neuromem_sync.layers.graph_sqlite import TYPING_SLIP, lasting, near
from neuromem_sync.layers.projection_neo4j import REACHED, SHARED, entity_uid, space_of
from neuromem_sync.sqlite import Reading, Row, one

Spaces: TypeAlias = tuple[str, ...]
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
_STATEMENTS: LiteralString = f"""UNWIND $names AS named CALL {{ {_OUT} UNION ALL {_IN} }}
RETURN named.key, part, kind, other, weight"""
_EDGES: LiteralString = f"""UNWIND $names AS named CALL {{ {_OUT} UNION ALL {_IN} UNION ALL {_WITH} }}
RETURN named.key, part, kind, other, weight"""

_NAMES_OF: LiteralString = """UNWIND $names AS named UNWIND named.uids AS uid
MATCH (alias:Entity)-[:STANDS_FOR]->(:Entity {uid: uid}) WHERE alias.key <> named.key
RETURN DISTINCT named.key, alias.key ORDER BY alias.key"""
_KNOWN: LiteralString = """UNWIND $names AS named UNWIND named.uids AS uid
MATCH (e:Entity {uid: uid}) WHERE EXISTS { (e)<-[:MENTIONS|RELATES]-() } OR EXISTS { (e)-[:RELATES|STANDS_FOR]->() }
RETURN DISTINCT named.key"""
_MEANT: LiteralString = """UNWIND $names AS named UNWIND named.uids AS uid
MATCH (:Entity {uid: uid})-[:STANDS_FOR]->(e:Entity)
WITH named.key AS alias, e.key AS entity, count(*) AS number ORDER BY number DESC, entity
RETURN alias, collect(entity)[0]"""
_STANDS_FOR: LiteralString = """MATCH (e:Entity)<-[:STANDS_FOR]-(alias:Entity) WHERE e.space IN $spaces
RETURN alias.key, e.key, count(*) AS number ORDER BY alias.key, number DESC, e.key"""
_WRITTEN: LiteralString = """UNWIND $names AS named UNWIND named.uids AS uid
MATCH (:Statement)-[m:MENTIONS]->(:Entity {uid: uid})
WITH named.key AS key, m.name AS name, m.type AS type, count(*) AS number ORDER BY number DESC, name, type
RETURN key, collect([name, type])[0]"""
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
RETURN s } RETURN edge.number, s.agent, s.id, s.path, s.line, s.text, s.at"""
_SAID: LiteralString = f"""UNWIND $edges AS edge CALL {{ WITH edge
UNWIND edge.subjects AS one UNWIND edge.objects AS other
MATCH (:Entity {{uid: one}})-[r:RELATES]->(:Entity {{uid: other}}) WHERE r.kind = edge.kind
MATCH (s:Statement {{uid: r.entry}}) {_PLACED}"""
_BOTH: LiteralString = f"""UNWIND $edges AS edge CALL {{ WITH edge
UNWIND edge.subjects AS one UNWIND edge.objects AS other
MATCH (:Entity {{uid: one}})<-[:MENTIONS]-(s:Statement)-[:MENTIONS]->(:Entity {{uid: other}}) {_PLACED}"""


class Ask(Protocol):
    """How the server is asked."""

    def __call__(self, cypher: LiteralString, **values: Any) -> list[Row]:
        """The rows of a statement, given its values by name. Raises LayerUnavailable."""
        ...

    def close(self) -> None: ...


class Neo4jGraph:
    """`base.Graph` of one agent on a server: what its index projects, and what all agents share; nothing else."""

    name = "neo4j"

    def __init__(self, ask: Ask, agent: str) -> None:
        self._ask = ask
        self._agent = agent
        self._steps = walks.Steps(self._legs, AT_ONCE)

    def close(self) -> None:
        self._ask.close()

    def ready(self) -> Reading[None]:
        own, _ = yield from self._spaces()
        if not self._ask(REACHED, uid=own):
            raise LayerUnavailable("Neo4j has not been given this memory yet", "run: neuromem sync")

    def listing(self, limit: int, type: str | None = None) -> Reading[list[Mentioned]]:
        spaces = yield from self._spaces()
        standing_for: dict[str, str] = {}
        for alias, entity, _ in self._ask(_STANDS_FOR, spaces=spaces):
            standing_for.setdefault(alias, entity)
        counts: dict[str, int] = {}
        for key, number in self._ask(_COUNTED, spaces=spaces, type=type):
            meant = str(standing_for.get(key, key))
            counts[meant] = counts.get(meant, 0) + number
        most = sorted(counts, key=lambda key: (-counts[key], key))[:limit]
        found = [each for key in most if (each := self._mentioned(spaces, key, type))]
        return sorted(found, key=lambda each: (-each.entries, each.key))

    def mentioned(self, key: str, type: str | None = None) -> Reading[Mentioned | None]:
        return self._mentioned((yield from self._spaces()), key, type)

    def _mentioned(self, spaces: Spaces, key: str, type: str | None) -> Mentioned | None:
        uids = self._all_uids(spaces, key)
        written = self._names(spaces, [key]).get(key) or self._ask(_ANY_NAME, uids=uids)[0]
        number = self._ask(_MENTIONS, uids=uids, type=type)[0][0]
        stated = self._ask(_STATED, uids=uids)[0][0]
        return Mentioned(key, written[0], type or written[1], number, stated) if number else None

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
        meant: dict[str, str] = dict(self._ask(_MEANT, names=_asked((yield from self._spaces()), [name])))
        return str(meant.get(name, name))

    def known(self, keys: Sequence[str]) -> Reading[Mapping[str, str]]:
        asked = _asked((yield from self._spaces()), keys)
        meant: dict[str, str] = dict(self._ask(_MEANT, names=asked))
        found = [str(key) for (key,) in self._ask(_KNOWN, names=asked)]
        return {key: meant.get(key, key) for key in found}

    def entity(self, key: str) -> Reading[tuple[str, str] | None]:
        return (yield from self.names([key])).get(key)

    def names(self, keys: Sequence[str]) -> Reading[Mapping[str, tuple[str, str]]]:
        return self._names((yield from self._spaces()), keys)

    def _names(self, spaces: Spaces, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
        return {key: (name, type) for key, (name, type) in self._ask(_WRITTEN, names=_asked(spaces, keys))}

    def evidence(self, key: str, limit: int) -> Reading[list[int]]:
        spaces = yield from self._spaces()
        uids = self._all_uids(spaces, key)
        ids = [id for (id,) in self._ask(_EVIDENCE, uids=uids, agent=self._agent, limit=limit)]
        places = yield from _places(ids)
        return [places[id][0] for id in ids if id in places]

    def edges(self, key: str, degree: int) -> Reading[list[Edge]]:
        spaces = yield from self._spaces()
        return self._around(spaces, self._names_of(spaces, [key], degree), degree, _EDGES)[key]

    def attributes(self, subject: str, moment: float | None = None) -> Reading[list[Fact]]:
        spaces = yield from self._spaces()
        rows = self._ask(_TELLS, uids=_uids(spaces, subject), agent=self._agent)
        places = yield from _places([row[4] for row in rows])
        own = [(*row[:4], places[row[4]][0]) for row in rows if row[4] in places]
        return lasting(sorted(own, key=_in_time), moment)

    def neighbours(
        self, keys: Iterable[str], hops: int, cap: int, degree: int = walks.DEGREE
    ) -> Reading[list[Neighbour]]:
        return walks.neighbours(self._steps, keys, hops, cap, degree)

    def path(
        self, start: str, goal: str, cap: int = walks.REACH, degree: int = walks.DEGREE, *, stated: bool = False
    ) -> Reading[tuple[Leg, ...] | None]:
        return walks.path(self._steps, start, goal, cap, degree, stated=stated)

    def told(self, edges: Sequence[Edge], limit: int) -> Reading[Mapping[Edge, list[Told]]]:
        spaces = yield from self._spaces()
        asked = [_ends(spaces, number, edge) for number, edge in enumerate(edges)]
        both = [edge for edge in asked if edge["kind"] == CO_OCCURS]
        said = [edge for edge in asked if edge["kind"] != CO_OCCURS]
        rows = self._ask(_SAID, edges=said, limit=limit) if said else []
        rows += self._ask(_BOTH, edges=both, limit=limit) if both else []
        places = yield from _places([row[2] for row in rows if row[1] == self._agent])
        found: dict[Edge, dict[object, Told]] = {edge: {} for edge in edges}
        for number, agent, id, *row in rows:
            told = found[edges[number]]
            if agent != self._agent:
                path, line, text, at = row
                told[agent, id] = Told(path, line, text, at, None, agent)
            elif id in places:
                key, path, line, text, at = places[id]
                told[key] = Told(path, line, text, at, key)
        return {edge: list(told.values()) for edge, told in found.items()}

    def _legs(self, keys: Sequence[str], degree: int, stated: bool) -> Reading[walks.Legs]:
        spaces = yield from self._spaces()
        names = self._names_of(spaces, keys, degree)
        around = self._around(spaces, names, degree, _STATEMENTS if stated else _EDGES)
        ends = dict.fromkeys(end for edges in around.values() for edge in edges for end in (edge.subject, edge.object))
        meant: dict[str, str] = dict(self._ask(_MEANT, names=_asked(spaces, ends)))
        return {key: walks.legs(key, names[key], around[key], meant) for key in keys}

    def _around(
        self, spaces: Spaces, names: Mapping[str, Sequence[str]], degree: int, statement: LiteralString
    ) -> dict[str, list[Edge]]:
        """Of each key: the edges of all its names, in the order of graph_sqlite.py."""
        asked = _asked(spaces, dict.fromkeys(chain(*names.values())))
        found: dict[str, list[Row]] = {}
        for name, *row in self._ask(statement, names=asked, degree=degree, latest=walks.EVIDENCE):
            found.setdefault(name, []).append(tuple(row))
        ordered = {name: [_edge(name, *row) for row in sorted(rows, key=_order)] for name, rows in found.items()}
        return {key: [edge for name in own for edge in ordered.get(name, ())] for key, own in names.items()}

    def _names_of(self, spaces: Spaces, keys: Sequence[str], limit: int) -> dict[str, tuple[str, ...]]:
        """Of each key: itself, and at most so many others that stand for it."""
        aliases = self._aliases(spaces, keys)
        return {key: (key, *aliases.get(key, ())[:limit]) for key in keys}

    def _aliases(self, spaces: Spaces, keys: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key, alias in self._ask(_NAMES_OF, names=_asked(spaces, keys)):
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


def _asked(spaces: Spaces, keys: Iterable[str]) -> list[dict[str, Any]]:
    return [{"key": key, "uids": _uids(spaces, key)} for key in keys]


def _ends(spaces: Spaces, number: int, edge: Edge) -> dict[str, Any]:
    ends = {"subjects": _uids(spaces, edge.subject), "objects": _uids(spaces, edge.object)}
    return {"number": number, "kind": edge.kind, **ends}


def _edge(name: str, part: int, kind: str, other: str, weight: int) -> Edge:
    return Edge(other, kind, name, weight) if part == 1 else Edge(name, kind or CO_OCCURS, other, weight)


def _order(row: Row) -> tuple[Any, ...]:
    part, kind, other, weight = row
    return (part, -weight, other) if part == 2 else (part, kind, other)


def _in_time(row: Row) -> tuple[Any, ...]:
    name, value, _at, instant, entry = row
    return name, instant is not None, instant or 0.0, value, entry


def _places(ids: Sequence[str]) -> Reading[dict[str, Row]]:
    """Id → key, path, line, text and time of the entries that are in this index now."""
    rows = yield (
        """SELECT entries.id, key, path, line, text, at FROM entries JOIN documents ON documents.id = document
        WHERE entries.id IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(ids)),),
    )
    return {id: tuple(row) for id, *row in rows}
