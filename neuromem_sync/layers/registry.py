"""Which stores there are: a new table is a line here.

Wires them to nothing; app.py does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from neuromem_sync.layers import graph_sqlite, procedural_sqlite
from neuromem_sync.layers.base import Procedures, Shelf, Table, TaskLines, TextLayer, Touches, WorkingLayer
from neuromem_sync.layers.episodic_sqlite import EpisodicTable
from neuromem_sync.layers.graph import Graphs
from neuromem_sync.layers.procedural_sqlite import ProceduralTable
from neuromem_sync.layers.projection import Breaker, Projection, lacking
from neuromem_sync.layers.semantic_sqlite import SemanticTable
from neuromem_sync.layers.shelf_sqlite import SqliteShelf
from neuromem_sync.layers.touches_sqlite import SqliteTouches
from neuromem_sync.layers.working_sqlite import WorkingTable
from neuromem_sync.sqlite import connect

if TYPE_CHECKING:
    from pathlib import Path

    from neuromem_sync.clock import Clock
    from neuromem_sync.config import Settings
    from neuromem_sync.model import Problem

LATELY = 60.0
"""Seconds after which nobody knows any more how a server is; a daemon tries one that failed every 15 s."""


def text_layers() -> Sequence[TextLayer]:
    """The layers that are searched by text."""
    return (EpisodicTable(), SemanticTable(), ProceduralTable())


def tables() -> Sequence[Table]:
    """Every embedded store, for the index to write."""
    return (WorkingTable(), *text_layers())


def working() -> WorkingLayer:
    """What of working memory follows from files."""
    return WorkingTable()


def tasks() -> TaskLines:
    """What the logs tell of tasks."""
    return WorkingTable()


def graphs(agent: str, settings: Settings, clock: Clock, state: Callable[[], Path]) -> Graphs:
    """Entities and how they hang together: on a server where one is set, and in the index, which comes last.

    `state` gives the state folder of the workspace.
    """
    login = settings.layers.semantic
    if not login.url:
        return (graph_sqlite,)
    from neuromem_sync.layers.asking_neo4j import Asking
    from neuromem_sync.layers.graph_neo4j import Neo4jGraph

    return Neo4jGraph(Asking(login, lambda: circuit(state(), "neo4j"), clock), agent), graph_sqlite


def procedures() -> Procedures:
    """Procedures and how they went."""
    return procedural_sqlite


def shelf() -> Shelf:
    """What is archived of the episodic layer."""
    return SqliteShelf()


def touches(
    live: sqlite3.Connection, settings: Settings, clock: Clock, *, agent: str, epoch: Callable[[], str]
) -> Touches:
    """What of working memory does not, on a connection to the live database; `epoch` tells that of the index."""
    table = SqliteTouches(live, settings.working.ttl_s)
    if not settings.layers.working.url:
        return table
    from neuromem_sync.layers.resp import QUESTION, Conversation
    from neuromem_sync.layers.touches_redis import RedisTouches

    return RedisTouches(
        table,
        Conversation(settings.layers.working.url, QUESTION),
        breaker(live, "redis"),
        clock,
        agent=agent,
        epoch=epoch,
        ttl=settings.working.ttl_s,
        budget=settings.working.tokens,
    )


def breaker(live: sqlite3.Connection, store: str) -> Breaker:
    """Whether a server is worth asking now, by what is known in the live database."""
    from random import Random

    from neuromem_sync.layers.circuit_sqlite import Circuit

    return Circuit(live, store, Random())


@contextmanager
def circuit(state: Path, store: str) -> Iterator[Breaker]:
    """The same, on a connection of its own: for who asks the server from another thread."""
    with closing(connect(state / "live.db")) as live:
        yield breaker(live, store)


def degraded(settings: Settings, live: sqlite3.Connection, now: float) -> tuple[Problem, ...]:
    """What an answer says of the servers that failed when somebody asked them last, if that was lately."""
    known = {store: breaker(live, store).known for store in settings.layers.named}
    failing = [(store, each) for store, each in known.items() if each.failures and now < each.until + LATELY]
    return tuple(lacking(store, each.message, each.hint) for store, each in failing)


def projections(settings: Settings, *, planning: bool = False) -> Sequence[Projection]:
    """The stores on servers that the settings name. With `planning` a server of the graph is had to plan the questions
    there are: for who tells it something, and is there for longer than a look.
    """
    found: list[Projection] = []
    if settings.layers.working.url:
        from neuromem_sync.layers.working_redis import RedisWorking

        found.append(RedisWorking(settings.layers.working.url))
    if settings.layers.semantic.url:
        from neuromem_sync.layers.graph_neo4j import QUESTIONS
        from neuromem_sync.layers.planning_neo4j import Planning
        from neuromem_sync.layers.projection_neo4j import Neo4jProjection
        from neuromem_sync.layers.server_neo4j import Neo4jServer

        questions = QUESTIONS if planning else ()
        found.append(Neo4jProjection(Neo4jServer(settings.layers.semantic), Planning(questions)))
    return tuple(found)
