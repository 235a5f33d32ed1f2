"""What things are called on a server: their aliases, what a name stands for, how it is written, what comes near it.

What others call a thing counts for names that one does not use oneself. Follows no relation (around_neo4j.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString, Protocol

from neuromem_sync.layers.graph_sqlite import TYPING_SLIP, near
from neuromem_sync.layers.spaces_neo4j import Spaces
from neuromem_sync.sqlite import Row

_ALIASES: LiteralString = """UNWIND $given.names AS named UNWIND named.own + named.others AS uid
MATCH (alias:Entity)-[:STANDS_FOR]->(:Entity {uid: uid}) WHERE alias.key <> named.key
WITH named, alias, uid IN named.own AS own,
[space IN $given.own | space + substring(alias.uid, size(alias.space))] AS mine
WHERE own OR NOT EXISTS { MATCH (e:Entity) WHERE e.uid IN mine }
RETURN DISTINCT named.key, alias.key ORDER BY alias.key"""
_MEANT: LiteralString = """UNWIND $given.names AS named UNWIND named.own + named.others AS uid
MATCH (:Entity {uid: uid})-[:STANDS_FOR]->(e:Entity)
WHERE uid IN named.own OR NOT EXISTS { MATCH (own:Entity) WHERE own.uid IN named.own }
WITH named.key AS alias, e.key AS entity, count(*) AS number ORDER BY number DESC, entity
RETURN alias, collect(entity)[0]"""
_WRITTEN: LiteralString = """UNWIND $given.names AS named UNWIND named.own + named.others AS uid
MATCH (:Statement)-[m:MENTIONS]->(:Entity {uid: uid})
WITH named.key AS key, NOT uid IN named.own AS others, m.name AS name, m.type AS type, count(*) AS number
ORDER BY others, number DESC, name, type
RETURN key, collect([name, type])[0]"""
_HOLDING: LiteralString = """MATCH (e:Entity)<-[:MENTIONS]-()
WHERE e.space IN $given.spaces AND e.key CONTAINS $given.key
RETURN DISTINCT e.key ORDER BY size(e.key), e.key LIMIT $given.limit"""
_ALIKE: LiteralString = """MATCH (e:Entity)<-[:MENTIONS]-() WHERE e.space IN $given.spaces
AND abs(size(e.key) - size($given.key)) <= $given.slip RETURN DISTINCT e.key ORDER BY e.key"""

QUESTIONS = (_ALIASES, _MEANT, _WRITTEN, _HOLDING, _ALIKE)


class Ask(Protocol):
    """How the server is asked."""

    def begin(self, seconds: float) -> None:
        """A question: its statements have so long altogether. Raises LayerUnavailable if none is worth asking now."""
        ...

    def __call__(self, cypher: LiteralString, **values: Any) -> list[Row]:
        """The rows of a statement, which finds its values in `$given`. Raises LayerUnavailable."""
        ...

    def close(self) -> None: ...


def aliases(ask: Ask, spaces: Spaces, keys: Sequence[str]) -> dict[str, list[str]]:
    """Of each entity that has any: the other keys that stand for it."""
    found: dict[str, list[str]] = {}
    for key, alias in ask(_ALIASES, names=spaces.asked(keys), own=spaces.own):
        found.setdefault(key, []).append(alias)
    return found


def meant(ask: Ask, spaces: Spaces, keys: Iterable[str]) -> dict[str, str]:
    """What keys stand for that are aliases: the entity that most entries give them as an alias of."""
    return dict(ask(_MEANT, names=spaces.asked(keys)))


def written(ask: Ask, spaces: Spaces, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Name and type as most entries write them, without those that nobody mentions."""
    return {key: (name, type) for key, (name, type) in ask(_WRITTEN, names=spaces.asked(keys))}


def similar(ask: Ask, spaces: Spaces, key: str, limit: int) -> list[str]:
    """Keys that hold this one, shortest first, or that are nearly written like it."""
    holding = ask(_HOLDING, spaces=spaces.every, key=key, limit=limit)
    if holding:
        return [each for (each,) in holding]
    alike = ask(_ALIKE, spaces=spaces.every, key=key, slip=TYPING_SLIP)
    return near(key, [each for (each,) in alike], limit)
