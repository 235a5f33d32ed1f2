"""L3 on a Neo4j that runs: the answers of the embedded graph, what a server adds to it, and what it withholds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from itertools import chain, count
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from contract import entry
from graph_contract import GraphContract, GraphWorld, everything, histories, link, mention

from neuromem_sync import index
from neuromem_sync.clock import SystemClock
from neuromem_sync.errors import Emptied, LayerUnavailable
from neuromem_sync.layers import graph_sqlite, projection_neo4j
from neuromem_sync.layers.asking_neo4j import LIMIT_S, Asking
from neuromem_sync.layers.graph_neo4j import QUESTIONS, Neo4jGraph
from neuromem_sync.layers.planning_neo4j import NOTHING
from neuromem_sync.layers.projection import Projected
from neuromem_sync.layers.projection_neo4j import EPOCHS, Neo4jProjection
from neuromem_sync.layers.registry import circuit
from neuromem_sync.layers.semantic_sqlite import SemanticTable
from neuromem_sync.layers.server_neo4j import Neo4jServer
from neuromem_sync.model import Entity, Entry
from neuromem_sync.servers import SemanticServer
from neuromem_sync.sqlite import T, read
from tests.neo4j_server import Server

PATIENT = 30.0  # seconds: what is tried here are answers, on machines that are busy


def asking_of(login: SemanticServer, state: Path, limit: float = LIMIT_S) -> Asking:
    return Asking(login, lambda: circuit(state, "neo4j"), SystemClock(), limit)


class Home:
    """One server, and a projection that is filled from code that blocks."""

    def __init__(self, server: Server, state: Path) -> None:
        self.login = SemanticServer(url=server.url, user=server.user, password=server.password)
        self.asking = asking_of(self.login, state, PATIENT)
        self.projection = Neo4jProjection(Neo4jServer(self.login))
        self.loop = asyncio.new_event_loop()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def held(self, agent: str) -> list[Any]:
        """Everything the server has that bears this agent's name."""
        found = "MATCH (n) WHERE n.agent = $given.agent OR n.space STARTS WITH $given.agent + '/' RETURN properties(n)"
        self.asking.begin(PATIENT)
        return [row[0] for row in self.asking(found, agent=agent)]

    def close(self) -> None:
        self.asking.close()
        self.run(self.projection.close())
        self.loop.close()


class ServedWorld(GraphWorld):
    """A world that is projected after every change, as one agent's."""

    def __init__(self, path: Path, home: Home, agent: str) -> None:
        super().__init__(path, [SemanticTable()])
        self.home, self.agent, self.epoch = home, agent, str(read(self.connection, index.meta("epoch")))
        self.graph = Neo4jGraph(home.asking, agent)
        self.version = 0
        home.run(home.projection.begin(self.epoch, agent))

    def put(self, *new: Entry) -> list[int]:
        keys = super().put(*new)
        self.project(keys)
        return keys

    def edit(self, key: int, old: Entry, new: Entry | None) -> None:
        (named,) = read(self.connection, index.entries_of([key])).values()
        super().edit(key, old, new)
        self.project([key], named.id)

    def project(self, keys: list[int], gone: str = "") -> None:
        """As they are now, an entry that was edited under its old id."""
        self.version += 1
        entries = read(self.connection, index.entries_of(keys))
        rows = [Projected(id=each.id, version=self.version, entry=each, key=key) for key, each in entries.items()]
        if gone not in ("", *(each.id for each in entries.values())):
            rows.append(Projected(id=gone, version=self.version, entry=None))
        self.home.run(self.home.projection.project(self.epoch, self.agent, rows))
        read(self.connection, self.graph.ready(PATIENT))  # what comes now is a question of its own


@pytest.fixture(scope="module")
def home(neo4j_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with closing(Home(neo4j_server, tmp_path_factory.mktemp("state"))) as home:
        yield home


@pytest.fixture
def world_of(home: Home, tmp_path: Path) -> Iterator[Callable[[str], ServedWorld]]:
    """Makes worlds of agents, and clears the server of them again."""
    made: list[ServedWorld] = []
    numbers = count(1)

    def make(name: str) -> ServedWorld:
        agent = f"{name}-{crc32(str(tmp_path).encode())}"
        made.append(ServedWorld(tmp_path / f"{next(numbers)}.db", home, agent))
        return made[-1]

    yield make
    for world in made:
        home.run(home.projection.clear(world.agent))
        assert home.held(world.agent) == []
        world.connection.close()


class TestNeo4jGraph(GraphContract):
    @pytest.fixture
    def make(self, world_of: Callable[[str], ServedWorld]) -> Callable[[], GraphWorld]:
        return lambda: world_of("ava")


@pytest.mark.parametrize("seed", range(2))
def test_after_any_history_both_graphs_say_the_same(world_of: Callable[[str], ServedWorld], seed: int) -> None:
    same_after(world_of("ava"), seed, steps=40)


@pytest.mark.long
def test_after_long_histories_both_graphs_say_the_same(world_of: Callable[[str], ServedWorld]) -> None:
    for seed in range(100, 120):
        world = world_of(f"ava{seed}")
        same_after(world, seed, steps=400)
        world.home.run(world.home.projection.clear(world.agent))  # the next would see what it shares


def same_after(world: ServedWorld, seed: int, steps: int) -> None:
    held: list[tuple[int, Entry]] = []
    for step in histories(seed, steps):
        step(world, held)
    served = everything(world)
    world.graph = graph_sqlite
    assert served == everything(world)


def test_what_is_older_never_overwrites_and_never_brings_back(world_of: Callable[[str], ServedWorld]) -> None:
    world = world_of("ava")
    old, new = link("a", "uses", "b"), link("a", "uses", "c")
    (key,) = world.put(old)
    world.edit(key, old, new)
    id = read(world.connection, index.entries_of([key]))[key].id
    late = [Projected(id=id, version=1, entry=old, key=key)]
    world.home.run(world.home.projection.project(world.epoch, world.agent, late))
    assert [edge.object for edge in world.ask(world.graph.edges("a", 9))] == ["c"]
    world.edit(key, new, None)
    world.home.run(world.home.projection.project(world.epoch, world.agent, late))
    assert world.ask(world.graph.edges("a", 9)) == []


def test_of_what_is_gone_the_latest_alone_is_remembered(
    world_of: Callable[[str], ServedWorld], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection_neo4j, "GONE", 3)
    monkeypatch.setattr(projection_neo4j, "SWEEP_S", 0.0)
    world = world_of("ava")
    world.home.projection._sweep = 0.0
    world.put(link("a", "uses", "b"))
    gone = [Projected(id=f"gone{number}", version=number, entry=None) for number in range(2, 9)]
    for row in gone:
        world.home.run(world.home.projection.project(world.epoch, world.agent, [row]))
    statements = [each for each in world.home.held(world.agent) if "version" in each]
    assert sorted(each["id"] for each in statements if "path" not in each) == ["gone6", "gone7", "gone8"]
    assert len([each for each in statements if "path" in each]) == 1


def test_an_index_that_began_and_told_nothing_goes_as_well_as_others(
    world_of: Callable[[str], ServedWorld], monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, new = world_of("ava"), world_of("ava")
    new.home.projection._sweep = 0.0
    new.put(link("a", "uses", "b"))
    epochs = [each["epoch"] for each in new.home.held(new.agent) if "told" in each]
    assert sorted(epochs) == sorted([lost.epoch, new.epoch])
    monkeypatch.setattr(projection_neo4j, "SILENT_S", 0)
    new.home.projection._sweep = 0.0
    new.put(link("b", "uses", "c", 2))
    assert [each["epoch"] for each in new.home.held(new.agent) if "told" in each] == [new.epoch]


def test_a_row_given_again_changes_nothing(world_of: Callable[[str], ServedWorld]) -> None:
    world = world_of("ava")
    keys = world.put(link("a", "uses", "b"), mention("a", "b", "c", line=2))
    before = everything(world)
    world.project(keys)
    assert everything(world) == before
    assert world.home.run(world.home.projection.reached(world.epoch, world.agent)) == world.version


def test_a_server_that_was_emptied_says_so(world_of: Callable[[str], ServedWorld]) -> None:
    world = world_of("ava")
    world.put(link("a", "uses", "b"))
    world.home.run(world.home.projection.clear(world.agent))
    assert world.home.run(world.home.projection.reached(world.epoch, world.agent)) is None
    with pytest.raises(Emptied):
        world.put(link("b", "uses", "c", 2))
    world.home.run(world.home.projection.begin(world.epoch, world.agent))
    world.put(link("b", "uses", "d", 3))
    assert [edge.object for edge in world.ask(world.graph.edges("b", 9))] == ["d"]


def test_of_two_indexes_of_one_agent_each_sees_its_own_until_both_are_cleared(
    world_of: Callable[[str], ServedWorld],
) -> None:
    old, new = world_of("ava"), world_of("ava")
    old.put(link("a", "uses", "b"))
    new.put(link("a", "uses", "c"))
    assert [edge.object for edge in old.ask(old.graph.edges("a", 9))] == ["b"]
    assert [edge.object for edge in new.ask(new.graph.edges("a", 9))] == ["c"]
    new.home.run(new.home.projection.clear(new.agent))
    assert [each.ask(each.graph.edges("a", 9)) for each in (old, new)] == [[], []]


def test_an_agent_sees_what_another_shares_and_nothing_else_of_it(world_of: Callable[[str], ServedWorld]) -> None:
    ava, ben = world_of("ava"), world_of("ben")
    ben.put(
        entry("gateway uses caddy", relations=link("gateway", "uses", "caddy").relations, scope="shared"),
        link("gateway", "hides", "treasure", 2),
        entry("Gateway", 3, entities=(Entity(key="gateway", name="Gateway", aliases=("the door",)),)),
    )
    ava.put(link("ava", "likes", "gateway"))
    assert [each.key for each in ava.ask(ava.graph.neighbours(["ava"], 4, 99))] == ["gateway", "caddy"]
    assert ava.ask(ava.graph.resolve("the door")) == "the door"
    (edge,) = [edge for edge in ava.ask(ava.graph.edges("gateway", 9)) if edge.object == "caddy"]
    assert [str(each) for each in ava.ask(ava.graph.told([edge], 9))[edge]] == [f"{ben.agent}: memory/2026-03-01.md:1"]
    for name in ("treasure", "the door"):
        assert ava.ask(ava.graph.edges(name, 9)) == []
        assert ava.ask(ava.graph.similar(name, 9)) == []


def test_evidence_is_told_at_its_present_place_and_not_once_it_is_gone(world_of: Callable[[str], ServedWorld]) -> None:
    world = world_of("ava")
    (key,) = world.put(link("a", "uses", "b", 7))
    (edge,) = world.ask(world.graph.edges("a", 9))
    world.connection.execute("UPDATE entries SET line = 9 WHERE key = ?", (key,))
    assert [told.line for told in world.ask(world.graph.told([edge], 9))[edge]] == [9]
    world.connection.execute("DELETE FROM entries WHERE key = ?", (key,))
    assert world.ask(world.graph.told([edge], 9)) == {edge: []}


def test_names_and_statements_are_found_by_the_text_index(world_of: Callable[[str], ServedWorld]) -> None:
    world = world_of("ava")
    world.put(entry("The zeppelin leaves at noon", entities=(Entity(key="graf", name="Graf Zeppelin"),)))
    search = """CALL db.index.fulltext.queryNodes('neuromem_text', 'zeppelin~') YIELD node
    WHERE node.agent = $given.agent OR node.space STARTS WITH $given.agent
    RETURN coalesce(node.name, node.text) AS found ORDER BY found"""
    world.home.asking("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    found = [row[0] for row in world.home.asking(search, agent=world.agent)]
    assert found == ["Graf Zeppelin", "The zeppelin leaves at noon"]


def test_a_server_plans_all_that_may_be_asked_and_reads_nothing(home: Home) -> None:
    server = Neo4jServer(home.login)
    for statement in QUESTIONS:
        rows = home.run(server.ask(statement, PATIENT, given=NOTHING))
        assert statement == EPOCHS or not any(chain(*rows))
    home.run(server.close())


def test_a_wrong_password_and_a_closed_port_are_told_without_the_password(neo4j_server: Server, tmp_path: Path) -> None:
    wrong = SemanticServer(url=neo4j_server.url, user=neo4j_server.user, password="hunter2-hunter2")
    closed = SemanticServer(url="bolt://127.0.0.1:9", password="hunter2-hunter2")
    for login, said, passes in ((wrong, "refuses the login", False), (closed, "cannot be reached", True)):
        with closing(asking_of(login, tmp_path, PATIENT)) as asking, pytest.raises(LayerUnavailable, match=said) as met:
            asking("RETURN 1")
        assert met.value.passes is passes
        assert "hunter2" not in f"{met.value} {met.value.hint} {login!r}"


def test_a_server_that_failed_is_left_alone_for_a_while_by_everybody(tmp_path: Path) -> None:
    login = SemanticServer(url="bolt://127.0.0.1:9")
    with closing(asking_of(login, tmp_path, PATIENT)) as one, closing(asking_of(login, tmp_path)) as other:
        one.begin(PATIENT)
        with pytest.raises(LayerUnavailable, match="cannot be reached"):
            one("RETURN 1")
        for asking in (one, other):
            with pytest.raises(LayerUnavailable, match="cannot be reached"):
                asking.begin(PATIENT)
