"""Servers that are away: every answer names them, to people, programs and models, and is whole all the same."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp import Client

from neuromem_sync.blocking import BlockingMemory
from neuromem_sync.cli import run
from neuromem_sync.memory import Memory
from tests.mcp.serving import text, told
from tests.workshop import Workshop

GRAPH = "the index answers for the graph: Neo4j at bolt://127.0.0.1:1 "
WORKING = "working memory is this machine's alone: redis at 127.0.0.1:1 cannot be reached"
COMMANDS = {
    "recall": ["who uses the gateway"],
    "recent": ["--since", "2026-03-01"],
    "session": [],
    "context": ["who uses the gateway"],
    "related": ["gateway"],
    "path": ["atlas", "gateway"],
}
CALLS = {
    "recall": {"query": "who uses the gateway"},
    "recent": {"hours": 9000},
    "session": {},
    "context": {"query": "who uses the gateway"},
    "related": {"entity": "gateway"},
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Both of its servers are at a port where nobody listens, and were met with once."""
    monkeypatch.setenv("NEUROMEM_NOW", "2026-03-02T09:00Z")
    shop = Workshop(tmp_path)
    shop.write("memory/2026-03-01.md", "# Log\n\n- [[atlas]] uses the [[gateway]]\n")
    shop.sync()
    monkeypatch.setenv("NEUROMEM_STATE", str(shop.home))
    monkeypatch.setenv("NEUROMEM_REDIS_URL", "redis://127.0.0.1:1")
    monkeypatch.setenv("NEUROMEM_NEO4J_URL", "bolt://127.0.0.1:1")
    assert run(["project", str(shop.root)]) == 1
    return shop


@asynccontextmanager
async def tools(shop: Workshop) -> AsyncIterator[Client]:
    from neuromem_sync.mcp import Server

    async with Memory.open(str(shop.root)) as memory, Client(Server(memory)) as client:
        yield client


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_so_on_stderr_and_in_json(name: str, shop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run([name, str(shop.root), *COMMANDS[name]]) == 0
    said = capsys.readouterr()
    assert said.out
    assert GRAPH in said.err
    assert WORKING in said.err
    assert run([name, str(shop.root), *COMMANDS[name], "--json"]) == 0
    problems = [problem["message"] for problem in json.loads(capsys.readouterr().out)["problems"]]
    assert len(problems) == 2
    assert any(GRAPH in each for each in problems)
    assert any(WORKING in each for each in problems)


def test_stats_and_health_say_it_in_their_own_way(shop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("stats", "health"):
        capsys.readouterr()
        run([name, str(shop.root)])
        said = capsys.readouterr()
        for place in ("redis at 127.0.0.1:1 cannot be reached", "Neo4j at bolt://127.0.0.1:1 cannot be reached"):
            assert place in said.out + said.err


def test_the_api_says_so(shop: Workshop) -> None:
    with BlockingMemory.open(str(shop.root)) as memory:
        answers = (
            memory.recall("who uses the gateway"),
            memory.recent(hours=9000),
            memory.session(),
            memory.context("who uses the gateway"),
            memory.related("gateway"),
        )
    for answer in answers:
        said = [problem.message for problem in answer.problems]
        assert len(said) == 2
        assert any(each.startswith(GRAPH) for each in said)
        assert any(each.startswith(WORKING) for each in said)


@pytest.mark.parametrize("name", CALLS)
async def test_a_model_reads_so(name: str, shop: Workshop) -> None:
    async with tools(shop) as client:
        result = await client.call_tool(name, CALLS[name])
    assert GRAPH in text(result)
    assert WORKING in text(result)
    assert len(told(result)["problems"]) == 2
