"""L3 embedded: what entries are evidence for, and what is known by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from contract import TableContract, entry
from graph_contract import GraphContract, GraphWorld, link, lives_in

from neuromem_sync.layers import graph_sqlite
from neuromem_sync.layers.semantic_sqlite import SemanticTable
from neuromem_sync.model import Entity, Layer


class TestSemantic(TableContract):
    table = SemanticTable()
    samples = (
        link("gateway", "uses", "redis", 1),
        entry("a statement", 2, layer=Layer.SEMANTIC),
        entry("Ada", 3, entities=(Entity(key="ada", name="Ada", type="person", aliases=("ada lovelace",)),)),
        lives_in("London", 4, None),
    )


class TestGraph(GraphContract):
    @pytest.fixture
    def make(self, tmp_path: Path) -> Callable[[], GraphWorld]:
        def made() -> GraphWorld:
            world = GraphWorld(tmp_path / "index.db", [SemanticTable()])
            world.graph = graph_sqlite
            return world

        return made
