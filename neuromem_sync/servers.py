"""The settings of servers: where they are, and who we are there.

Opens no connection. A password is never in a representation; `shown` is how a value of these is printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field
from typing import Any

HIDDEN = "***"
_IN_URL = re.compile(r"(?<=://)([^:/@]*):.*@")

_HOST = r"([^\s/?#@:\[\]]+|\[[0-9A-Fa-f:.]+\])"
_PORT = r"(:(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3}))?"
# What stands before the @ has no other @ and no /: else a part of a password would be taken for the host, and shown.
REDIS_URL = {
    "form": rf"rediss?://([^\s/?#@]*@)?{_HOST}{_PORT}(/[0-9]*)?|",
    "what": "the URL of a Redis",
    "hint": 'write it like "redis://user:password@host:6379/0" (rediss:// for TLS; in a password %40 for @, %2F for /,'
    ' %3A for :, %23 for #, %3F for ?), or "" for no server',
    "variable": "NEUROMEM_REDIS_URL",
    "secret": True,
}
NEO4J_URL = {
    "form": rf"(bolt|neo4j)(\+s|\+ssc)?://{_HOST}{_PORT}/?|",
    "what": "the URL of a Neo4j",
    "hint": 'write it like "bolt://host:7687" (neo4j:// for a cluster, +s for TLS), user and password in settings of'
    ' their own; or "" for no server',
    "variable": "NEUROMEM_NEO4J_URL",
    "secret": True,
}
NEO4J_USER = {"form": r"\S*", "hint": "write a name without blanks", "variable": "NEUROMEM_NEO4J_USER"}
NEO4J_PASSWORD = {
    "form": r"[^\x00-\x1f]*",
    "what": "one line",
    "hint": "write one line; NEUROMEM_NEO4J_PASSWORD keeps it out of files",
    "variable": "NEUROMEM_NEO4J_PASSWORD",
    "secret": True,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingServer:
    """Working memory on Redis: its URL with user and password, "" for none."""

    url: str = field(default="", repr=False, metadata=REDIS_URL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SemanticServer:
    """The graph on Neo4j: its URL ("" for none), and who we are there."""

    url: str = field(default="", metadata=NEO4J_URL)
    user: str = field(default="neo4j", metadata=NEO4J_USER)
    password: str = field(default="", repr=False, metadata=NEO4J_PASSWORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Which layers are projected into servers."""

    working: WorkingServer = WorkingServer()
    semantic: SemanticServer = SemanticServer()

    @property
    def named(self) -> tuple[str, ...]:
        """The stores that have a server."""
        urls = {"redis": self.working.url, "neo4j": self.semantic.url}
        return tuple(store for store, url in urls.items() if url)

    @property
    def served(self) -> bool:
        """Whether a server is named at all."""
        return bool(self.named)


def shown(key: Field[Any], value: str) -> str:
    """The value of a setting with what is secret of it hidden: of a URL its password, of a password all."""
    if not is_secret(key):
        return value
    return _IN_URL.sub(rf"\1:{HIDDEN}@", value) if "://" in value or not value else HIDDEN


def has_password(layers: Layers) -> bool:
    """Whether these settings hold a password."""
    return bool(layers.semantic.password or _IN_URL.search(layers.working.url))


def is_secret(key: Field[Any]) -> bool:
    return bool(_metadata(key).get("secret"))


def short_variable(key: Field[Any]) -> str | None:
    """The variable of the environment that gives it, where it has one of its own."""
    return _metadata(key).get("variable")


def _metadata(key: Field[Any]) -> Mapping[str, Any]:
    return key.metadata
