"""L3: what entries are evidence for, and capped walks through it."""

from __future__ import annotations

from contract import TableContract, World, entry

from neuromem_sync.layers import graph_sqlite as graph
from neuromem_sync.layers.semantic_sqlite import SemanticTable
from neuromem_sync.model import Entity, Entry, Layer, Relation
from neuromem_sync.sqlite import read


def link(subject: str, kind: str, other: str, line: int = 1) -> Entry:
    return entry(f"{subject} {kind} {other}", line, relations=(Relation(subject=subject, kind=kind, object=other),))


def lives_in(place: str, line: int, at: str | None) -> Entry:
    return entry(f"city:: {place}", line, subject="ada", attributes={"city": place}, at=at)


def mention(*keys: str, line: int = 1) -> Entry:
    return entry(" ".join(keys), line, entities=tuple(Entity(key=key, name=key.title()) for key in keys))


class TestSemantic(TableContract):
    table = SemanticTable()
    samples = (
        link("gateway", "uses", "redis", 1),
        entry("a statement", 2, layer=Layer.SEMANTIC),
        entry("Ada", 3, entities=(Entity(key="ada", name="Ada", type="person", aliases=("ada lovelace",)),)),
        lives_in("London", 4, None),
    )

    def test_neighbours_are_nearest_first_and_both_ways(self, world: World) -> None:
        world.put(link("a", "uses", "b"), link("c", "owns", "a", 2), link("b", "uses", "d", 3))
        found = read(world.connection, graph.neighbours(["a"], 2, 10))
        assert [(each.key, each.hops) for each in found] == [("b", 1), ("c", 1), ("d", 2)]

    def test_a_hub_is_followed_no_further_than_its_degree(self, world: World) -> None:
        world.put(*(link("hub", "knows", f"n{number:03}", number + 1) for number in range(300)))
        assert len(read(world.connection, graph.neighbours(["hub"], 1, 1000, degree=20))) == 20

    def test_a_walk_stops_at_its_cap(self, world: World) -> None:
        world.put(*(link(f"n{number}", "next", f"n{number + 1}", number + 1) for number in range(50)))
        assert len(read(world.connection, graph.neighbours(["n0"], 40, 7))) == 7

    def test_a_cycle_ends(self, world: World) -> None:
        world.put(link("a", "uses", "b"), link("b", "uses", "a", 2))
        assert [each.key for each in read(world.connection, graph.neighbours(["a"], 9, 99))] == ["b"]

    def test_a_shortest_path_is_found_from_both_ends(self, world: World) -> None:
        world.put(
            link("a", "uses", "b"), link("b", "uses", "c", 2), link("c", "uses", "d", 3), link("x", "owns", "d", 4)
        )
        way = read(world.connection, graph.path("a", "x"))
        assert way is not None
        assert [(edge.subject, edge.object) for edge in way] == [("a", "b"), ("b", "c"), ("c", "d"), ("x", "d")]

    def test_a_path_to_itself_is_empty_and_to_a_stranger_none(self, world: World) -> None:
        world.put(link("a", "uses", "b"), link("y", "uses", "z", 2))
        assert read(world.connection, graph.path("a", "a")) == ()
        assert read(world.connection, graph.path("a", "z")) is None

    def test_equal_statements_weigh_more_and_lose_weight_with_their_evidence(self, world: World) -> None:
        first, second = link("a", "uses", "b"), link("a", "uses", "b", 2)
        keys = world.put(first, second)
        assert [edge.weight for edge in read(world.connection, graph.edges("a", 9))] == [2]
        world.edit(keys[0], first, None)
        assert [edge.weight for edge in read(world.connection, graph.edges("a", 9))] == [1]

    def test_things_named_together_occur_together(self, world: World) -> None:
        world.put(mention("ada", "redis"), mention("ada", "redis", "neo4j", line=2))
        edges = read(world.connection, graph.edges("ada", 9))
        assert [(edge.kind, edge.object, edge.weight) for edge in edges] == [
            (graph.CO_OCCURS, "redis", 2),
            (graph.CO_OCCURS, "neo4j", 1),
        ]

    def test_an_alias_stands_for_its_entity(self, world: World) -> None:
        named = Entity(key="postgresql", name="PostgreSQL", aliases=("pg",))
        world.put(entry("PostgreSQL (aka pg)", entities=(named,)), link("gateway", "uses", "pg", 2))
        assert read(world.connection, graph.resolve("pg")) == "postgresql"
        assert read(world.connection, graph.resolve("gateway")) == "gateway"
        assert [each.key for each in read(world.connection, graph.neighbours(["postgresql"], 1, 9))] == ["gateway"]

    def test_a_later_dated_value_ends_the_earlier(self, world: World) -> None:
        world.put(
            lives_in("London", 1, "2026-01-01T00:00:00+00:00"),
            lives_in("Paris", 2, "2026-02-01T00:00:00+00:00"),
            lives_in("Paris", 3, "2026-03-01T00:00:00+00:00"),
        )
        facts = read(world.connection, graph.attributes("ada"))
        paris = "2026-02-01T00:00:00+00:00"
        assert [(fact.value, fact.until) for fact in facts] == [("London", paris), ("Paris", None), ("Paris", None)]
        january = 1768000000.0
        assert [fact.value for fact in read(world.connection, graph.attributes("ada", january))] == ["London"]

    def test_an_undated_value_neither_ends_nor_is_ended(self, world: World) -> None:
        world.put(lives_in("London", 1, None), lives_in("Paris", 2, "2026-02-01T00:00:00+00:00"))
        assert [fact.until for fact in read(world.connection, graph.attributes("ada"))] == [None, None]

    def test_a_name_is_what_most_entries_write(self, world: World) -> None:
        other = Entity(key="ada", name="ADA")
        world.put(mention("ada"), mention("ada", line=2), entry("ADA", 3, entities=(other,)))
        assert read(world.connection, graph.entity("ada")) == ("Ada", "name")
        assert read(world.connection, graph.entity("nobody")) is None

    def test_the_most_mentioned_come_first_under_all_their_names(self, world: World) -> None:
        named = Entity(key="postgresql", name="PostgreSQL", type="tool", aliases=("pg",))
        world.put(
            entry("PostgreSQL (aka pg)", entities=(named,)),
            mention("pg", "ada", line=2),
            mention("ada", line=3),
            mention("pg", "postgresql", line=4),
            link("gateway", "uses", "pg", 5),
        )
        found = read(world.connection, graph.listing(9))
        assert [(each.key, each.entries, each.relations) for each in found] == [("postgresql", 3, 1), ("ada", 2, 0)]
        assert [each.key for each in read(world.connection, graph.listing(1))] == ["postgresql"]
        assert [(each.key, each.entries) for each in read(world.connection, graph.listing(9, "tool"))] == [
            ("postgresql", 1)
        ]
        assert len(read(world.connection, graph.evidence("postgresql", 9))) == 3
        assert read(world.connection, graph.aliases("postgresql")) == ("pg",)
        assert read(world.connection, graph.mentioned("nobody")) is None

    def test_a_mistyped_name_has_names_near_it(self, world: World) -> None:
        world.put(mention("nadia", "api gateway", "gateway"))
        assert read(world.connection, graph.similar("gate", 9)) == ["gateway", "api gateway"]
        assert read(world.connection, graph.similar("nadja", 9)) == ["nadia"]
        assert read(world.connection, graph.similar("zzz", 9)) == []
