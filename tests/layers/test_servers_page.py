"""docs/servers.md on the graph: the schema it draws is the one that is there, and its question finds what it says."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from neuromem_sync import app
from neuromem_sync.config import Settings
from neuromem_sync.servers import Layers, SemanticServer
from tests.neo4j_server import Server
from tests.pages.reading import blocks
from tests.served import MARK
from tests.workshop import CLOCK, Workshop

pytestmark = pytest.mark.embedded("the server is told once for all of these")

PAGE = Path(__file__).parents[2] / "docs/servers.md"
ZEPPELIN = """---
aliases: [airship]
---
# Zeppelin

- uses [[Helium]]
- **Port:** 8443

@nadia steers the zeppelin
"""
TEXTS = [block.text for block in blocks(PAGE) if block.language == "text"]


@pytest.fixture(scope="module")
def rows(neo4j_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Asks the server, which holds a workspace with something of everything."""
    from neo4j import GraphDatabase

    shop = Workshop(tmp_path_factory.mktemp("page"))
    shop.write("Zeppelin.md", ZEPPELIN)
    with closing(shop.engine()) as engine:
        engine.cycle()
    login = SemanticServer(url=neo4j_server.url, user=neo4j_server.user, password=neo4j_server.password)
    (told,) = app.project(shop.workspace, Settings(layers=Layers(semantic=login)), CLOCK, 60.0, at_once=True)
    assert (told.reason, told.lag.letters) == ("", 0)
    with GraphDatabase.driver(login.url, auth=(login.user, login.password)) as driver:
        yield lambda cypher: [tuple(record.values()) for record in driver.execute_query(cypher).records]


def drawn() -> str:
    (found,) = [text for text in TEXTS if text.startswith("(:Statement")]
    return found


def test_every_label_and_type_there_is_drawn_and_every_drawn_one_is_there(rows: Any) -> None:
    types = {name for (name,) in rows("MATCH ()-[r]->() RETURN DISTINCT type(r)")}
    labels = {name for (name,) in rows("MATCH (n) UNWIND labels(n) AS name RETURN DISTINCT name")}
    assert labels - {MARK} == set(re.findall(r"\(:(\w+)", drawn()))
    assert types == set(re.findall(r"\[:(\w+)", drawn()))


def test_what_is_drawn_has_the_properties_that_are_drawn(rows: Any) -> None:
    for label, names in re.findall(r"\(:(\w+) \{([^}…]+)", drawn()):
        ((keys,),) = rows(f"MATCH (n:{label}) UNWIND keys(n) AS key RETURN collect(DISTINCT key)")
        assert set(re.findall(r"\w+", names)) <= set(keys), label
    for kind, names in re.findall(r"\[:(\w+) \{([^}]+)\}", drawn()):
        ((keys,),) = rows(f"MATCH ()-[r:{kind}]->() UNWIND keys(r) AS key RETURN collect(DISTINCT key)")
        assert set(re.findall(r"\w+", names)) <= set(keys), kind


def test_the_ends_of_each_relation_are_as_drawn(rows: Any) -> None:
    for start, kind, end in re.findall(r"\(:(\w+)[^)]*\)-\[:(\w+)[^\]]*\]->\(:(\w+)", drawn()):
        ends = rows(f"MATCH (a)-[:{kind}]->(b) RETURN DISTINCT labels(a)[0], labels(b)[0]")
        assert ends == [(start, end)], kind


def test_the_question_in_cypher_finds_names_and_statements(rows: Any) -> None:
    (question,) = [text for text in TEXTS if text.startswith("CALL")]
    found = rows(question)
    assert any(name == "Zeppelin" for name, _, _ in found)
    assert any(path == "Zeppelin.md" for _, _, path in found)
