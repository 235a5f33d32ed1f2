"""What entries are evidence for, as rows for a Neo4j: parameters of the statements that write them, each row once.

The same facts as in facts_sqlite.py, each with the entry it hangs on. Tells no server (projection_neo4j.py).
"""

from __future__ import annotations

import hashlib
from typing import LiteralString

from neuromem_sync.layers.facts_sqlite import facts_of
from neuromem_sync.model import Entry

SHARED = "*/"
"""Before the space of an index: that of what it shares. No agent can be called so."""
INDEXED = 1000
"""Characters of a key that an index of the server surely holds; a longer one is known by its digest."""
FACTS: dict[str, LiteralString] = {
    "mentions": """UNWIND $rows AS row MATCH (s:Statement {uid: row.entry}) MATCH (e:Entity {uid: row.entity})
    CREATE (s)-[:MENTIONS {name: row.name, type: row.type}]->(e)""",
    "attributes": """UNWIND $rows AS row MATCH (s:Statement {uid: row.entry}) MATCH (e:Entity {uid: row.subject})
    CREATE (s)-[:TELLS {name: row.name, value: row.value}]->(e)""",
    "relations": """UNWIND $rows AS row MATCH (a:Entity {uid: row.subject}) MATCH (b:Entity {uid: row.object})
    CREATE (a)-[:RELATES {kind: row.kind, context: row.context, entry: row.entry}]->(b)""",
    "aliases": """UNWIND $rows AS row MATCH (a:Entity {uid: row.alias}) MATCH (e:Entity {uid: row.entity})
    CREATE (a)-[:STANDS_FOR {entry: row.entry}]->(e)""",
}
"""By table, the statement that writes its rows."""
_KEYS = {
    "mentions": ("entity",),
    "attributes": ("subject", "name"),
    "relations": ("subject", "kind", "object"),
    "aliases": ("alias", "entity"),
}
"""What makes two rows of one entry the same, of which the first counts: the primary keys of facts_sqlite.py."""


class Facts:
    """The rows of a batch, and of the entities they are about."""

    def __init__(self) -> None:
        self.entities: dict[str, dict[str, str | None]] = {}
        self.rows: dict[str, dict[tuple[str, ...], dict[str, str]]] = {table: {} for table in FACTS}

    def add(self, uid: str, space: str, entry: Entry) -> None:
        for table, row in facts_of(0, entry):
            made = self._row(table, space, *map(str, row))
            place = (uid, *(made[name] for name in _KEYS[table]))
            self.rows[table].setdefault(place, {**made, "entry": uid})

    def _row(self, table: str, space: str, first: str, second: str, third: str, *rest: str) -> dict[str, str]:
        one = self._entity(space, first, third if table == "mentions" else None)
        match table:
            case "mentions":
                return {"entity": one, "name": third, "type": rest[0]}
            case "aliases":
                return {"alias": one, "entity": self._entity(space, second)}
            case "relations":
                return {"subject": one, "kind": second, "object": self._entity(space, third), "context": rest[1]}
            case _:
                return {"subject": one, "name": second, "value": rest[0]}

    def _entity(self, space: str, key: str, written: str | None = None) -> str:
        uid = entity_uid(space, key)
        row = self.entities.setdefault(uid, {"uid": uid, "space": space, "key": key, "name": key, "written": None})
        row["written"] = written or row["written"]
        return uid


def entity_uid(space: str, key: str) -> str:
    """What the node of an entity is found by."""
    short = key if len(key) <= INDEXED else hashlib.sha256(key.encode()).hexdigest()
    return f"{space}/{short}"


def space_of(agent: str, epoch: str) -> str:
    """The space of an agent's own entities, as one index knows them: of two indexes neither is in the other's way."""
    return f"{agent}/{epoch}"
