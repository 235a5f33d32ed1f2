"""What every graph must answer, wherever it is kept. A graph's own test inherits `GraphContract`."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

import pytest
from contract import World, entry

from neuromem_sync.layers.graph import CO_OCCURS, Edge, Graph, Told
from neuromem_sync.model import Entity, Entry, Relation
from neuromem_sync.sqlite import Reading, T, read

NAMES = ("ada", "redis", "neo4j", "gateway", "pg", "postgresql", "harbour", "nadia", "ava", "billing")


def link(subject: str, kind: str, other: str, line: int = 1) -> Entry:
    return entry(f"{subject} {kind} {other}", line, relations=(Relation(subject=subject, kind=kind, object=other),))


def lives_in(place: str, line: int, at: str | None) -> Entry:
    return entry(f"city:: {place}", line, subject="ada", attributes={"city": place}, at=at)


def mention(*keys: str, line: int = 1) -> Entry:
    return entry(" ".join(keys), line, entities=tuple(Entity(key=key, name=key.title()) for key in keys))


class GraphWorld(World):
    """A world with its graph: what is put into the one is known to the other."""

    graph: Graph

    def ask(self, reading: Reading[T]) -> T:
        return read(self.connection, reading)


class GraphContract:
    """`make` gives a world to put entries into, and its graph."""

    @pytest.fixture
    def world(self, make: Callable[[], GraphWorld]) -> Iterator[GraphWorld]:
        world = make()
        with closing(world.connection):
            yield world

    def test_neighbours_are_nearest_first_and_both_ways(self, world: GraphWorld) -> None:
        world.put(link("a", "uses", "b"), link("c", "owns", "a", 2), link("b", "uses", "d", 3))
        found = world.ask(world.graph.neighbours(["a"], 2, 10))
        assert [(each.key, each.hops) for each in found] == [("b", 1), ("c", 1), ("d", 2)]

    def test_a_hub_is_followed_no_further_than_its_degree(self, world: GraphWorld) -> None:
        world.put(*(link("hub", "knows", f"n{number:03}", number + 1) for number in range(300)))
        assert len(world.ask(world.graph.edges("hub", 20))) == 20
        assert [each.key for each in world.ask(world.graph.neighbours(["hub"], 1, 1000))] == [
            f"n{number:03}" for number in range(50)
        ]

    def test_a_walk_stops_at_its_cap(self, world: GraphWorld) -> None:
        world.put(*(link(f"n{number}", "next", f"n{number + 1}", number + 1) for number in range(50)))
        assert len(world.ask(world.graph.neighbours(["n0"], 40, 7))) == 7

    def test_a_cycle_ends(self, world: GraphWorld) -> None:
        world.put(link("a", "uses", "b"), link("b", "uses", "a", 2))
        assert [each.key for each in world.ask(world.graph.neighbours(["a"], 9, 99))] == ["b"]

    def test_a_shortest_path_is_found_from_both_ends(self, world: GraphWorld) -> None:
        world.put(
            link("a", "uses", "b"), link("b", "uses", "c", 2), link("c", "uses", "d", 3), link("x", "owns", "d", 4)
        )
        way = world.ask(world.graph.path("a", "x"))
        assert way is not None
        assert [(leg.start, leg.end, leg.outward) for leg in way] == [
            ("a", "b", True), ("b", "c", True), ("c", "d", True), ("d", "x", False),
        ]  # fmt: skip

    def test_a_path_to_itself_is_empty_and_to_a_stranger_none(self, world: GraphWorld) -> None:
        world.put(link("a", "uses", "b"), link("y", "uses", "z", 2))
        assert world.ask(world.graph.path("a", "a")) == ()
        assert world.ask(world.graph.path("a", "z")) is None

    def test_a_way_of_statements_is_longer_than_one_over_a_common_entry(self, world: GraphWorld) -> None:
        world.put(
            link("a", "uses", "b"), link("b", "uses", "c", 2), mention("a", "c", line=3), mention("c", "z", line=4)
        )
        short = world.ask(world.graph.path("a", "c"))
        stated = world.ask(world.graph.path("a", "c", stated=True))
        assert [leg.edge.kind for leg in short or ()] == [CO_OCCURS]
        assert [leg.edge.kind for leg in stated or ()] == ["uses", "uses"]
        assert world.ask(world.graph.path("a", "z", stated=True)) is None

    def test_equal_statements_weigh_more_and_lose_weight_with_their_evidence(self, world: GraphWorld) -> None:
        first, second = link("a", "uses", "b"), link("a", "uses", "b", 2)
        keys = world.put(first, second)
        assert [edge.weight for edge in world.ask(world.graph.edges("a", 9))] == [2]
        world.edit(keys[0], first, None)
        assert [edge.weight for edge in world.ask(world.graph.edges("a", 9))] == [1]

    def test_what_only_one_entry_said_goes_with_it(self, world: GraphWorld) -> None:
        only = entry("Ada", entities=(Entity(key="ada", name="Ada", aliases=("ada lovelace",)),))
        keys = world.put(only, link("ada", "uses", "b", 2))
        world.edit(keys[0], only, None)
        assert world.ask(world.graph.entity("ada")) is None
        assert world.ask(world.graph.resolve("ada lovelace")) == "ada lovelace"
        assert [edge.object for edge in world.ask(world.graph.edges("ada", 9))] == ["b"]

    def test_an_edge_has_its_evidence_the_latest_first(self, world: GraphWorld) -> None:
        early = entry("a uses b", 1, relations=(Relation(subject="a", kind="uses", object="b"),))
        late = entry("b is used by a", 2, relations=early.relations, at="2026-02-01T00:00:00+00:00")
        world.put(early, late, mention("a", "b", line=3))
        uses, beside = Edge("a", "uses", "b", 2), Edge("b", CO_OCCURS, "a", 1)
        told = world.ask(world.graph.told([uses, beside], 9))
        assert [(each.line, each.text, each.agent) for each in told[uses]] == [
            (2, "b is used by a", ""),
            (1, "a uses b", ""),
        ]
        assert [str(each) for each in told[beside]] == ["memory/2026-03-01.md:3"]
        assert world.ask(world.graph.told([uses], 1)) == {uses: told[uses][:1]}

    def test_things_named_together_occur_together(self, world: GraphWorld) -> None:
        world.put(mention("ada", "redis"), mention("ada", "redis", "neo4j", line=2))
        edges = world.ask(world.graph.edges("ada", 9))
        assert [(edge.kind, edge.object, edge.weight) for edge in edges] == [
            (CO_OCCURS, "redis", 2),
            (CO_OCCURS, "neo4j", 1),
        ]

    def test_an_alias_stands_for_its_entity(self, world: GraphWorld) -> None:
        named = Entity(key="postgresql", name="PostgreSQL", aliases=("pg",))
        world.put(entry("PostgreSQL (aka pg)", entities=(named,)), link("gateway", "uses", "pg", 2))
        assert world.ask(world.graph.resolve("pg")) == "postgresql"
        assert world.ask(world.graph.resolve("gateway")) == "gateway"
        assert [each.key for each in world.ask(world.graph.neighbours(["postgresql"], 1, 9))] == ["gateway"]

    def test_a_walk_goes_through_an_entity_under_whatever_name(self, world: GraphWorld) -> None:
        named = Entity(key="postgresql", name="PostgreSQL", aliases=("pg",))
        world.put(
            entry("PostgreSQL (aka pg)", entities=(named,)),
            link("gateway", "uses", "pg", 2),
            link("pg", "runs on", "harbour", 3),
            link("postgresql", "written in", "c", 4),
        )
        near = world.ask(world.graph.neighbours(["postgresql"], 1, 9))
        assert {each.key for each in near} == {"gateway", "harbour", "c"}
        found = world.ask(world.graph.neighbours(["gateway"], 2, 9))
        assert [(each.key, each.hops) for each in found] == [("postgresql", 1), ("c", 2), ("harbour", 2)]
        way = world.ask(world.graph.path("harbour", "c"))
        assert way is not None
        assert [(leg.start, leg.edge.kind, leg.end) for leg in way] == [
            ("harbour", "runs on", "postgresql"),
            ("postgresql", "written in", "c"),
        ]

    def test_a_later_dated_value_ends_the_earlier(self, world: GraphWorld) -> None:
        world.put(
            lives_in("London", 1, "2026-01-01T00:00:00+00:00"),
            lives_in("Paris", 2, "2026-02-01T00:00:00+00:00"),
            lives_in("Paris", 3, "2026-03-01T00:00:00+00:00"),
        )
        facts = world.ask(world.graph.attributes("ada"))
        paris = "2026-02-01T00:00:00+00:00"
        assert [(fact.value, fact.until) for fact in facts] == [("London", paris), ("Paris", None), ("Paris", None)]
        january = 1768000000.0
        assert [fact.value for fact in world.ask(world.graph.attributes("ada", january))] == ["London"]

    def test_an_undated_value_neither_ends_nor_is_ended(self, world: GraphWorld) -> None:
        world.put(lives_in("London", 1, None), lives_in("Paris", 2, "2026-02-01T00:00:00+00:00"))
        assert [fact.until for fact in world.ask(world.graph.attributes("ada"))] == [None, None]

    def test_a_name_is_what_most_entries_write(self, world: GraphWorld) -> None:
        other = Entity(key="ada", name="ADA")
        world.put(mention("ada"), mention("ada", line=2), entry("ADA", 3, entities=(other,)))
        assert world.ask(world.graph.entity("ada")) == ("Ada", "name")
        assert world.ask(world.graph.entity("nobody")) is None

    def test_an_entity_has_the_evidence_of_all_its_names(self, world: GraphWorld) -> None:
        named = Entity(key="postgresql", name="PostgreSQL", type="tool", aliases=("pg",))
        world.put(
            entry("PostgreSQL (aka pg)", entities=(named,)),
            mention("pg", "ada", line=2),
            mention("pg", "postgresql", line=3),
        )
        assert len(world.ask(world.graph.evidence("postgresql", 9))) == 3
        assert world.ask(world.graph.aliases("postgresql")) == ("pg",)

    def test_a_mistyped_name_has_names_near_it(self, world: GraphWorld) -> None:
        world.put(mention("nadia", "api gateway", "gateway"))
        assert world.ask(world.graph.similar("gate", 9)) == ["gateway", "api gateway"]
        assert world.ask(world.graph.similar("nadja", 9)) == ["nadia"]
        assert world.ask(world.graph.similar("zzz", 9)) == []

    def test_words_that_look_like_a_query_are_words(self, world: GraphWorld) -> None:
        hostile = ("a'}) detach delete n //", "`x`", "\\u0027 or 1=1", "{uid: 'ava'}", "日本 🗾", "x" * 9000)
        for line, name in enumerate(hostile, 1):
            world.put(link(name, "'] ) DELETE", "b", line), mention(name, "c", line=line + 20))
        for name in hostile:
            assert {edge.object for edge in world.ask(world.graph.edges(name, 9))} == {"b", "c"}
            assert world.ask(world.graph.entity(name)) == (name.title(), "name")
        assert len(world.ask(world.graph.edges("b", 9))) == len(hostile)


def everything(world: GraphWorld) -> dict[str, object]:
    """All that a graph answers about some names."""
    ask, graph = world.ask, world.graph
    found: dict[str, object] = {}
    for name in NAMES:
        key = ask(graph.resolve(name))
        edges = ask(graph.edges(key, 7))
        found[name] = (
            (key, ask(graph.aliases(key)), ask(graph.entity(key)), edges),
            (
                ask(graph.evidence(key, 5)),
                ask(graph.attributes(key)),
                ask(graph.names(NAMES)),
                ask(graph.similar(name[:3], 5)),
            ),
            (ask(graph.neighbours([key], 3, 12)), [ask(graph.path(key, other)) for other in NAMES]),
            {edge: sorted(told, key=_place) for edge, told in ask(graph.told(edges, 99)).items()},
        )
    return found


def _place(told: Told) -> tuple[str, int]:
    return told.path, told.line


def histories(seed: int, steps: int) -> Iterator[Callable[[GraphWorld, list[tuple[int, Entry]]], None]]:
    """Edits drawn from a seed; each is done to a world and to the list of what is in it. Even seeds share some."""
    dice = random.Random(seed)
    draw = partial(_drawn, dice, shares=seed % 2 == 0)
    for line in range(1, steps + 1):
        if line % 3 == 0:
            yield _edit(dice.random(), draw(line) if dice.random() < 0.6 else None)
        else:
            yield _put(draw(line))


def _put(new: Entry) -> Callable[[GraphWorld, list[tuple[int, Entry]]], None]:
    def put(world: GraphWorld, held: list[tuple[int, Entry]]) -> None:
        (key,) = world.put(new)
        held.append((key, new))

    return put


def _edit(share: float, new: Entry | None) -> Callable[[GraphWorld, list[tuple[int, Entry]]], None]:
    def edit(world: GraphWorld, held: list[tuple[int, Entry]]) -> None:
        key, old = held.pop(int(share * len(held)))
        world.edit(key, old, new)
        if new is not None:
            held.append((key, new))

    return edit


def _drawn(dice: random.Random, line: int, *, shares: bool) -> Entry:
    some = dice.sample(NAMES, dice.randint(1, 4))
    entities = tuple(
        Entity(key=name, name=dice.choice((name.title(), name)), type=dice.choice(("name", "tool"))) for name in some
    )
    if dice.random() < 0.1:
        entities = (Entity(key="postgresql", name="PostgreSQL", aliases=("pg",)), *entities[:1])
    stated = [Relation(subject=some[0], kind=dice.choice(("uses", "owns")), object=other) for other in some[1:]]
    day = dice.randint(1, 28)
    return entry(
        " ".join(some),
        line,
        path=f"memory/2026-01-{line % 5 + 1:02}.md",
        entities=entities,
        relations=tuple(dice.sample(stated, dice.randint(0, len(stated)))),
        subject=some[0] if dice.random() < 0.3 else "",
        attributes={"port": str(day)} if day % 2 else {},
        at=f"2026-01-{day:02}T00:00:00+00:00" if day % 3 else None,
        scope="shared" if shares and dice.random() < 0.2 else "agent",
    )
