"""L3 on Neo4j, filled: entries become statements, and what they are evidence for hangs on them.

    (:Statement)-[:MENTIONS {name, type}]->(:Entity)      (:Entity)-[:RELATES {kind, context, entry}]->(:Entity)
    (:Statement)-[:TELLS {name, value}]->(:Entity)        (:Entity)-[:STANDS_FOR {entry}]->(:Entity)

These and no others: labels and types are never made of anybody's words. Everything is kept for each piece of evidence,
as in facts_sqlite.py, so that deleting an entry deletes exactly what it alone supported. That two things occur together
is two MENTIONS of one statement; a counter of its own could drift. Answers no question (graph_neo4j.py).

An entity is of a *space*: that of an agent's index, or the one beside it for what that index shares with all agents.
A statement that is gone stays as its version alone, so that what is older cannot bring it back: of each index the
latest `GONE` of them.

(:Epoch {reached, begun, told, shares}) is there for each index that is projected: the greatest version, when it began
and when it told something last by the server's clock, and whether it ever shared. An agent has several on several
machines, or after its state folder was lost; one that was silent for `SILENT_S` goes, one of another agent for
`ABANDONED_S`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, LiteralString

from neuromem_sync.errors import Emptied, LayerUnavailable
from neuromem_sync.layers.facts_neo4j import FACTS, SHARED, Facts, space_of
from neuromem_sync.layers.planning_neo4j import Planning
from neuromem_sync.layers.projection import GONE, Projected, Served, Told
from neuromem_sync.layers.server_neo4j import Neo4jServer
from neuromem_sync.model import Layer

if TYPE_CHECKING:
    from neo4j import AsyncTransaction

SILENT_S = 7 * 86400
"""Seconds after which an index that told nothing is taken for lost; one that is not begins anew."""
ABANDONED_S = 90 * 86400
"""Seconds after which any agent takes it for lost: nobody may be left who goes by the name. Less, and what somebody
shares who seldom writes would be out of sight.
"""
SWEEP_S = 3600.0
"""Seconds between two looks for such ones."""
BATCH = 500
"""Entries of a transaction: 0.2 s on two cores; a larger one is no faster for each of them."""
WRITE_S = 30.0
"""Seconds of one transaction: a page cache that is cold, a checkpoint, a cluster that elects."""

OLDEST = 5
"""The first version whose schema and transactions are spoken to as they are here."""

SCHEMA: tuple[LiteralString, ...] = (
    "CREATE CONSTRAINT neuromem_statement IF NOT EXISTS FOR (s:Statement) REQUIRE s.uid IS UNIQUE",
    "CREATE CONSTRAINT neuromem_entity IF NOT EXISTS FOR (e:Entity) REQUIRE e.uid IS UNIQUE",
    "CREATE CONSTRAINT neuromem_epoch IF NOT EXISTS FOR (e:Epoch) REQUIRE e.uid IS UNIQUE",
    "CREATE INDEX neuromem_agent IF NOT EXISTS FOR (s:Statement) ON (s.agent)",
    "CREATE INDEX neuromem_space IF NOT EXISTS FOR (e:Entity) ON (e.space)",
    "CREATE INDEX neuromem_relates IF NOT EXISTS FOR ()-[r:RELATES]-() ON (r.entry)",
    "CREATE INDEX neuromem_stands_for IF NOT EXISTS FOR ()-[r:STANDS_FOR]-() ON (r.entry)",
    """CREATE FULLTEXT INDEX neuromem_text IF NOT EXISTS
    FOR (n:Entity|Statement) ON EACH [n.name, n.text]""",
)

# Setting uid takes the lock before the version is compared: two projectors cannot both believe theirs is newer.
_TAKE: LiteralString = """UNWIND $rows AS row
MERGE (s:Statement {uid: row.uid}) ON CREATE SET s.version = -1
SET s.uid = row.uid
WITH s, row WHERE s.version < row.version
SET s = row RETURN s.uid"""
_BEGIN: LiteralString = """MERGE (e:Epoch {uid: $uid}) SET e.agent = $agent, e.epoch = $epoch,
e.reached = 0, e.told = 0, e.begun = timestamp(), e.shares = false"""
REACHED: LiteralString = "MATCH (e:Epoch {uid: $uid}) RETURN e.reached"
_REACH: LiteralString = """MATCH (e:Epoch {uid: $uid})
SET e.reached = CASE WHEN e.reached < $version THEN $version ELSE e.reached END,
e.told = timestamp(), e.shares = e.shares OR $shares RETURN e.reached"""
EPOCHS: LiteralString = "MATCH (e:Epoch) RETURN e.agent, e.uid, e.shares ORDER BY e.told DESC, e.uid"
_SILENT: LiteralString = """MATCH (e:Epoch) WHERE e.uid <> $uid
AND CASE e.told WHEN 0 THEN coalesce(e.begun, 0) ELSE e.told END
< timestamp() - CASE e.agent WHEN $agent THEN $silent ELSE $abandoned END RETURN e.agent, e.epoch ORDER BY e.uid"""
_OLDEST_GONE: LiteralString = """MATCH (s:Statement {agent: $agent}) WHERE s.epoch = $epoch AND s.path IS NULL
WITH s ORDER BY s.version DESC, s.uid SKIP $kept RETURN s.uid LIMIT $limit"""
_OTHERS: LiteralString = """MATCH (e:Epoch {agent: $agent})
WHERE e.uid <> $uid AND e.told > timestamp() - $silent
OPTIONAL MATCH (own:Epoch {uid: $uid})
RETURN COUNT { MATCH (s:Statement {agent: $agent}) WHERE s.epoch = e.epoch AND s.path IS NOT NULL },
COUNT { UNWIND $ids AS id MATCH (s:Statement {uid: e.uid + '/' + id}) WHERE s.path IS NOT NULL },
coalesce(e.told > own.begun, false) ORDER BY e.uid"""
_LEAVE: LiteralString = "MATCH (e:Epoch {uid: $uid}) DELETE e"
_END: LiteralString = "MATCH (e:Epoch {agent: $agent}) DELETE e"

_EMPTY: tuple[LiteralString, ...] = (
    """UNWIND $uids AS uid MATCH (:Statement {uid: uid})-[held:MENTIONS|TELLS]->(e:Entity)
    WITH held, e.uid AS touched DELETE held RETURN DISTINCT touched""",
    """UNWIND $uids AS uid MATCH (a:Entity)-[held:RELATES {entry: uid}]->(b:Entity)
    WITH held, [a.uid, b.uid] AS ends DELETE held WITH ends UNWIND ends AS touched RETURN DISTINCT touched""",
    """UNWIND $uids AS uid MATCH (a:Entity)-[held:STANDS_FOR {entry: uid}]->(b:Entity)
    WITH held, [a.uid, b.uid] AS ends DELETE held WITH ends UNWIND ends AS touched RETURN DISTINCT touched""",
)
_ENTITIES: LiteralString = """UNWIND $rows AS row MERGE (e:Entity {uid: row.uid})
ON CREATE SET e.space = row.space, e.key = row.key, e.name = row.name
SET e.name = coalesce(row.written, e.name)"""
_ORPHANS: LiteralString = "UNWIND $uids AS uid MATCH (e:Entity {uid: uid}) WHERE NOT (e)--() DELETE e"
_OF_EPOCH: LiteralString = """MATCH (s:Statement {agent: $agent, epoch: $epoch})
RETURN s.uid ORDER BY s.uid LIMIT $limit"""
_OF_AGENT: LiteralString = "MATCH (s:Statement {agent: $agent}) RETURN s.uid ORDER BY s.uid LIMIT $limit"
_DROP: LiteralString = "UNWIND $uids AS uid MATCH (s:Statement {uid: uid}) DETACH DELETE s"


class Neo4jProjection:
    """`projection.Projection` on a Neo4j server."""

    name = "neo4j"

    def __init__(self, server: Neo4jServer, planning: Planning | None = None) -> None:
        self._server = server
        self._planning = planning or Planning()
        self._prepared = False
        self._sweep = 0.0

    async def reached(self, epoch: str, agent: str) -> int | None:
        try:
            found = await self._server.ask(REACHED, WRITE_S, uid=space_of(agent, epoch))
        except LayerUnavailable:
            self._planning.end()
            raise
        self._planning.begin(self._server)
        return found[0][0] if found else None

    async def begin(self, epoch: str, agent: str) -> None:
        await self._prepare()
        await self._remove(_OF_EPOCH, agent, epoch)
        async with self._server.transaction(WRITE_S) as tx:
            await tx.run(_BEGIN, uid=space_of(agent, epoch), agent=agent, epoch=epoch)

    async def project(self, epoch: str, agent: str, rows: Sequence[Projected]) -> None:
        await self._prepare()
        # in one order, so that two projectors wait for each other instead of locking each other out
        ordered = sorted(rows, key=lambda row: (row.id, row.version))
        for first in range(0, len(ordered), BATCH):
            latest = {row.id: row for row in ordered[first : first + BATCH]}
            async with self._server.transaction(WRITE_S) as tx:
                version = max(row.version for row in latest.values())
                shares = any(row.entry is not None and row.entry.scope == "shared" for row in latest.values())
                if not await _column(tx, _REACH, uid=space_of(agent, epoch), version=version, shares=shares):
                    raise Emptied("Neo4j does not have what it was given of this memory")
                await _put(tx, epoch, agent, list(latest.values()))
        await self._sweep_out(agent, epoch)

    async def clear(self, agent: str) -> None:
        await self._prepare()
        async with self._server.transaction(WRITE_S) as tx:
            await tx.run(_END, agent=agent)  # first: who is interrupted below has to begin anew
        await self._remove(_OF_AGENT, agent, "")

    async def others(self, epoch: str, agent: str, ids: Sequence[str]) -> Sequence[Told]:
        own = {"agent": agent, "uid": space_of(agent, epoch)}
        found = await self._server.ask(_OTHERS, WRITE_S, **own, ids=ids, silent=SILENT_S * 1000)
        return [Told(entries=entries, held=held, since=since) for entries, held, since in found]

    async def _remove(self, which: LiteralString, agent: str, epoch: str) -> None:
        uids = [""]
        while uids:
            async with self._server.transaction(WRITE_S) as tx:
                uids = await _column(tx, which, agent=agent, epoch=epoch, limit=BATCH, kept=GONE)
                touched = await _empty(tx, uids)
                await tx.run(_DROP, uids=uids)
                await tx.run(_ORPHANS, uids=touched)

    async def _sweep_out(self, agent: str, epoch: str) -> None:
        """Remove what other indexes left there that nobody keeps any more, and the oldest deletions."""
        if time.monotonic() < self._sweep:
            return
        own = {"agent": agent, "uid": space_of(agent, epoch)}
        limits = {"silent": SILENT_S * 1000, "abandoned": ABANDONED_S * 1000}
        for whose, silent in await self._server.ask(_SILENT, WRITE_S, **own, **limits):
            await self.leave(silent, whose)
        await self._remove(_OLDEST_GONE, agent, epoch)
        self._sweep = time.monotonic() + SWEEP_S

    async def leave(self, epoch: str, agent: str) -> None:
        await self._remove(_OF_EPOCH, agent, epoch)
        async with self._server.transaction(WRITE_S) as tx:
            await tx.run(_LEAVE, uid=space_of(agent, epoch))

    async def check(self) -> Served:
        await self._prepare()
        version, latency = await self._server.version(WRITE_S)
        return Served(version=version, latency_ms=latency)

    async def close(self) -> None:
        self._planning.end()
        await self._server.close()

    async def _prepare(self) -> None:
        """The schema, once a process: each statement does nothing where it was done before."""
        if not self._prepared:
            await self._server.require(OLDEST, WRITE_S)
            for statement in SCHEMA:
                await self._server.command(statement, WRITE_S)
            await self._server.command("CALL db.awaitIndexes(20)", WRITE_S)
            self._prepared = True


async def _put(tx: AsyncTransaction, epoch: str, agent: str, rows: Sequence[Projected]) -> None:
    space = space_of(agent, epoch)
    held = {f"{space}/{row.id}": row for row in rows}
    taken = await _column(tx, _TAKE, rows=[_statement(uid, epoch, agent, row) for uid, row in held.items()])
    touched = await _empty(tx, taken)
    facts = Facts()
    for uid in taken:
        entry = held[uid].entry
        if entry is not None:
            facts.add(uid, SHARED + space if entry.scope == "shared" else space, entry)
    await tx.run(_ENTITIES, rows=list(facts.entities.values()))
    for table, statement in FACTS.items():
        await tx.run(statement, rows=list(facts.rows[table].values()))
    await tx.run(_ORPHANS, uids=[uid for uid in touched if uid not in facts.entities])


async def _empty(tx: AsyncTransaction, uids: Sequence[str]) -> list[str]:
    """Take away all these are evidence for; the entities that lost something by it."""
    touched = [each for statement in _EMPTY for each in await _column(tx, statement, uids=uids)]
    return sorted(set(touched))


async def _column(tx: AsyncTransaction, statement: LiteralString, **values: Any) -> list[str]:
    return [record[0] async for record in await tx.run(statement, values)]


def _statement(uid: str, epoch: str, agent: str, row: Projected) -> dict[str, Any]:
    """The properties of a statement. The text of one that is no knowledge and names nothing stays at home."""
    held: dict[str, Any] = {"uid": uid, "agent": agent, "epoch": epoch, "id": row.id, "version": row.version}
    entry = row.entry
    if entry is None:
        return held
    held |= {"seen": row.key, "shared": entry.scope == "shared", "layer": entry.layer.value, "kind": entry.kind.value}
    held |= {"path": entry.source.path, "line": entry.source.span.line, "at": entry.at, "instant": entry.instant}
    known = entry.layer is Layer.SEMANTIC or entry.entities or entry.relations or entry.subject
    return {**held, "text": entry.text} if known else held
