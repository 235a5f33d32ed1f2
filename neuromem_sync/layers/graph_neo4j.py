"""L3 on Neo4j, asked: the graph of graph_sqlite.py, with the same answers and what other agents share.

A reading here asks the server from inside: it is run where blocking is allowed, as every reading is (sqlite.py). What
is an entry of this index comes from the index itself, with its present place. Writes nothing (projection_neo4j.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, LiteralString

from neuromem_sync.errors import LayerUnavailable
from neuromem_sync.layers import names_neo4j as names
from neuromem_sync.layers import walks
from neuromem_sync.layers.around_neo4j import QUESTIONS as AROUND
from neuromem_sync.layers.around_neo4j import Around
from neuromem_sync.layers.graph import CO_OCCURS, Edge, Fact, Leg, Neighbour, Told
from neuromem_sync.layers.graph_sqlite import lasting
from neuromem_sync.layers.names_neo4j import Ask
from neuromem_sync.layers.projection_neo4j import EPOCHS
from neuromem_sync.layers.spaces_neo4j import Spaces, visible
from neuromem_sync.sqlite import Reading, Row, one

AT_ONCE = 128
"""Entities whose edges are asked for together: a statement takes a millisecond, and a tenth for each of them."""

_EVIDENCE: LiteralString = """UNWIND $given.uids AS uid MATCH (s:Statement)-[:MENTIONS]->(:Entity {uid: uid})
WITH DISTINCT s WHERE s.agent = $given.agent RETURN s.id ORDER BY s.seen DESC, s.uid LIMIT $given.limit"""
_TELLS: LiteralString = """UNWIND $given.uids AS uid MATCH (s:Statement)-[t:TELLS]->(:Entity {uid: uid})
WHERE s.agent = $given.agent RETURN t.name, t.value, s.at, s.instant, s.id"""
_PLACED: LiteralString = """WITH DISTINCT s
ORDER BY s.agent <> $given.agent, s.instant IS NULL, s.instant DESC, s.path, s.line LIMIT $given.limit
RETURN s } RETURN edge.number, s.agent, s.id, s.path, s.line, s.text, s.at"""
_SAID: LiteralString = f"""UNWIND $given.edges AS edge CALL {{ WITH edge
UNWIND edge.subjects AS one UNWIND edge.objects AS other
MATCH (:Entity {{uid: one}})-[r:RELATES]->(:Entity {{uid: other}}) WHERE r.kind = edge.kind
MATCH (s:Statement {{uid: r.entry}}) {_PLACED}"""
_BOTH: LiteralString = f"""UNWIND $given.edges AS edge CALL {{ WITH edge
UNWIND edge.subjects AS one UNWIND edge.objects AS other
MATCH (:Entity {{uid: one}})<-[:MENTIONS]-(s:Statement)-[:MENTIONS]->(:Entity {{uid: other}}) {_PLACED}"""
QUESTIONS = (
    *(EPOCHS, _EVIDENCE, _TELLS, _SAID, _BOTH),
    *names.QUESTIONS,
    *AROUND,
)
"""All that is asked here."""


class Neo4jGraph:
    """`graph.Graph` of one agent on a server: what its index projects, and what all agents share; nothing else."""

    name = "neo4j"

    def __init__(self, ask: Ask, agent: str) -> None:
        self._ask = ask
        self._agent = agent
        self._epochs: list[Row] | None = None
        self._steps = walks.Steps(self._legs, AT_ONCE)

    def close(self) -> None:
        self._ask.close()

    def ready(self, seconds: float) -> Reading[None]:
        self._ask.begin(seconds)
        self._epochs = self._ask(EPOCHS)  # agents come, and go over to another index of theirs
        own = (yield from self._spaces()).own[0]
        if own not in [uid for _, uid, _ in self._epochs]:
            raise LayerUnavailable("Neo4j has not been given this memory yet", "run: neuromem sync")

    def aliases(self, key: str) -> Reading[tuple[str, ...]]:
        return tuple(names.aliases(self._ask, (yield from self._spaces()), [key]).get(key, ()))

    def similar(self, key: str, limit: int) -> Reading[list[str]]:
        return names.similar(self._ask, (yield from self._spaces()), key, limit)

    def resolve(self, name: str) -> Reading[str]:
        return names.meant(self._ask, (yield from self._spaces()), [name]).get(name, name)

    def entity(self, key: str) -> Reading[tuple[str, str] | None]:
        return (yield from self.names([key])).get(key)

    def names(self, keys: Sequence[str]) -> Reading[Mapping[str, tuple[str, str]]]:
        return names.written(self._ask, (yield from self._spaces()), keys)

    def evidence(self, key: str, limit: int) -> Reading[list[int]]:
        uids = self._all_uids((yield from self._spaces()), key)
        ids = [id for (id,) in self._ask(_EVIDENCE, uids=uids, agent=self._agent, limit=limit)]
        places = yield from _places(ids)
        return [places[id][0] for id in ids if id in places]

    def edges(self, key: str, degree: int) -> Reading[list[Edge]]:
        return Around(self._ask, (yield from self._spaces()), degree, stated=False).edges(key)

    def attributes(self, subject: str, moment: float | None = None) -> Reading[list[Fact]]:
        spaces = yield from self._spaces()
        rows = self._ask(_TELLS, uids=spaces.uids(subject), agent=self._agent)
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
        rows = self._ask(_SAID, edges=said, limit=limit, agent=self._agent) if said else []
        rows += self._ask(_BOTH, edges=both, limit=limit, agent=self._agent) if both else []
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
        return Around(self._ask, (yield from self._spaces()), degree, stated=stated).legs(keys)

    def _all_uids(self, spaces: Spaces, key: str) -> list[str]:
        """Of an entity under all its names."""
        return spaces.uids(key, *names.aliases(self._ask, spaces, [key]).get(key, ()))

    def _spaces(self) -> Reading[Spaces]:
        """Others as of `ready`, one's own index as of now: it may be made anew under us."""
        epoch = yield from one("SELECT value FROM meta WHERE name = 'epoch'")
        if self._epochs is None:
            self._epochs = self._ask(EPOCHS)
        return visible(self._agent, str(epoch), self._epochs)


def _ends(spaces: Spaces, number: int, edge: Edge) -> dict[str, Any]:
    ends = {"subjects": spaces.uids(edge.subject), "objects": spaces.uids(edge.object)}
    return {"number": number, "kind": edge.kind, **ends}


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
