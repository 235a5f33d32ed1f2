"""Which stores there are: a new table is a line here.

Wires them to nothing; app.py does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from neuromem_sync.layers import graph_sqlite, procedural_sqlite
from neuromem_sync.layers.base import Graph, Procedures, Shelf, Table, TaskLines, TextLayer, Touches, WorkingLayer
from neuromem_sync.layers.episodic_sqlite import EpisodicTable
from neuromem_sync.layers.procedural_sqlite import ProceduralTable
from neuromem_sync.layers.projection import Projection
from neuromem_sync.layers.semantic_sqlite import SemanticTable
from neuromem_sync.layers.shelf_sqlite import SqliteShelf
from neuromem_sync.layers.touches_sqlite import SqliteTouches
from neuromem_sync.layers.working_sqlite import WorkingTable

if TYPE_CHECKING:
    from neuromem_sync.config import Settings


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


def graph() -> Graph:
    """Entities and how they hang together."""
    return graph_sqlite


def procedures() -> Procedures:
    """Procedures and how they went."""
    return procedural_sqlite


def shelf() -> Shelf:
    """What is archived of the episodic layer."""
    return SqliteShelf()


def touches(live: sqlite3.Connection, settings: Settings) -> Touches:
    """What of working memory does not, on a connection to the live database."""
    return SqliteTouches(live, settings.working.ttl_s)


def projections(settings: Settings) -> Sequence[Projection]:
    """The stores on servers that the settings name."""
    found: list[Projection] = []
    if settings.layers.working.url:
        from neuromem_sync.layers.working_redis import RedisWorking

        found.append(RedisWorking(settings.layers.working.url))
    return tuple(found)
