"""Servers named, unnamed and forgotten: what is kept for them, which store answers, and what is said of it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, LiteralString, TypeVar

import pytest

from neuromem_sync import app, outbox, switching
from neuromem_sync.answer import count, run_blocking
from neuromem_sync.cli.stores import answering as answering_of
from neuromem_sync.config import Settings, config_path, load
from neuromem_sync.errors import LayerUnavailable
from neuromem_sync.finding import Code, Finding
from neuromem_sync.layers.graph_neo4j import QUESTIONS
from neuromem_sync.layers.server_neo4j import Neo4jServer
from neuromem_sync.model import Layer
from neuromem_sync.query import Stored
from neuromem_sync.servers import Layers, SemanticServer, WorkingServer
from neuromem_sync.sqlite import Row, connect, read
from tests.servers import RedisServer, redis_server
from tests.workshop import CLOCK, Workshop

__all__ = ["redis_server"]

NONE = Settings(layers=Layers())
AWAY = "redis://127.0.0.1:1/0"
SLOW = "does not answer in time"
PATIENCE = 30.0
T = TypeVar("T")


def on(url: str = "", graph: str = "") -> Settings:
    return Settings(layers=Layers(working=WorkingServer(url=url), semantic=SemanticServer(url=graph)))


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    shop = Workshop(tmp_path)
    shop.write("mind/NOTES.md", "# Notes\n\n- the gateway is behind the proxy\n\n- it serves three teams\n")
    with closing(shop.engine()) as engine:
        engine.cycle()
    return shop


def patiently(ask: Callable[[], T], again: Callable[[T], bool]) -> T:
    """What it gives; a server on a busy machine may be too slow for its time limit at first."""
    end = time.monotonic() + PATIENCE
    while again(found := ask()) and time.monotonic() < end:
        pass
    return found


def project(shop: Workshop, settings: Settings) -> list[tuple[str, int, str]]:
    def told() -> list[tuple[str, int, str]]:
        drained = app.project(shop.workspace, settings, CLOCK, 5.0, at_once=True)
        return [(each.store, each.lag.letters, each.reason) for each in drained]

    return patiently(told, lambda found: any(reason.endswith(SLOW) for _, _, reason in found))


def stores(shop: Workshop) -> list[str]:
    with closing(connect(shop.workspace.state / "index.db", readonly=True)) as index:
        return read(index, outbox.stores())


def findings(shop: Workshop, settings: Settings, *codes: Code) -> list[Finding]:
    def said() -> list[Finding]:
        return list(app.health(shop.workspace, settings, CLOCK).findings)

    found = patiently(said, lambda all_of: any(SLOW in each.message for each in all_of))
    return [each for each in found if each.code in codes]


def answering(shop: Workshop, settings: Settings) -> tuple[Stored, ...]:
    def stores() -> tuple[Stored, ...]:
        with closing(app.doors(shop.workspace, settings, CLOCK)) as doors:
            return run_blocking(count(doors)).stores

    return patiently(stores, lambda found: any(each.reason.endswith(SLOW) for each in found))


def test_a_server_that_is_gone_leaves_nothing_behind_once_it_is_forgotten(shop: Workshop) -> None:
    settings = on(AWAY)
    assert project(shop, settings)[0][:2] == ("redis", 2)
    assert switching.waiting(shop.workspace, settings) == {}
    assert switching.waiting(shop.workspace, NONE)["redis"].letters == 2
    with pytest.raises(LayerUnavailable):
        switching.forget(shop.workspace, settings, CLOCK, "redis")
    assert not switching.forget(shop.workspace, NONE, CLOCK, "redis")
    assert not switching.forget(shop.workspace, NONE, CLOCK, "redis"), "a second time is as good as once"
    assert (stores(shop), switching.waiting(shop.workspace, NONE)) == ([], {})
    with closing(connect(shop.workspace.state / "live.db")) as live:
        assert app.breaker(live, "redis").known.failures == 0


def test_a_server_that_is_there_is_emptied_of_the_agent_alone(shop: Workshop, redis_server: RedisServer) -> None:
    settings = on(redis_server.url)
    assert project(shop, settings) == [("redis", 0, "")]
    redis_server.command("SET", "neuromem:{bo}:entries", "of another one")
    assert switching.forget(shop.workspace, settings, CLOCK, "redis")
    assert redis_server.command("DBSIZE") == b":1"
    assert stores(shop) == []
    assert project(shop, settings) == [("redis", 0, "")], "named as it is, it is told everything again"


def test_one_that_is_away_keeps_none_of_the_others_from_being_told(shop: Workshop, redis_server: RedisServer) -> None:
    (redis, neo4j) = project(shop, on(redis_server.url, "bolt://127.0.0.1:1"))
    assert redis == ("redis", 0, "")
    assert neo4j[:2] == ("neo4j", 2)
    assert neo4j[2].endswith("cannot be reached: Connection refused")


def test_it_is_said_which_store_answers(shop: Workshop, redis_server: RedisServer) -> None:
    plain = (Stored(layer=Layer.WORKING), Stored(layer=Layer.SEMANTIC))
    assert answering(shop, NONE) == plain
    settings = on(redis_server.url, "bolt://127.0.0.1:1")
    working, graph = switching.stored(shop.workspace, settings)
    assert (working.store, working.left, graph.store, graph.left) == ("redis", 2, "sqlite", 2)
    project(shop, settings)
    working, graph = answering(shop, settings)
    assert (working.store, working.left, working.reason) == ("redis", 0, "")
    assert (graph.store, graph.server, graph.left) == ("sqlite", "neo4j", 2)
    assert graph.reason.startswith("the index answers for the graph: ")
    working, graph = switching.stored(shop.workspace, settings)
    assert (working.store, working.reason, graph.store) == ("redis", "", "sqlite")
    assert graph.reason.endswith("cannot be reached: Connection refused")
    redis_server.kill()
    assert answering(shop, settings)[0].store == "sqlite"


def test_what_health_says_from_named_to_forgotten(shop: Workshop, redis_server: RedisServer) -> None:
    named = on(redis_server.url)
    of_servers = (Code.SERVER, Code.SERVER_LAGS, Code.SERVER_AWAY, Code.SERVER_OFF)

    def said(settings: Settings) -> tuple[Code, str]:
        (finding,) = findings(shop, settings, *of_servers)
        return finding.code, finding.message.partition(" ms, ")[2]

    assert findings(shop, NONE, *of_servers) == []
    assert said(named) == (Code.SERVER_LAGS, "holds nothing of ava yet")
    project(shop, named)
    assert said(named) == (Code.SERVER, "in step")
    redis_server.command("FLUSHALL")
    assert said(named) == (Code.SERVER_LAGS, "holds nothing of ava yet")
    (off,) = findings(shop, NONE, *of_servers)
    assert off.code is Code.SERVER_OFF
    assert off.message == "redis is switched off, and what it misses is kept for it (0 entries)"
    assert off.hint.endswith("--forget redis")
    switching.forget(shop.workspace, NONE, CLOCK, "redis")
    assert findings(shop, NONE, *of_servers) == []


@pytest.mark.parametrize("stores", ["neo4j"], indirect=True)
def test_who_only_looks_has_a_server_plan_nothing(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be given up half done, with a connection that nobody closes."""
    asked: list[str] = []

    async def ask(server: Neo4jServer, cypher: LiteralString, seconds: float, /, **values: Any) -> list[Row]:
        asked.append(cypher)
        return await told(server, cypher, seconds, **values)

    told = Neo4jServer.ask
    monkeypatch.setattr(Neo4jServer, "ask", ask)
    assert findings(shop, load(), Code.SERVER, Code.SERVER_LAGS)
    assert asked
    assert not set(asked) & set(QUESTIONS)


def shape(text: str) -> str:
    """Without numbers, and without which product it is."""
    text = re.sub(r"(redis|neo4j) (\d[\d.]*( community)?|\(.*?\))", "it", text.strip())
    return re.sub(r"\d[\d.]*", "N", text)


def test_the_page_shows_what_is_said(shop: Workshop, redis_server: RedisServer) -> None:
    text = (Path(__file__).parents[1] / "docs/servers.md").read_text(encoding="utf-8")
    shown = {shape(line) for line in text.splitlines()}
    named = on(redis_server.url)
    project(shop, named)
    (well,) = findings(shop, named, Code.SERVER)
    shop.write("mind/NOTES.md", "# Notes\n\nall of it\n\nis new\n")
    with closing(shop.engine()) as engine:
        engine.cycle()
    (late,) = findings(shop, named, Code.SERVER_LAGS)
    for said in (f"info {well.message}", f"info {late.message}", late.hint.replace(str(shop.root), "ava")):
        assert shape(said) in shown, said
    for stored in (
        Stored(layer=Layer.WORKING, store="redis", server="redis"),
        Stored(
            layer=Layer.SEMANTIC,
            server="neo4j",
            left=12,
            reason="neo4j has yet to be told of 12 entries",
        ),
    ):
        assert any(line.endswith(answering_of(stored)) for line in text.splitlines())


def test_how_long_it_is_away_is_told(shop: Workshop) -> None:
    project(shop, on(AWAY))
    with closing(connect(shop.workspace.state / "live.db")) as live:
        live.execute("UPDATE circuits SET since = since - 7300")
    (away,) = findings(shop, on(AWAY), Code.SERVER_AWAY)
    assert away.message.endswith("refused for 2 h; working memory is this machine's alone (2 entries behind)")


@pytest.mark.parametrize(
    ("text", "mode", "expected"),
    [
        ('[layers.working]\nurl = "redis://:s3same@h"\n', 0o644, 1),
        ('[layers.semantic]\npassword = "s3same"\n', 0o640, 1),
        ('[layers.semantic]\npassword = "s3same"\n', 0o600, 0),
        ('[layers.working]\nurl = "redis://h"\n[layers.semantic]\nuser = "ava"\n', 0o644, 0),
    ],
)
def test_a_password_that_others_can_read_is_told(
    text: str, mode: int, expected: int, shop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path))
    config_path().write_text(text, encoding="utf-8")
    os.chmod(config_path(), mode)
    found = findings(shop, NONE, Code.PASSWORD_OPEN)
    assert len(found) == expected
    assert "s3same" not in repr(found)


def test_an_index_that_an_older_version_made_has_told_a_server_nothing(shop: Workshop) -> None:
    project(shop, on(AWAY))
    with closing(connect(shop.workspace.state / "index.db")) as index:
        index.execute("DROP TABLE stores")
        index.execute("DROP TABLE outbox")
    (stored,) = switching.stored(shop.workspace, on(AWAY))
    assert (stored.store, stored.left) == ("sqlite", 2)
