"""L3 embedded: what entries are evidence for, and what is known by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from contract import TableContract, entry
from graph_contract import GraphContract, GraphWorld, link, lives_in, mention

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

    def test_names_are_known_by_what_they_stand_for(self, world: GraphWorld) -> None:
        named = Entity(key="postgresql", name="PostgreSQL", aliases=("pg",))
        world.put(entry("PostgreSQL (aka pg)", entities=(named,)), link("gateway", "uses", "redis", 2))
        known = world.ask(graph_sqlite.known(["pg", "postgresql", "gateway", "redis", "the", "nobody"]))
        assert known == {"pg": "postgresql", "postgresql": "postgresql", "gateway": "gateway", "redis": "redis"}

    def test_the_most_mentioned_come_first_under_all_their_names(self, world: GraphWorld) -> None:
        named = Entity(key="postgresql", name="PostgreSQL", type="tool", aliases=("pg",))
        world.put(
            entry("PostgreSQL (aka pg)", entities=(named,)),
            mention("pg", "ada", line=2),
            mention("ada", line=3),
            mention("pg", "postgresql", line=4),
            link("gateway", "uses", "pg", 5),
        )
        found = world.ask(graph_sqlite.listing(9))
        assert [(each.key, each.entries, each.relations) for each in found] == [("postgresql", 3, 1), ("ada", 2, 0)]
        assert [each.key for each in world.ask(graph_sqlite.listing(1))] == ["postgresql"]
        assert [(each.key, each.entries) for each in world.ask(graph_sqlite.listing(9, "tool"))] == [("postgresql", 1)]
        assert world.ask(graph_sqlite.mentioned("nobody")) is None
