"""All that servers hold, as text: every key and value of a Redis, every property of a Neo4j, what its index finds."""

from __future__ import annotations

from typing import Any

from neuromem_sync.config import load


def held() -> str:
    """On the servers that the settings name."""
    return on_redis() + on_neo4j()


def on_redis() -> str:
    import redis

    with redis.Redis.from_url(load().layers.working.url, decode_responses=True) as server:
        return "\n".join(f"{key}: {_value(server, key)}" for key in sorted(server.scan_iter(count=1000)))


def _value(server: Any, key: str) -> object:
    match server.type(key):
        case "string":
            return server.get(key)
        case "hash":
            return sorted(server.hgetall(key).items())
        case "set":
            return sorted(server.smembers(key))
        case "zset":
            return server.zrange(key, 0, -1, withscores=True)
        case kind:
            raise AssertionError(f"{key} is a {kind}: of that nothing is known")


def on_neo4j() -> str:
    nodes = asked("MATCH (n) RETURN labels(n), properties(n)")
    edges = asked("MATCH ()-[r]->() RETURN type(r), properties(r)")
    return "\n".join(sorted(map(str, nodes + edges)))


def found(words: str) -> int:
    """How many nodes the full-text index has for these."""
    asked("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    return len(asked("CALL db.index.fulltext.queryNodes('neuromem_text', $words) YIELD node RETURN node", words=words))


def asked(cypher: str, **values: object) -> list[tuple[Any, ...]]:
    from neo4j import GraphDatabase

    login = load().layers.semantic
    with GraphDatabase.driver(login.url, auth=(login.user, login.password)) as driver:
        records = driver.execute_query(cypher, values, database_=None).records  # type: ignore[arg-type]
        return [tuple(record.values()) for record in records]
